"""The values of a series as an imputer reconstructs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harnn.timeseries.bands import Bands
from harnn.timeseries.series import Series

__all__ = ["Reconstruction"]


@dataclass(frozen=True)
class Reconstruction:
    """Every value of a series as a network reconstructs it, and how sure it is.

    Attributes:
        series: What was given, in its own units, holes included.
        mean: The reconstructed values ``(time, features)``, in the same units.
        deviation: What the network takes for their standard deviation ``(time, features)``. It is
            a number a sensor where the network was trained on squared errors.
        bands: How wide bands must be, as measured on held-out values.
    """

    series: Series
    mean: np.ndarray
    deviation: np.ndarray
    bands: Bands

    @property
    def filled(self) -> np.ndarray:
        """The values as given where they are known, else the reconstructed ones."""
        return np.where(self.series.observed, self.series.values, self.mean)

    def frame(self) -> pd.DataFrame:
        """Return the series without holes, with the rows and columns of what was given."""
        return self.series.with_values(self.filled).frame()

    def band(self, probability: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
        """Return the band that a hidden value falls into with a probability.

        Args:
            probability: Such as 0.9, which 90 % of the hidden values among the validation data
                fell into.

        Returns:
            The lower and the upper edge, ``(time, features)`` each.
        """
        half = self.bands.half_width(probability) * self.deviation
        return self.mean - half, self.mean + half
