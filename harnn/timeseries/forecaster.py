"""The forecaster: a scikit-learn regressor of what comes next, with a recurrent network inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.timeseries.bands import Bands
from harnn.timeseries.forecast import Backtest, Forecast
from harnn.timeseries.forecast_batches import ForecastWindows, TrainingForecasts
from harnn.timeseries.forecast_network import build_forecast_network
from harnn.timeseries.linear_start import linear_start
from harnn.timeseries.losses import MaskedSquaredError
from harnn.timeseries.options import ForecastOptions, RecurrentOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings, usual_step
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import Series
from harnn.timeseries.series_estimator import SeriesEstimator, is_one_series
from harnn.timeseries.training import fingerprint, train_in_stages, train_network
from harnn.training.checkpoint import FitState
from harnn.training.forward import compiled_forward

__all__ = ["RecurrentForecaster"]

# Windows run through the network at a time.
_BATCH = 256


class RecurrentForecaster(SeriesEstimator):
    """Forecasts multivariate series, with or without holes, with a recurrent network.

    All steps of the horizon are forecast at once, from a window that ends before them. Where a
    value of the window is missing, the network reads the last one and how old it is.

    Args:
        horizon: See `ForecastOptions`, as the next three.
        segment: ″
        shared: ″
        linear: ″
        cell: See `RecurrentOptions`, as all the following down to ``periods``.
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
        random_state: Seed of weights, masks and the order of windows.
        verbose: Whether to show progress.

    Attributes:
        model_: The ``keras.Model``, from readings to forecasts.
        feature_names_in_: The sensors.
        scaling_: Their means and deviations in the training part.
        deviation_: Root mean squared errors on the validation data, scaled, ``(horizon,
            features)``.
        bands_: How wide bands must be.
        history_: One dict an epoch: loss, validation errors in scaled units, seconds.
        best_epoch_: The epoch whose weights were kept, counted from 1.
        interrupted_: Whether Ctrl-C ended the fit.

    Example:
        >>> X = np.sin(np.arange(600.0) / 5)[:, None]
        >>> model = RecurrentForecaster(
        ...     horizon=3, window=30, units=8, epochs=2, random_state=0, verbose=False
        ... )
        >>> model.fit(X).predict(X).shape
        (3, 1)
    """

    def __init__(
        self,
        horizon: int = 1,
        segment: int = 1,
        shared: bool = False,
        linear: bool = True,
        cell: str = "gru",
        direction: str = "forward",
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
        window: int = 96,
        stride: int | None = None,
        epochs: int = 30,
        batch_size: int = 64,
        learning_rate: float = 2e-3,
        schedule: str = "cosine",
        warmup: float = 0.05,
        weight_decay: float = 0.01,
        clip_norm: float = 1.0,
        patience: int = 20,
        validation_fraction: float = 0.2,
        checkpoint_dir: str | None = None,
        random_state: Any = None,
        verbose: bool = True,
    ) -> None:
        self.horizon = horizon
        self.segment = segment
        self.shared = shared
        self.linear = linear
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
        """Learn to forecast series like these.

        Args:
            X: A series, or a list of them: see `harnn.timeseries.series.read_series`.
            y: Not used: what follows a window is in the series.
            times: The times of arrays.
            validation_data: Series to stop early by and to measure bands on, as ``X``; or a pair
                of these and their times. Else the end of each series is held out.

        Raises:
            ConfigError: If an option is wrong.
            DataError: If the data are no series, none is long enough, or a sensor is never
                observed.
        """
        network = self._options(RecurrentOptions)
        forecast = self._options(ForecastOptions)
        training = self._options(SeriesTrainingOptions)
        series, held_out, seed = self._begin(
            X, times, validation_data, training.validation_fraction
        )
        self._readings = Readings(
            "last", usual_step([one.times for one in series]), network.periods
        )
        before = forecast.horizon if network.direction == "decoupled" else 0
        learnt = ForecastWindows(series, self._readings, training.window, forecast.horizon, before)
        judged = ForecastWindows(held_out, self._readings, training.window, forecast.horizon)
        self.model_ = self._build_network(seed)
        if forecast.linear and (weights := linear_start(learnt, self.n_features_in_, seed)):
            self.model_.get_layer("linear_forecast").set_weights(weights)
        known_as = fingerprint(
            (network, forecast, training), (self._readings, seed), (*series, *held_out)
        )

        def train(view: Any) -> tuple[FitState, bool]:
            output = "forecast" if "forecast" in view.output else "teacher"
            of_output = judged if output == "forecast" else learnt
            return train_network(
                view,
                TrainingForecasts(learnt, tuple(view.output), training, seed),
                lambda: _errors(*self._run(view, of_output, output)),
                MaskedSquaredError(),
                training,
                known_as=known_as,
                checkpoint_dir=self.checkpoint_dir,
                verbose=self.verbose,
            )

        state, self.interrupted_ = train_in_stages(self.model_, network.procedure, train)
        self.history_, self.best_epoch_ = state.history, state.best_epoch
        self._measure(judged)
        return self

    def predict(self, X: Any, times: Any = None) -> Any:
        """Forecast the steps that follow series.

        Args:
            X: Series as ``fit`` was given; of each the last ``window`` steps at least.
            times: The times of arrays.

        Returns:
            ``(horizon, features)``, a DataFrame for a DataFrame; for a list of series a list.

        Raises:
            DataError: If a series is shorter than a window.
        """
        found = self.forecast(X, times)
        several = isinstance(found, list)
        given = list(X) if several else [X]
        said = [
            one.frame() if isinstance(data, pd.DataFrame) else one.mean
            for one, data in zip(found if isinstance(found, list) else [found], given, strict=True)
        ]
        return said if several else said[0]

    def forecast(self, X: Any, times: Any = None) -> Forecast | list[Forecast]:
        """Forecast the steps that follow series, with bands.

        Args:
            X: As for ``predict``.
            times: The times of arrays.

        Returns:
            A `Forecast`; for a list of series a list of them.

        Raises:
            DataError: If a series is shorter than a window.
        """
        check_is_fitted(self)
        series = self._read(X, times)
        for number, one in enumerate(series):
            if len(one) < self.window:
                raise DataError(
                    f"series {number} has {len(one)} steps; the {self.window} of a window are "
                    "needed to forecast what follows"
                )
        # Gaps and last values of the whole series, as in training, but the window's alone is read.
        windows = np.stack(
            [
                self._readings.of(one.values, one.observed, one.times)[-self.window :]
                for one in self._scaled(series)
            ]
        )
        means = self._forecasts(self.model_, windows, "forecast")
        found = [
            Forecast(
                self.scaling_.unscaled(mean),
                self.deviation_ * self.scaling_.scale,
                self.bands_,
                one.names,
                _following(one, self._readings.step, self.horizon),
            )
            for one, mean in zip(series, means, strict=True)
        ]
        return found[0] if is_one_series(X, series) else found

    def backtest(self, X: Any, times: Any = None) -> Backtest:
        """Forecast from every place of some series, and keep what came then beside it.

        Args:
            X: As for ``predict``.
            times: The times of arrays.

        Raises:
            DataError: If no series is as long as a window and the horizon.
        """
        check_is_fitted(self)
        series = self._scaled(self._read(X, times))
        windows = ForecastWindows(series, self._readings, self.window, self.horizon)
        predicted, true, known = self._run(self.model_, windows, "forecast")
        return Backtest(predicted, true, known, tuple(self.feature_names_in_))

    def score(self, X: Any, y: Any = None, times: Any = None) -> float:
        """Return minus the mean squared error of all forecasts in series, in scaled units.

        Args:
            X: As for ``predict``.
            y: Not used: what is to be forecast is in the series.
            times: The times of arrays.
        """
        return -self.backtest(X, times).scores().micro_mse

    def _build_network(self, seed: int | None = None) -> Any:
        features = self.n_features_in_
        return build_forecast_network(
            self._options(RecurrentOptions),
            self._options(ForecastOptions),
            self.window,
            features,
            self._readings.channels(features),
            seed=seed,
        )

    def _run(
        self, network: Any, windows: ForecastWindows, output: str
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what a network says, what is true, and where that is known."""
        said, wanted = [], []
        for at in range(0, len(windows), _BATCH):
            rows = np.arange(at, min(at + _BATCH, len(windows)))
            said.append(self._forecasts(network, windows.readings(rows), output))
            wanted.append(windows.targets(rows)[output])
        true, known = np.split(np.concatenate(wanted), 2, axis=-1)
        return np.concatenate(said), true, known > 0

    def _forecasts(self, network: Any, windows: np.ndarray, output: str) -> np.ndarray:
        """Run windows through a network."""
        if getattr(self, "_compiled_for", None) is not network:
            self._compiled_for, self._forward = network, compiled_forward(network)
        return np.asarray(self._forward(windows)[output])

    def _measure(self, judged: ForecastWindows) -> None:
        """Measure errors and bands on the validation data."""
        said, true, known = self._run(self.model_, judged, "forecast")
        errors = np.where(known, true - said, 0.0)
        counts = known.sum(axis=0)
        # A sensor that the validation data do not know has the deviation of all values, 1.
        self.deviation_ = np.where(
            counts > 0, ((errors**2).sum(axis=0) / np.maximum(counts, 1)) ** 0.5, 1.0
        )
        spread = np.broadcast_to(self.deviation_, errors.shape)
        self.bands_ = Bands.of(errors[known], spread[known])


def _errors(said: np.ndarray, true: np.ndarray, known: np.ndarray) -> dict[str, float]:
    scores = score_series(true, said, known)
    return {"mse": scores.micro_mse, "mae": scores.mae}


def _following(series: Series, step: float, horizon: int) -> pd.Index:
    """Return when the next steps are, a usual step apart."""
    stamps = series.timestamps
    ahead = np.arange(1, horizon + 1)
    if stamps is None:
        return pd.RangeIndex(len(series), len(series) + horizon)
    if isinstance(stamps, pd.DatetimeIndex | pd.TimedeltaIndex):
        return stamps[-1] + pd.to_timedelta(ahead * step, unit="s")
    return pd.Index(float(stamps[-1]) + ahead * step)
