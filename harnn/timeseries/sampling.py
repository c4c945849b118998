"""The spacing of the steps that a model has learnt, and the check of other series against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from harnn.errors import DataError
from harnn.timeseries.forecast_times import frequency_of
from harnn.timeseries.readings import usual_step
from harnn.timeseries.series import Series

__all__ = ["Sampling", "step_in_words"]

# A step is usual if it differs from the median by at most this share. Months, business days and
# the days on which clocks change are regular by it.
_NEAR = 0.15
# Series with fewer steps than this may have holes as easily as another spacing.
_FEWEST_STEPS = 3
# Another spacing is one that differs by more than this factor.
_FACTOR = 1.25

_UNITS = (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0), ("second", 1.0))


@dataclass(frozen=True)
class Sampling:
    """The spacing of series with times.

    Attributes:
        step: The usual step, in seconds.
        regular: Whether most steps are about as long.
        frequency: The frequency of the longest series, in the words of pandas, if it has one.
        zoned: Whether its dates have a zone; ``None`` if its times are no dates.
    """

    step: float
    regular: bool
    frequency: str | None = None
    zoned: bool | None = None

    @classmethod
    def of(cls, series: Sequence[Series]) -> Self | None:
        """Measure series.

        Args:
            series: Of one kind.

        Returns:
            Their spacing; ``None`` if they have no times, or one step each.

        Example:
            >>> import pandas as pd
            >>> from harnn.timeseries.series import read_series
            >>> days = pd.date_range("2024-01-01", periods=9, freq="B")
            >>> Sampling.of(read_series(pd.DataFrame({"x": range(9)}, index=days)))
            Sampling(step=86400.0, regular=True, frequency='B', zoned=False)
        """
        longest = max(series, key=len)
        if longest.timestamps is None or len(longest) < 2:
            return None
        step, regular = _spacing([one.times for one in series])
        return cls(step, regular, frequency_of(longest.timestamps), _zoned(longest))

    def check(self, series: Sequence[Series], by_clock: bool = False) -> None:
        """Refuse regular series whose steps are of another length.

        Args:
            series: What a model is to read that has learnt from steps of this spacing.
            by_clock: Whether the model reads the time of day or of another period.

        Raises:
            DataError: If both are regular, and the usual steps differ by more than a quarter; or
                one has a zone, the other has none, and the model reads the time of day.
        """
        for one in series:
            zoned = _zoned(one)
            if by_clock and None not in (zoned, self.zoned) and zoned != self.zoned:
                fitted, given = ("with", "without") if self.zoned else ("without", "with")
                raise DataError(
                    f"fitted on times {fitted} a zone; {one.source} has times {given} one, and "
                    "periods of a day would start at other hours: convert them (tz_localize, "
                    "tz_convert)"
                )
            if one.timestamps is None or len(one) <= _FEWEST_STEPS:
                continue
            step, regular = _spacing([one.times])
            far = not 1 / _FACTOR <= step / self.step <= _FACTOR
            if self.regular and regular and far:
                fitted, given = step_in_words(self.step), step_in_words(step)
                raise DataError(
                    f"fitted on steps of {fitted}; {one.source} has steps of {given}: resample "
                    f"{one.source} to steps of {fitted}, or fit a model on steps of {given}"
                )


def _zoned(series: Series) -> bool | None:
    """Tell whether dates have a zone; ``None`` if times are no dates."""
    times = series.timestamps
    if isinstance(times, pd.DatetimeIndex):
        return times.tz is not None
    return False if isinstance(times, pd.PeriodIndex) else None


def _spacing(times: list[np.ndarray]) -> tuple[float, bool]:
    """Return the usual step, and whether most steps are about as long."""
    step = usual_step(times)
    steps = np.concatenate([np.diff(of_one) for of_one in times])
    return step, bool((np.abs(steps - step) <= _NEAR * step).mean() > 0.5)


def step_in_words(seconds: float) -> str:
    """Return a duration in words.

    Args:
        seconds: Its length.

    Example:
        >>> [step_in_words(seconds) for seconds in (3600.0, 86400.0, 900.0, 0.5)]
        ['1 hour', '1 day', '15 minutes', '0.5 seconds']
    """
    unit, length = next((u for u in _UNITS if seconds >= u[1]), _UNITS[-1])
    number = f"{seconds / length:.3g}"
    return f"{number} {unit}" + ("" if number == "1" else "s")
