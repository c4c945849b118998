"""A chronological split: what is learnt from lies before what is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from harnn.errors import ConfigError, DataError
from harnn.timeseries.series import Series

__all__ = ["Split", "split_series"]


class Split(NamedTuple):
    """The parts of some series; a series that has no steps in a part is not in it."""

    train: list[Series]
    validation: list[Series]
    test: list[Series]


def split_series(
    series: Sequence[Series],
    fractions: Sequence[float] = (0.6, 0.2, 0.2),
    months: Sequence[int] | None = None,
) -> Split:
    """Cut every series into a first, a middle and a last part.

    Windows are made of the parts, so that none reaches over a border.

    Args:
        series: What to cut; each at its own places.
        fractions: Shares of the steps in training, validation and test.
        months: Calendar months of training and of validation, counted from the month in which a
            series starts; the test part is the rest, or the third number of months. Replaces
            ``fractions``.

    Returns:
        The parts, as views.

    Raises:
        ConfigError: If the fractions are not three that add up to 1, or the months not two or
            three positive numbers.
        DataError: If a series has no dates to count months by, or ends before its test part.

    Example:
        >>> from harnn.timeseries.series import read_series
        >>> parts = split_series(read_series(np.arange(10.0)[:, None]))
        >>> [len(part[0]) for part in parts]
        [6, 2, 2]
    """
    if months is not None:
        borders = [_borders_by_months(one, months) for one in series]
    else:
        _check_fractions(fractions)
        # Rounded: 0.6 + 0.2 is not 0.8 in binary.
        ends = np.cumsum((0.0, *fractions))
        borders = [[round(float(end) * len(one)) for end in ends] for one in series]
    parts: tuple[list[Series], list[Series], list[Series]] = ([], [], [])
    for one, of_one in zip(series, borders, strict=True):
        for part, (start, stop) in zip(parts, pairwise(of_one), strict=True):
            if stop > start:
                part.append(one.part(start, stop))
    return Split(*parts)


def _check_fractions(fractions: Sequence[float]) -> None:
    if len(fractions) != 3 or min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ConfigError(
            f"fractions are {tuple(fractions)}; three that add up to 1 are needed, for training, "
            "validation and test"
        )


def _borders_by_months(series: Series, months: Sequence[int]) -> list[int]:
    """Return where the parts of a series start and end."""
    if len(months) not in (2, 3) or min(months) < 1:
        raise ConfigError(
            f"months are {tuple(months)}; two or three numbers of at least 1 are needed, for "
            "training, validation and, else all the rest, test"
        )
    dates = series.timestamps
    if not isinstance(dates, pd.DatetimeIndex | pd.PeriodIndex):
        raise DataError("months are counted by dates, and a series has none")
    passed = 12 * (dates.year - dates[0].year) + (dates.month - dates[0].month)
    borders = [0, *(int(np.searchsorted(passed, end)) for end in np.cumsum(months))]
    if len(months) == 2:
        borders.append(len(series))
    if borders[2] == len(series):
        raise DataError(
            f"a series of {int(passed[-1]) + 1} months ends before its test part, which starts "
            f"after {months[0]} + {months[1]}"
        )
    return borders
