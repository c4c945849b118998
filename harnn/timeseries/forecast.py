"""What a forecaster says of the steps to come, and how it would have done before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harnn.timeseries.bands import Bands
from harnn.timeseries.scores import SeriesScores, score_series

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
    """

    mean: np.ndarray
    deviation: np.ndarray
    bands: Bands
    names: tuple[str, ...]
    times: pd.Index

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
        """Return the mean with a row a step and a column a sensor."""
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
        """Return the mean squared error of each step ahead ``(horizon,)``."""
        squares = np.where(self.known, (self.predicted - self.true) ** 2, 0.0)
        return squares.sum(axis=(0, 2)) / self.known.sum(axis=(0, 2))
