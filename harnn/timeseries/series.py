"""Multivariate series: values with holes, their times and the names of their sensors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harnn.errors import DataError

__all__ = ["Series", "read_series"]


@dataclass(frozen=True)
class Series:
    """One series of several sensors.

    Attributes:
        values: ``(time, features)`` in double precision, NaN where a value is missing.
        times: ``(time,)`` seconds, strictly increasing: of dates since 1970, by their own clock;
            the numbers of the steps where no times are known.
        names: Of the features.
        timestamps: The times as they were given (dates, seconds), for what goes back to the user;
            ``None`` where none were.
    """

    values: np.ndarray
    times: np.ndarray
    names: tuple[str, ...]
    timestamps: pd.Index | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def observed(self) -> np.ndarray:
        """Where a value is known: booleans ``(time, features)``."""
        return ~np.isnan(self.values)

    def part(self, start: int, stop: int) -> Series:
        """Return the steps from ``start`` up to ``stop``, as a view."""
        cut = slice(start, stop)
        stamps = None if self.timestamps is None else self.timestamps[cut]
        return Series(self.values[cut], self.times[cut], self.names, stamps)

    def with_values(self, values: np.ndarray) -> Series:
        """Return the same steps and sensors with other values."""
        return Series(values, self.times, self.names, self.timestamps)

    def frame(self) -> pd.DataFrame:
        """Return a row a step and a column a sensor, by the times as they were given."""
        index = pd.RangeIndex(len(self)) if self.timestamps is None else self.timestamps
        return pd.DataFrame(self.values, index=index, columns=list(self.names))


def read_series(
    data: Any, times: Any = None, names: Sequence[str] | None = None, what: str = "X"
) -> list[Series]:
    """Read what a user passes as series, and refuse what is none.

    Args:
        data: One series: an array ``(time, features)``, or a DataFrame with a column a sensor
            and, if it has dates or times, these as its index; or a list of such series, of any
            lengths.
        times: The times of a series given as an array, ``(time,)``: dates or seconds; for a
            list of series a list of them. A DataFrame's dates are its index.
        names: The sensors that are expected, in this order; those of the first series if not
            given. A DataFrame's columns may stand in another order.
        what: What to call the data in an error.

    Returns:
        The series. Those without times have the numbers of their steps for seconds.

    Raises:
        DataError: If a value is infinite or no number, times are not strictly increasing, the
            sensors are others than expected, or there is no step at all.

    Example:
        >>> (series,) = read_series([[1.0, 2.0], [float("nan"), 3.0]])
        >>> series.names, series.observed.tolist()
        (('0', '1'), [[True, True], [False, True]])
    """
    several = isinstance(data, list | tuple) and len(data) > 0 and not _is_row(data[0])
    given = list(data) if several else [data]
    stamps: list[Any] = [None] * len(given)
    if times is not None:
        stamps = list(times) if several else [times]
        if len(stamps) != len(given):
            raise DataError(f"{what} has {len(given)} series, times has {len(stamps)}")
    found: list[Series] = []
    for number, (one, of_one) in enumerate(zip(given, stamps, strict=True)):
        where = f"{what}[{number}]" if several else what
        found.append(_series(one, of_one, names, where))
        names = names or found[0].names
    if not found:
        raise DataError(f"{what} has no series")
    return found


def _is_row(first: Any) -> bool:
    """Tell whether the first element of a list is a step of one series, not a series."""
    return np.ndim(first) < 2


def _series(data: Any, times: Any, names: Sequence[str] | None, where: str) -> Series:
    if isinstance(data, pd.DataFrame):
        if times is not None:
            raise DataError(f"{where} is a DataFrame: its times are its index, not an argument")
        if not isinstance(data.index, pd.RangeIndex):
            times = data.index
        data = _in_order(data, names, where)
        columns: tuple[str, ...] = tuple(str(column) for column in data.columns)
    else:
        columns = ()
    values = _numbers(data, where)
    columns = columns or tuple(names or map(str, range(values.shape[1])))
    if values.shape[1] != len(columns):
        raise DataError(
            f"{where} has {values.shape[1]} features; {len(columns)} are needed: "
            f"{', '.join(columns)}"
        )
    _check_finite(values, columns, where)
    if times is None:
        return Series(values, np.arange(len(values), dtype=float), columns)
    stamps = pd.Index(times)
    return Series(values, _seconds(stamps, len(values), where), columns, stamps)


def _in_order(frame: pd.DataFrame, names: Sequence[str] | None, where: str) -> pd.DataFrame:
    """Return the columns that are expected, in their order."""
    columns = [str(column) for column in frame.columns]
    if (twice := _repeated(columns)) is not None:
        raise DataError(f"{where} has two columns {twice!r}; one a sensor is needed")
    if names is None:
        return frame
    missing = [name for name in names if name not in columns]
    more = [name for name in columns if name not in names]
    if missing or more:
        parts = [f"lacks {', '.join(map(repr, missing))}"] if missing else []
        parts += [f"has {', '.join(map(repr, more))} besides"] if more else []
        raise DataError(f"{where} {' and '.join(parts)}; the columns are {', '.join(names)}")
    return frame.iloc[:, [columns.index(name) for name in names]]


def _repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _numbers(data: Any, where: str) -> np.ndarray:
    """Return the values as numbers ``(time, features)``."""
    if isinstance(data, pd.DataFrame):
        for column in data.columns:
            kind = data[column].dtype
            if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)):
                dates = pd.api.types.is_datetime64_any_dtype(kind)
                hint = f"; times are the index: set_index({str(column)!r})" if dates else ""
                raise DataError(
                    f"{where}, column {str(column)!r}: numbers are needed, not {kind}{hint}"
                )
        data = data.to_numpy(dtype=float, na_value=np.nan)
    try:
        values = np.asarray(data, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: numbers (time, features) are needed: {error}") from None
    if values.ndim != 2:
        raise DataError(
            f"{where} has shape {values.shape}; (time, features) is needed"
            + ("; a single sensor is an array (time, 1)" if values.ndim == 1 else "")
        )
    if 0 in values.shape:
        raise DataError(f"{where} has shape {values.shape}: nothing in it")
    return values


def _check_finite(values: np.ndarray, names: Sequence[str], where: str) -> None:
    infinite = np.isinf(values)
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise DataError(
            f"{where}, row {row}, column {names[column]!r}: {values[row, column]}; a number is "
            "needed, or NaN where the value is missing"
        )


def _seconds(stamps: pd.Index, steps: int, where: str) -> np.ndarray:
    """Return times as seconds, after checking that they rise."""
    if stamps.shape != (steps,):
        raise DataError(f"{where} has {steps} steps, and {len(stamps)} times")
    if stamps.hasnans:
        raise DataError(
            f"{where}, row {int(np.flatnonzero(stamps.isna())[0])}: the time is missing"
        )
    if isinstance(stamps, pd.DatetimeIndex):
        seconds = (stamps.tz_localize(None) - pd.Timestamp(0)).total_seconds().to_numpy(dtype=float)
    elif isinstance(stamps, pd.TimedeltaIndex):
        seconds = stamps.total_seconds().to_numpy(dtype=float)
    elif pd.api.types.is_numeric_dtype(stamps.dtype):
        seconds = stamps.to_numpy(dtype=float)
    else:
        raise DataError(
            f"{where}: times of type {stamps.dtype}; dates (pandas.to_datetime) or seconds are "
            "needed"
        )
    steps_back = np.flatnonzero(np.diff(seconds) <= 0)
    if len(steps_back):
        row = int(steps_back[0]) + 1
        fault = "repeats" if seconds[row] == seconds[row - 1] else "lies before"
        raise DataError(
            f"{where}, row {row}: time {stamps[row]} {fault} {stamps[row - 1]} of the row above; "
            "times must rise: sort them, and keep one row a time"
        )
    return seconds
