"""Validation values that are hidden on purpose, to choose by and to measure bands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harnn.errors import DataError
from harnn.timeseries.imputation_batches import diffused
from harnn.timeseries.options import HoleOptions
from harnn.timeseries.series import Series
from harnn.timeseries.validation_part import spans, warn_of_unmeasured

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
        """Hide values as training does, but an exact share of each sensor's.

        Where chance hides too many or too few, single values are corrected. At least one value of
        a sensor is hidden and one stays, so that there is an error to measure.

        Args:
            series: Scaled.
            holes: How large a share, and in what runs.
            seed: Of the draw.

        Raises:
            DataError: If no sensor has two values, of which one can be hidden.

        Warns:
            UnmeasuredSensorWarning: If some sensors have fewer than two.
        """
        observed = np.concatenate([one.observed for one in series])
        few = observed.sum(axis=0) < 2
        if few.all():
            names = ", ".join(map(repr, series[0].names))
            raise DataError(
                f"{spans(series)}: held out for validation, and no sensor ({names}) has two values "
                "there, of which one can be hidden and filled: give validation_data, longer "
                "series, or another validation_fraction"
            )
        warn_of_unmeasured(series, few)
        generator = np.random.default_rng(seed)
        drawn = np.concatenate([diffused(one.observed, holes, generator) for one in series])
        exact = _corrected(drawn, observed, holes.hide_share, generator)
        hidden = np.split(exact, np.cumsum([len(one) for one in series])[:-1])
        holed = [
            one.with_values(np.where(of_one, np.nan, one.values))
            for one, of_one in zip(series, hidden, strict=True)
        ]
        return cls(list(series), holed, hidden)

    def joined(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Return what arrays ``(time, features)``, one a series, hold at the hidden places."""
        return np.concatenate([a[h] for a, h in zip(arrays, self.hidden, strict=True)])


def _corrected(
    hidden: np.ndarray, observed: np.ndarray, share: float, generator: np.random.Generator
) -> np.ndarray:
    """Return what is hidden ``(time, features)`` with an exact number for each sensor."""
    exact = hidden.copy()
    for lane, known in zip(exact.T, observed.T, strict=True):
        count = int(known.sum())
        missing = min(max(round(share * count), 1), count - 1) - int(lane.sum()) if count else 0
        pool = np.flatnonzero(known & ~lane if missing > 0 else lane)
        lane[generator.choice(pool, abs(missing), replace=False)] = missing > 0
    return exact
