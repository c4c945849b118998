"""Forecasts without a network: a linear map, the last value or the mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.timeseries.forecast_batches import ForecastWindows
from harnn.timeseries.linear_start import linear_start
from harnn.timeseries.options import ForecastOptions
from harnn.timeseries.readings import Readings, usual_step
from harnn.timeseries.series_forecaster import SeriesForecaster
from harnn.timeseries.validation_part import check_targets, spans

__all__ = ["SimpleForecaster"]

_STRATEGIES = ("linear", "last", "mean")
_WEIGHTS = "linear.npz"


class SimpleForecaster(SeriesForecaster):
    """Forecasts by a linear map of the window, the last value or the mean.

    Args:
        strategy: ``"linear"``: the last value and a weighted sum of how far earlier ones lay from
            it, the same weights for all sensors, by ridge regression (the form of NLinear, Zeng
            et al., AAAI 2023); ``"last"``: the last value; ``"mean"``: the sensor's mean in the
            training part.
        horizon: Steps ahead.
        window: Steps that are read.
        validation_fraction: Share of the steps at each series' end on which bands are measured,
            where ``fit`` is given no validation data.
        random_state: Seed of the choice among many training windows.

    Example:
        >>> X = np.sin(np.arange(600.0) / 5)[:, None]
        >>> model = SimpleForecaster(horizon=3, window=30).fit(X)
        >>> bool(np.abs(model.predict(X)[:, 0] - np.sin(np.arange(600, 603) / 5)).max() < 0.01)
        True
    """

    def __init__(
        self,
        strategy: str = "linear",
        horizon: int = 1,
        window: int = 96,
        validation_fraction: float = 0.2,
        random_state: Any = 0,
    ) -> None:
        self.strategy = strategy
        self.horizon = horizon
        self.window = window
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, times: Any = None, validation_data: Any = None) -> Self:
        """Fit the linear map, and measure how wide bands must be.

        Args:
            X: A series, or a list of them: see `harnn.timeseries.series.read_series`.
            y: Not used: what follows a window is in the series.
            times: The times of arrays.
            validation_data: Series to measure bands on, or a pair of these and their times.

        Raises:
            ConfigError: If an option is wrong.
            DataError: If the data are no series, none is long enough, or a sensor is never
                observed.
        """
        if self.strategy not in _STRATEGIES:
            raise ConfigError(f"strategy is {self.strategy!r}; one of {_STRATEGIES} is needed")
        self._options(ForecastOptions)
        series, held_out, seed = self._begin(X, times, validation_data, self.validation_fraction)
        self._readings = Readings("last", usual_step([one.times for one in series]))
        if self.strategy == "linear":
            learnt = ForecastWindows(series, self._readings, self.window, self.horizon)
            weights = linear_start(learnt, self.n_features_in_, seed)
            if weights is None:
                raise DataError(
                    f"{spans(series)}: too few values are known to fit a linear map of "
                    f"{self.window} steps: give longer series or a shorter window"
                )
            self.coef_, self.intercept_ = weights
        judged = ForecastWindows(held_out, self._readings, self.window, self.horizon)
        check_targets(held_out, self.window, "validation")
        self._measure(judged)
        return self

    def _forecasts(self, windows: np.ndarray) -> np.ndarray:
        fills = windows[..., : self.n_features_in_]
        last = fills[:, -1:]
        ahead = np.repeat(last, self.horizon, axis=1)
        if self.strategy == "mean":
            return np.zeros_like(ahead)
        if self.strategy == "last":
            return ahead
        relative = np.swapaxes(fills - last, 1, 2)
        return ahead + np.swapaxes(relative @ self.coef_ + self.intercept_, 1, 2)

    def _description(self) -> dict[str, Any]:
        return {"step": self._readings.step}

    def _write_files(self, folder: Path) -> None:
        if self.strategy == "linear":
            np.savez(folder / _WEIGHTS, allow_pickle=False, coef=self.coef_, bias=self.intercept_)

    def _restore(self, description: dict[str, Any], folder: Path) -> None:
        self._readings = Readings("last", description["step"])
        if self.strategy == "linear":
            with np.load(folder / _WEIGHTS, allow_pickle=False) as weights:
                self.coef_, self.intercept_ = weights["coef"], weights["bias"]
