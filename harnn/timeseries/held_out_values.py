"""Validation values that are hidden on purpose, to choose by and to measure bands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harnn.timeseries.imputation_batches import diffused
from harnn.timeseries.options import HoleOptions
from harnn.timeseries.series import Series

__all__ = ["HeldOutValues"]


@dataclass(frozen=True)
class HeldOutValues:
    """Validation series in which some values are hidden, once and for all.

    Attributes:
        series: Scaled, complete as far as known.
        holed: The same ones without what is hidden.
        hidden: What is hidden of each ``(time, features)``.
    """

    series: list[Series]
    holed: list[Series]
    hidden: list[np.ndarray]

    @classmethod
    def of(cls, series: Sequence[Series], holes: HoleOptions, seed: int) -> HeldOutValues:
        """Hide values as training does."""
        generator = np.random.default_rng(seed)
        hidden = [diffused(one.observed, holes, generator) for one in series]
        holed = [
            one.with_values(np.where(of_one, np.nan, one.values))
            for one, of_one in zip(series, hidden, strict=True)
        ]
        return cls(list(series), holed, hidden)

    def joined(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Return what arrays ``(time, features)``, one a series, hold at the hidden places."""
        return np.concatenate([a[h] for a, h in zip(arrays, self.hidden, strict=True)])
