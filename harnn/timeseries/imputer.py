"""The imputer: a scikit-learn transformer with a recurrent network inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from harnn.option_docs import explains_options
from harnn.timeseries.bands import Bands
from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.imputation_stream import ImputationStream
from harnn.timeseries.options import HoleOptions, RecurrentOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings, usual_step
from harnn.timeseries.reconstruction_network import build_reconstruction_network
from harnn.timeseries.reconstruction_training import ReconstructionProblem, train_reconstruction
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.recurrent_estimator import RecurrentEstimator
from harnn.timeseries.series import Series
from harnn.timeseries.series_imputer import SeriesImputer
from harnn.timeseries.streaming_network import streaming_network

__all__ = ["RecurrentImputer"]

# How wide the bands of a decoupled network must be where the past alone is read.
_CAUSAL = "causal.npz"


@explains_options(RecurrentOptions, HoleOptions, SeriesTrainingOptions)
class RecurrentImputer(SeriesImputer, RecurrentEstimator):
    """Fills the holes of multivariate series with a recurrent network.

    The network corrects a simple fill: the line between a hole's neighbours where it reads both
    directions, the last value where it reads the past alone. It learns to by missingness
    diffusion: in each epoch other values of what was observed are hidden, and reconstructed from
    the rest.

    Args:
        checkpoint_dir: A folder for the state of the fit after each epoch. A fit that was killed
            goes on from there when ``fit`` is called again with the same options and data.
        random_state: Seed of weights, masks, holes and the order of windows.
        verbose: Whether to show progress.

    Attributes:
        model_: The ``keras.Model``, from readings to reconstructions.
        feature_names_in_: The sensors.
        scaling_: Their means and deviations in the training part.
        bands_: How wide bands must be.
        causal_deviation_: As ``deviation_``, of what a decoupled network says of the past alone.
        causal_bands_: ″ ``bands_``.
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

    _compiled = ("_runs",)

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
        said = problem.said(self._reconstructor(), "reconstruction")
        self.deviation_, self.bands_ = self._measured_by(held, said)
        if network.direction == "decoupled":
            alone = self._reconstructor().causal(held.holed)
            self.causal_deviation_, self.causal_bands_ = self._measured_by(held, alone)
        return self

    def stream(self) -> ImputationStream:
        """Return what fills values as they come, a step at a time.

        Needs a network that reads the past alone: direction ``"forward"`` or ``"decoupled"``.

        Raises:
            ConfigError: If the network reads both directions.

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
        return ImputationStream(self._reconstructor(), self.scaling_, names, self.timed_)

    def _stream_network(self) -> Any:
        return None if self.direction == "coupled" else streaming_network(self.model_)

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
        run = self._reconstructor()
        one_way = causal or self.direction == "forward"
        said = run.causal(series) if one_way else run.both_ways(series)
        of_sensors = self.causal_deviation_ if self._is_student(causal) else self.deviation_
        return [self._mean_and_deviation(one, of_sensors) for one in said]

    def _mean_and_deviation(
        self, said: np.ndarray, of_sensors: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        mean, precision = np.split(said, [self.n_features_in_], axis=-1)
        deviation = precision**-0.5 if precision.shape[-1] else of_sensors
        return mean, np.broadcast_to(deviation, mean.shape)

    def _measured_by(
        self, held_out: HeldOutValues, said: list[np.ndarray]
    ) -> tuple[np.ndarray, Bands]:
        means, precisions = zip(
            *(np.split(one, [self.n_features_in_], -1) for one in said), strict=True
        )
        certain = self.likelihood == "none"
        return self._measured(held_out, means, None if certain else [p**-0.5 for p in precisions])

    def _bands(self, causal: bool) -> Bands:
        return self.causal_bands_ if self._is_student(causal) else self.bands_

    def _is_student(self, causal: bool) -> bool:
        """Tell whether one direction speaks of a network that has been trained with two."""
        return causal and self.direction == "decoupled"

    def _write_files(self, folder: Path) -> None:
        super()._write_files(folder)
        if self.direction == "decoupled":
            np.savez(
                folder / _CAUSAL,
                allow_pickle=False,
                deviation=self.causal_deviation_,
                quantiles=self.causal_bands_.quantiles,
            )

    def _restore(self, description: dict[str, Any], folder: Path) -> None:
        super()._restore(description, folder)
        if self.direction == "decoupled":
            with np.load(folder / _CAUSAL, allow_pickle=False) as numbers:
                self.causal_deviation_ = numbers["deviation"]
                self.causal_bands_ = Bands(numbers["quantiles"])
