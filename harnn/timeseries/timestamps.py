"""Times of series: read from any library, and turned into seconds.

Times with a zone are instants and are compared in UTC. Times without a zone are compared by their
own clock.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from harnn.dataframes import as_list, is_column
from harnn.errors import DataError

__all__ = ["read_times", "seconds_of"]

_KINDS = "dates (pandas.to_datetime) or seconds are needed"


def read_times(times: Any, steps: int, where: str) -> tuple[pd.Index, pd.Index]:
    """Return times as they were given, and as instants, durations, periods or numbers.

    Args:
        times: An index or column of any library, an array or a list: dates and times, with or
            without a zone, durations, periods or seconds.
        steps: The number of times that are needed.
        where: What the series is called in an error.

    Returns:
        The times as an index of the caller's objects; and as a ``DatetimeIndex``,
        ``TimedeltaIndex``, ``PeriodIndex`` or index of numbers. Mostly these are the same.

    Raises:
        DataError: If there are more or fewer times, one is missing, or they are none of these.

    Example:
        >>> from datetime import date
        >>> _, times = read_times([date(2024, 1, 31), date(2024, 2, 1)], 2, "X")
        >>> times.strftime("%d %b").tolist()
        ['31 Jan', '01 Feb']
    """
    given = _as_index(times, where)
    if len(given) != steps:
        raise DataError(f"{where} has {steps} steps, and {len(given)} times")
    if given.hasnans:
        row = int(np.flatnonzero(given.isna())[0])
        raise DataError(f"{where}, row {row}: the time is missing")
    return given, _typed(given, where)


def seconds_of(times: pd.Index, where: str) -> np.ndarray:
    """Return times as seconds, after a check that they increase.

    Args:
        times: The second index that ``read_times`` returned.
        where: What the series is called in an error.

    Returns:
        ``(time,)``: of dates the seconds since 1970, of a period those of its start.

    Raises:
        DataError: If the times do not increase from row to row.

    Example:
        >>> index = pd.date_range("2023-03-26", periods=4, freq="h", tz="Europe/Berlin")
        >>> np.diff(seconds_of(index, "X")).tolist()  # clocks jump from 02:00 to 03:00
        [3600.0, 3600.0, 3600.0]
    """
    if isinstance(times, pd.DatetimeIndex | pd.PeriodIndex):
        clock = times.to_timestamp(how="start") if isinstance(times, pd.PeriodIndex) else times
        if clock.tz is not None:
            clock = clock.tz_convert("UTC").tz_localize(None)
        seconds = (clock - pd.Timestamp(0)).total_seconds().to_numpy(dtype=float)
    elif isinstance(times, pd.TimedeltaIndex):
        seconds = times.total_seconds().to_numpy(dtype=float)
    else:
        seconds = times.to_numpy(dtype=float)
    _check_increasing(seconds, times, where)
    return seconds


def _as_index(times: Any, where: str) -> pd.Index:
    if isinstance(times, np.ma.MaskedArray):
        masked = np.flatnonzero(np.ma.getmaskarray(times))
        if len(masked):
            raise DataError(f"{where}, row {masked[0]}: the time is missing")
        times = times.data
    elif is_column(times) and not isinstance(times, pd.Series):
        times = as_list(times)
    if isinstance(times, pd.MultiIndex):
        raise DataError(
            f"{where} has an index of {times.nlevels} levels, and times are one: give a list of "
            "series, each with its times as index"
        )
    try:
        return times if isinstance(times, pd.Index) else pd.Index(times)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: times are one column of {_KINDS}: {error}") from None


def _typed(given: pd.Index, where: str) -> pd.Index:
    """Return an index of one of the four kinds."""
    kind = given.dtype
    if isinstance(given, pd.DatetimeIndex | pd.TimedeltaIndex | pd.PeriodIndex):
        return given
    if pd.api.types.is_datetime64_any_dtype(kind):  # of pyarrow
        return pd.DatetimeIndex(given)
    if pd.api.types.is_timedelta64_dtype(kind):
        return pd.TimedeltaIndex(given)
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        _check_numbers(given, where)
        return given
    if all(isinstance(time, date | np.datetime64) for time in given):
        return _of_objects(given, where)
    raise DataError(f"{where}: times of type {kind}; {_KINDS}")


def _of_objects(given: pd.Index, where: str) -> pd.DatetimeIndex:
    """Return instants of Python's dates and times, whose offsets from UTC may differ."""
    aware = [isinstance(time, datetime) and time.tzinfo is not None for time in given]
    if not any(aware):
        return pd.DatetimeIndex(pd.to_datetime(given))
    if not all(aware):
        row = aware.index(not aware[0])
        has, first_has = ("a zone", "none") if aware[row] else ("no zone", "one")
        raise DataError(
            f"{where}, row {row}: time {given[row]} has {has}, and {given[0]} of row 0 has "
            f"{first_has}; give a zone to all times, or to none"
        )
    return pd.to_datetime(given, utc=True).tz_convert(given[-1].tzinfo)


def _check_numbers(given: pd.Index, where: str) -> None:
    """Refuse numbers that are not finite, and dates that are written as numbers."""
    numbers = given.to_numpy(dtype=float)
    infinite = np.flatnonzero(~np.isfinite(numbers))
    if len(infinite):
        raise DataError(f"{where}, row {infinite[0]}: time {given[infinite[0]]} is not finite")
    if not ((numbers >= 19000101) & (numbers <= 21001231) & (numbers % 1 == 0)).all():
        return
    dates = pd.to_datetime(
        pd.Index(numbers.astype(int).astype(str)), format="%Y%m%d", errors="coerce"
    )
    if len(dates) and not dates.hasnans:
        raise DataError(
            f"{where}: times such as {given[0]} are dates written as numbers, and numbers are "
            'seconds: convert them with pandas.to_datetime(index, format="%Y%m%d")'
        )


def _check_increasing(seconds: np.ndarray, times: pd.Index, where: str) -> None:
    back = np.flatnonzero(np.diff(seconds) <= 0)
    if not len(back):
        return
    row = int(back[0]) + 1
    fault = "repeats" if seconds[row] == seconds[row - 1] else "lies before"
    hint = ""
    if (
        isinstance(times, pd.DatetimeIndex)
        and times.tz is None
        and seconds[row - 1] - seconds[row] <= 3600
    ):
        hint = (
            "; if clocks were set back there, give the times a zone, as in "
            "index.tz_localize('Europe/Berlin', ambiguous='infer')"
        )
    raise DataError(
        f"{where}, row {row}: time {times[row]} {fault} {times[row - 1]} of the row above; "
        f"times must rise: sort them, and keep one row a time{hint}"
    )
