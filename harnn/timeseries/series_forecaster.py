"""Base of all forecasters: forecasting with bands, backtests, scoring."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.timeseries.bands import Bands
from harnn.timeseries.forecast import Backtest, Forecast
from harnn.timeseries.forecast_batches import ForecastWindows
from harnn.timeseries.forecast_times import following_times
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import is_list_of_series
from harnn.timeseries.series_estimator import SeriesEstimator
from harnn.timeseries.series_output import SeriesOutput
from harnn.timeseries.validation_part import spans

__all__ = ["SeriesForecaster"]


class SeriesForecaster(SeriesOutput, SeriesEstimator):
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
            ``(horizon, features)`` as the series were given: an array, or a table with the same
            columns and the times that follow; for a list of series a list. Or what ``set_output``
            asks for.

        Raises:
            DataError: If a series is shorter than a window, or its last window is empty.
        """
        found = self.forecast(X, times)
        if isinstance(found, Forecast):
            return self._given_back(X, found.frame(), found.mean)
        return [
            self._given_back(data, one.frame(), one.mean)
            for data, one in zip(X, found, strict=True)
        ]

    def forecast(self, X: Any, times: Any = None) -> Forecast | list[Forecast]:
        """Forecast the steps that follow series, with bands.

        Args:
            X: As for ``predict``.
            times: The times of arrays.

        Returns:
            A `Forecast`; for a list of series a list of them.

        Raises:
            DataError: If a series is shorter than a window, or its last window is empty.
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
                    f"{one.span(len(one) - self.window)}: series {number} has no value at all in "
                    f"its last {self.window} steps, which a forecast is made from; leave the "
                    "outage out to forecast from before it"
                )
        # Gaps and last values of the whole series, as in training, but the window's alone is read.
        windows = np.stack(
            [
                self._readings.of(one.values, one.observed, one.times)[-self.window :]
                for one in self._scaled(series)
            ]
        )
        means = self._forecasts(windows)
        frequency = None if self.sampling_ is None else self.sampling_.frequency
        found = [
            Forecast(
                self.scaling_.unscaled(mean),
                self.deviation_ * self.scaling_.scale,
                self.bands_,
                one.names,
                following_times(one, self.horizon, self._readings.step, frequency),
                one.columns,
            )
            for one, mean in zip(series, means, strict=True)
        ]
        return found if is_list_of_series(X) else found[0]

    def backtest(self, X: Any, times: Any = None) -> Backtest:
        """Forecast from every place of some series, and keep what came then beside it.

        Args:
            X: As for ``predict``.
            times: The times of arrays.

        Raises:
            DataError: If no series is as long as a window and the horizon, or no value is known
                after the first window.
        """
        check_is_fitted(self)
        series = self._scaled(self._read(X, times))
        windows = ForecastWindows(series, self._readings, self.window, self.horizon)
        predicted, true, known = windows.run(self._forecasts)
        if not known.any():
            raise DataError(
                f"{spans(series)}: no value is known after the first {self.window} steps, so that "
                "there is nothing to compare forecasts with"
            )
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
