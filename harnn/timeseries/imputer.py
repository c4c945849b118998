"""The imputer: a scikit-learn transformer with a recurrent network inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.timeseries.bands import Bands
from harnn.timeseries.imputation_stream import ImputationStream
from harnn.timeseries.options import HoleOptions, RecurrentOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings, usual_step
from harnn.timeseries.reconstruction import Reconstruction
from harnn.timeseries.reconstruction_network import build_reconstruction_network
from harnn.timeseries.reconstruction_training import (
    HeldOutValues,
    ReconstructionProblem,
    train_reconstruction,
)
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import Series
from harnn.timeseries.series_estimator import SeriesEstimator, is_one_series

__all__ = ["RecurrentImputer"]


class RecurrentImputer(TransformerMixin, SeriesEstimator):
    """Fills the holes of multivariate series with a recurrent network.

    The network corrects a simple fill: the line between a hole's neighbours where it reads both
    directions, the last value where it reads the past alone. It learns to by missingness
    diffusion: in each epoch other values of what was observed are hidden, and reconstructed from
    the rest.

    Args:
        cell: See `RecurrentOptions`, as all the following down to ``likelihood``.
        direction: ″
        fusion: ″
        units: ″
        layers: ″
        layer_norm: ″
        dropout: ″
        recurrent_dropout: ″
        head_dropout: ″
        alpha: ″
        procedure: ″
        periods: ″
        likelihood: ″
        hide_share: See `HoleOptions`, as the next two.
        hide_length: ″
        stayed_weight: ″
        window: See `SeriesTrainingOptions`, as all the following down to ``validation_fraction``.
        stride: ″
        epochs: ″
        batch_size: ″
        learning_rate: ″
        schedule: ″
        warmup: ″
        weight_decay: ″
        clip_norm: ″
        patience: ″
        validation_fraction: ″
        checkpoint_dir: A folder for the state of the fit after each epoch. A fit that was killed
            goes on from there when ``fit`` is called again with the same options and data.
        random_state: Seed of weights, masks, holes and the order of windows.
        verbose: Whether to show progress.

    Attributes:
        model_: The ``keras.Model``, from readings to reconstructions.
        feature_names_in_: The sensors.
        scaling_: Their means and deviations in the training part.
        bands_: How wide bands must be.
        history_: One dict an epoch: loss, validation errors in scaled units, seconds.
        best_epoch_: The epoch whose weights were kept, counted from 1.
        interrupted_: Whether Ctrl-C ended the fit.

    Example:
        >>> time = np.arange(600)
        >>> X = np.stack([np.sin(time / 5), np.cos(time / 5)], axis=1)
        >>> X[::7, 0] = np.nan
        >>> imputer = RecurrentImputer(units=8, epochs=2, random_state=0, verbose=False)
        >>> bool(np.isnan(imputer.fit_transform(X)).any())
        False
    """

    def __init__(
        self,
        cell: str = "gru",
        direction: str = "coupled",
        fusion: str = "concat",
        units: int = 64,
        layers: int = 1,
        layer_norm: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        head_dropout: float = 0.1,
        alpha: float = 0.1,
        procedure: str = "joint",
        periods: Sequence[float] = (),
        likelihood: str = "none",
        hide_share: float = 0.3,
        hide_length: int = 1,
        stayed_weight: float = 0.1,
        window: int = 48,
        stride: int | None = None,
        epochs: int = 100,
        batch_size: int = 64,
        learning_rate: float = 3e-3,
        schedule: str = "cosine",
        warmup: float = 0.05,
        weight_decay: float = 0.01,
        clip_norm: float = 1.0,
        patience: int = 50,
        validation_fraction: float = 0.2,
        checkpoint_dir: str | None = None,
        random_state: Any = None,
        verbose: bool = True,
    ) -> None:
        self.cell = cell
        self.direction = direction
        self.fusion = fusion
        self.units = units
        self.layers = layers
        self.layer_norm = layer_norm
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.head_dropout = head_dropout
        self.alpha = alpha
        self.procedure = procedure
        self.periods = periods
        self.likelihood = likelihood
        self.hide_share = hide_share
        self.hide_length = hide_length
        self.stayed_weight = stayed_weight
        self.window = window
        self.stride = stride
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.warmup = warmup
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.checkpoint_dir = checkpoint_dir
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, times: Any = None, validation_data: Any = None) -> Self:
        """Learn to fill the holes of series like these.

        Args:
            X: A series, or a list of them: see `harnn.timeseries.series.read_series`.
            y: Not used: the network learns from what is observed.
            times: The times of arrays.
            validation_data: Series to stop early by and to measure bands on, as ``X``; or a pair
                of these and their times. Else the end of each series is held out.

        Raises:
            ConfigError: If an option is wrong.
            DataError: If the data are no series, none is as long as a window, or a sensor is
                never observed.
        """
        network = self._options(RecurrentOptions)
        holes = self._options(HoleOptions)
        training = self._options(SeriesTrainingOptions)
        series, held_out, seed = self._begin(
            X, times, validation_data, training.validation_fraction
        )
        self._readings = Readings(
            "line" if network.direction == "coupled" else "last",
            usual_step([one.times for one in series]),
            network.periods,
        )
        held = HeldOutValues.of(held_out, holes, seed)
        problem = ReconstructionProblem(
            series, held, self._readings, network, holes, training, seed
        )
        self.model_ = self._build_network(seed)
        state, self.interrupted_ = train_reconstruction(
            self.model_, problem, self.checkpoint_dir, self.verbose
        )
        self.history_, self.best_epoch_ = state.history, state.best_epoch
        self._measure(problem)
        return self

    def transform(self, X: Any, times: Any = None, causal: bool = False) -> Any:
        """Fill the holes of series.

        Args:
            X: As for ``fit``.
            times: The times of arrays.
            causal: Use the past of each value alone; for the directions ``"forward"``, which
                never does otherwise, and ``"decoupled"``.

        Returns:
            The series as they were given (arrays, DataFrames, a list of them), without holes.
        """
        found = self.reconstruct(X, times, causal)
        several = isinstance(found, list)
        given = list(X) if several else [X]
        filled = [
            pd.DataFrame(one.filled, index=data.index, columns=list(one.series.names))
            if isinstance(data, pd.DataFrame)
            else one.filled
            for one, data in zip(found if isinstance(found, list) else [found], given, strict=True)
        ]
        return filled if several else filled[0]

    def reconstruct(
        self, X: Any, times: Any = None, causal: bool = False
    ) -> Reconstruction | list[Reconstruction]:
        """Reconstruct every value of series, with bands.

        Args:
            X: As for ``fit``.
            times: The times of arrays.
            causal: As for ``transform``.

        Returns:
            A `Reconstruction`; for a list of series a list of them.
        """
        check_is_fitted(self)
        series = self._read(X, times)
        found = [
            Reconstruction(
                one,
                self.scaling_.unscaled(mean),
                deviation * self.scaling_.scale,
                self.bands_,
            )
            for one, (mean, deviation) in zip(series, self._said(series, causal), strict=True)
        ]
        return found[0] if is_one_series(X, series) else found

    def stream(self) -> ImputationStream:
        """Return what fills values as they come, a step at a time.

        Needs a network that reads the past alone: direction ``"forward"`` or ``"decoupled"``.

        Raises:
            ValueError: If the network reads both directions.

        Example:
            >>> X = np.sin(np.arange(300.0))[:, None]
            >>> imputer = RecurrentImputer(
            ...     direction="forward", units=8, epochs=1, random_state=0, verbose=False
            ... ).fit(X)
            >>> stream = imputer.stream()
            >>> [stream.step(values).shape for values in ([0.1], [float("nan")])]
            [(1,), (1,)]
        """
        check_is_fitted(self)
        names = tuple(self.feature_names_in_)
        return ImputationStream(self._reconstructor(), self.scaling_, names)

    def score(self, X: Any, y: Any, times: Any = None) -> float:
        """Return minus the mean squared error of what is filled, in deviations of the sensors.

        Args:
            X: Series with holes.
            y: The same series with what is in the holes, as far as known.
            times: The times of arrays.

        Raises:
            DataError: If ``y`` has other steps than ``X``, or knows no value that is missing there.
        """
        check_is_fitted(self)
        holed, true = self._read(X, times), self._read(y, times, "y")
        lengths, needed = [len(one) for one in true], [len(one) for one in holed]
        if lengths != needed:
            raise DataError(f"y has series of {lengths} steps; {needed} are needed, as in X")
        where = [b.observed & ~a.observed for a, b in zip(holed, true, strict=True)]
        if not any(one.any() for one in where):
            raise DataError("y knows no value that is missing in X: nothing to score")
        predicted = [mean for mean, _ in self._said(holed, causal=False)]
        scores = score_series(
            np.concatenate([self.scaling_.scaled(one.values) for one in true]),
            np.concatenate(predicted),
            np.concatenate(where),
        )
        return -scores.micro_mse

    def _build_network(self, seed: int | None = None) -> Any:
        features = self.n_features_in_
        return build_reconstruction_network(
            self._options(RecurrentOptions), features, self._readings.channels(features), seed
        )

    def _reconstructor(self) -> Reconstructor:
        """Return what runs the network; the same one as long as the network is."""
        runs: Reconstructor | None = getattr(self, "_runs", None)
        if runs is None or runs.model is not self.model_:
            self._runs = runs = Reconstructor(self.model_, self._readings, self.window)
        return runs

    def _said(self, series: list[Series], causal: bool) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return means and deviations, scaled, ``(time, features)`` both."""
        scaled = self._scaled(series)
        run = self._reconstructor()
        one_way = causal or self.direction == "forward"
        said = run.causal(scaled) if one_way else run.both_ways(scaled)
        return [self._mean_and_deviation(one) for one in said]

    def _mean_and_deviation(self, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean, precision = np.split(said, [self.n_features_in_], axis=-1)
        deviation = precision**-0.5 if precision.shape[-1] else self.deviation_
        return mean, np.broadcast_to(deviation, mean.shape)

    def _measure(self, problem: ReconstructionProblem) -> None:
        """Measure what bands must be like on the hidden validation values."""
        held_out = problem.held_out
        self.deviation_ = np.ones(self.n_features_in_)
        said = problem.said(self._reconstructor(), "reconstruction")
        means, deviations = zip(*map(self._mean_and_deviation, said), strict=True)
        errors = [one.values - mean for one, mean in zip(held_out.series, means, strict=True)]
        if self.likelihood == "none":
            hidden = np.concatenate(held_out.hidden)
            squares = np.where(hidden, np.concatenate(errors), 0.0) ** 2
            counts = hidden.sum(axis=0)
            # A sensor of which nothing was hidden has the deviation of all values, 1.
            self.deviation_ = np.where(
                counts > 0, (squares.sum(axis=0) / np.maximum(counts, 1)) ** 0.5, 1.0
            )
            deviations = tuple(np.broadcast_to(self.deviation_, mean.shape) for mean in means)
        self.bands_ = Bands.of(held_out.joined(errors), held_out.joined(deviations))
