"""Forecasts of the steps to come, and backtests of those before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harnn.timeseries.bands import Bands
from harnn.timeseries.scores import SeriesScores, score_series
from harnn.timeseries.sensor_columns import SensorColumns

__all__ = ["Backtest", "Forecast"]


@dataclass(frozen=True)
class Forecast:
    """The steps that follow a series.

    Attributes:
        mean: ``(horizon, features)``, in the units of the series.
        deviation: Root mean squared error of such forecasts on the validation data, ``(horizon,
            features)``, in the same units.
        bands: How wide bands must be, as measured there.
        names: Of the features.
        times: When the steps are, ``(horizon,)``: dates, seconds or the numbers of steps.
        columns: The columns of the table that the series was read from; ``None`` of an array.
    """

    mean: np.ndarray
    deviation: np.ndarray
    bands: Bands
    names: tuple[str, ...]
    times: pd.Index
    columns: SensorColumns | None = None

    def band(self, probability: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and the upper edge of the band for a probability.

        Args:
            probability: Such as 0.9, which 90 % of the validation values fell into.

        Returns:
            ``(horizon, features)`` each.
        """
        half = self.bands.half_width(probability) * self.deviation
        return self.mean - half, self.mean + half

    def frame(self) -> pd.DataFrame:
        """Return the mean with one row per step, and the columns of the series that was given."""
        if self.columns is not None:
            return self.columns.frame(self.mean, self.times, whole_numbers=False)
        return pd.DataFrame(self.mean, index=self.times, columns=list(self.names))


@dataclass(frozen=True)
class Backtest:
    """Forecasts from every place of some series, and what came then; all in scaled units.

    Attributes:
        predicted: ``(places, horizon, features)``.
        true: Of the same shape.
        known: Where the truth is known.
        names: Of the features.
    """

    predicted: np.ndarray
    true: np.ndarray
    known: np.ndarray
    names: tuple[str, ...]

    def scores(self) -> SeriesScores:
        """Return the errors over all places and steps."""
        return score_series(self.true, self.predicted, self.known, self.names)

    def mse_by_step(self) -> np.ndarray:
        """Return the mean squared error of each step ahead ``(horizon,)``; NaN of unknown ones."""
        squares = np.where(self.known, (self.predicted - self.true) ** 2, 0.0)
        counts = self.known.sum(axis=(0, 2))
        unknown = np.full(len(counts), np.nan)
        return np.divide(squares.sum(axis=(0, 2)), counts, out=unknown, where=counts > 0)
