"""The forecaster: a scikit-learn regressor of what comes next, with a recurrent network inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from harnn.option_docs import explains_options
from harnn.timeseries.forecast_batches import ForecastWindows, TrainingForecasts
from harnn.timeseries.forecast_network import build_forecast_network
from harnn.timeseries.linear_start import linear_start
from harnn.timeseries.losses import MaskedSquaredError
from harnn.timeseries.options import ForecastOptions, RecurrentOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings, usual_step
from harnn.timeseries.recurrent_estimator import RecurrentEstimator
from harnn.timeseries.scores import score_series
from harnn.timeseries.series_forecaster import SeriesForecaster
from harnn.timeseries.training import fingerprint, train_in_stages, train_network
from harnn.timeseries.validation_part import check_targets
from harnn.training.checkpoint import FitState
from harnn.training.forward import compiled_forward

__all__ = ["RecurrentForecaster"]


@explains_options(ForecastOptions, RecurrentOptions, SeriesTrainingOptions)
class RecurrentForecaster(SeriesForecaster, RecurrentEstimator):
    """Forecasts multivariate series, with or without holes, with a recurrent network.

    All steps of the horizon are forecast at once, from a window that ends before them. Where a
    value of the window is missing, the network reads the last one and how old it is.

    Args:
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

    _compiled = ("_compiled_for", "_forward")

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
        check_targets(series, training.window, "training")
        check_targets(held_out, training.window, "validation")
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
                lambda: _errors(*of_output.run(self._of_network(view, output), output)),
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

    def _forecasts(self, windows: np.ndarray) -> np.ndarray:
        return self._of_network(self.model_, "forecast")(windows)

    def _of_network(self, network: Any, output: str) -> Callable[[np.ndarray], np.ndarray]:
        """Return what runs windows through a network, which is compiled once."""
        if getattr(self, "_compiled_for", None) is not network:
            self._compiled_for, self._forward = network, compiled_forward(network)
        return lambda windows: np.asarray(self._forward(windows)[output])


def _errors(said: np.ndarray, true: np.ndarray, known: np.ndarray) -> dict[str, float]:
    scores = score_series(true, said, known)
    return {"mse": scores.micro_mse, "mae": scores.mae}
