"""What all forecasters share: forecasting with bands, backtests, being scored."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.timeseries.bands import Bands
from harnn.timeseries.forecast import Backtest, Forecast
from harnn.timeseries.forecast_batches import ForecastWindows
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import Series
from harnn.timeseries.series_estimator import SeriesEstimator, is_one_series

__all__ = ["SeriesForecaster"]


class SeriesForecaster(SeriesEstimator):
    """The base of what forecasts series."""

    horizon: int
    window: int
    _readings: Readings

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
            if not one.observed[-self.window :].any():
                raise DataError(
                    f"series {number} has no value at all in its last {self.window} steps, which a "
                    "forecast is made from"
                )
        # Gaps and last values of the whole series, as in training, but the window's alone is read.
        windows = np.stack(
            [
                self._readings.of(one.values, one.observed, one.times)[-self.window :]
                for one in self._scaled(series)
            ]
        )
        means = self._forecasts(windows)
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
        predicted, true, known = windows.run(self._forecasts)
        return Backtest(predicted, true, known, tuple(self.feature_names_in_))

    def score(self, X: Any, y: Any = None, times: Any = None) -> float:
        """Return minus the mean squared error of all forecasts in series, in scaled units.

        Args:
            X: As for ``predict``.
            y: Not used: what is to be forecast is in the series.
            times: The times of arrays.
        """
        return -self.backtest(X, times).scores().micro_mse

    @abstractmethod
    def _forecasts(self, windows: np.ndarray) -> np.ndarray:
        """Return forecasts ``(rows, horizon, features)`` of readings, both scaled."""

    def _measure(self, judged: ForecastWindows) -> None:
        """Measure errors and bands on the validation data."""
        said, true, known = judged.run(self._forecasts)
        errors = np.where(known, true - said, 0.0)
        counts = known.sum(axis=0)
        # A sensor that the validation data do not know has the deviation of all values, 1.
        self.deviation_ = np.where(
            counts > 0, ((errors**2).sum(axis=0) / np.maximum(counts, 1)) ** 0.5, 1.0
        )
        spread = np.broadcast_to(self.deviation_, errors.shape)
        self.bands_ = Bands.of(errors[known], spread[known])


def _following(series: Series, step: float, horizon: int) -> pd.Index:
    """Return when the next steps are, a usual step apart."""
    stamps = series.timestamps
    ahead = np.arange(1, horizon + 1)
    if stamps is None:
        return pd.RangeIndex(len(series), len(series) + horizon)
    if isinstance(stamps, pd.DatetimeIndex | pd.TimedeltaIndex):
        return stamps[-1] + pd.to_timedelta(ahead * step, unit="s")
    return pd.Index(float(stamps[-1]) + ahead * step)
