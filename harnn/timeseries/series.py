"""Multivariate series: values with holes, their times and the names of their sensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from harnn.dataframes import as_pandas, is_column, is_table
from harnn.errors import DataError
from harnn.timeseries.sensor_columns import SensorColumns
from harnn.timeseries.timestamps import read_times, seconds_of

__all__ = ["Series", "is_list_of_series", "read_series"]


@dataclass(frozen=True)
class Series:
    """One series of several sensors.

    Attributes:
        values: ``(time, features)`` in double precision, NaN where a value is missing.
        times: ``(time,)`` seconds, strictly increasing: of dates since 1970, in UTC where they
            have a zone, else by their own clock; the numbers of the steps where no times are known.
        names: Of the features.
        timestamps: The times as instants, durations, periods or numbers; ``None`` where none were
            given.
        rows: The labels of the rows as they were given, for what goes back to the user; ``None``
            where none were.
        columns: The columns of the table that the series was read from; ``None`` of an array.
        source: What the series is called in an error.
        first_row: The number, in the source, of the first step.
    """

    values: np.ndarray
    times: np.ndarray
    names: tuple[str, ...]
    timestamps: pd.Index | None = None
    rows: pd.Index | None = None
    columns: SensorColumns | None = None
    source: str = "X"
    first_row: int = 0

    def __len__(self) -> int:
        return len(self.values)

    @property
    def observed(self) -> np.ndarray:
        """Where a value is known: booleans ``(time, features)``."""
        return ~np.isnan(self.values)

    @property
    def index(self) -> pd.Index:
        """The labels of the rows: as they were given, else the numbers of the steps."""
        for given in (self.rows, self.timestamps):
            if given is not None:
                return given
        return pd.RangeIndex(len(self))

    def part(self, start: int, stop: int) -> Series:
        """Return the steps from ``start`` up to ``stop``, as a view."""
        cut = slice(start, stop)
        return replace(
            self,
            values=self.values[cut],
            times=self.times[cut],
            timestamps=None if self.timestamps is None else self.timestamps[cut],
            rows=None if self.rows is None else self.rows[cut],
            first_row=self.first_row + start,
        )

    def with_values(self, values: np.ndarray) -> Series:
        """Return the same steps and sensors with other values."""
        return replace(self, values=values)

    def frame(self) -> pd.DataFrame:
        """Return one row per step and one column per sensor, labelled as they were given."""
        if self.columns is None:
            return pd.DataFrame(self.values, index=self.index, columns=list(self.names))
        return self.columns.frame(self.values, self.index)

    def place(self, row: int) -> str:
        """Return where a step stands in the source, for an error."""
        return f"{self.source}, row {self.first_row + row}"

    def span(self, start: int = 0) -> str:
        """Return where the steps from ``start`` on stand in the source, for an error."""
        return f"{self.source}, rows {self.first_row + start} to {self.first_row + len(self) - 1}"


def read_series(
    data: Any, times: Any = None, names: Sequence[str] | None = None, what: str = "X"
) -> list[Series]:
    """Read what a user passes as series, and refuse what is none.

    Args:
        data: One series: an array ``(time, features)``, whose masked values are missing; or a
            table of pandas, polars or pyarrow with one column per sensor, in any order. A
            DataFrame of pandas has its dates or times, if any, as index. Or a list of such
            series, of any lengths.
        times: The times of a series that has no index, ``(time,)``: dates, durations or seconds,
            in an array, a list or a column of any library; for a list of series a list of them.
        names: The sensors that are expected, in this order; those of the first series if not
            given.
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
    several = is_list_of_series(data)
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


def is_list_of_series(data: Any) -> bool:
    """Return whether a user passed a list of series, and not one series.

    Args:
        data: As ``read_series`` takes it.

    Example:
        >>> is_list_of_series([np.zeros((3, 1))]), is_list_of_series([[0.0], [1.0]])
        (True, False)
    """
    return isinstance(data, list | tuple) and len(data) > 0 and not _is_row(data[0])


def _is_row(first: Any) -> bool:
    """Tell whether the first element of a list is a step of one series, not a series."""
    if is_table(first):
        return False
    if isinstance(first, list | tuple):
        return not first or (not isinstance(first[0], list | tuple) and np.ndim(first[0]) == 0)
    return np.ndim(first) < 2


def _series(data: Any, times: Any, names: Sequence[str] | None, where: str) -> Series:
    rows: pd.Index | None = None
    columns: SensorColumns | None = None
    if is_table(data):
        table = as_pandas(data, where)
        if times is not None and table is data:
            raise DataError(f"{where} is a DataFrame: its times are its index, not an argument")
        if isinstance(table.index, pd.RangeIndex):
            rows = table.index if table is data else None
        elif times is None:
            times = table.index
        columns = SensorColumns.of(table, names, where)
        values = np.empty(table.shape)
        values[:, columns.sensors] = _table_values(table, where, is_pandas=table is data)
        sensors = tuple(names or map(str, table.columns))
    else:
        values = _array_values(data, where)
        sensors = tuple(names or map(str, range(values.shape[1])))
    if 0 in values.shape:
        raise DataError(f"{where} has shape {values.shape}: nothing in it")
    if values.shape[1] != len(sensors):
        raise DataError(
            f"{where} has {values.shape[1]} features; {len(sensors)} are needed: "
            f"{', '.join(sensors)}"
        )
    _check_finite(values, sensors, where)
    if times is None:
        steps = np.arange(len(values), dtype=float)
        return Series(values, steps, sensors, rows=rows, columns=columns, source=where)
    rows, stamps = read_times(times, len(values), where)
    seconds = seconds_of(stamps, where)
    return Series(values, seconds, sensors, stamps, rows, columns, where)


def _table_values(table: pd.DataFrame, where: str, is_pandas: bool) -> np.ndarray:
    """Return the numbers of a table, column by column."""
    values = np.empty(table.shape)
    for number, (label, kind) in enumerate(zip(table.columns, table.dtypes, strict=True)):
        column = table.iloc[:, number]
        numeric = pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)
        if pd.api.types.is_object_dtype(kind) and _are_numbers(column):
            values[:, number] = column.where(column.notna(), np.nan).astype(float)
        elif numeric and not pd.api.types.is_complex_dtype(kind):
            values[:, number] = column.to_numpy(dtype=float, na_value=np.nan)
        else:
            hint = ""
            if pd.api.types.is_datetime64_any_dtype(kind):
                name = repr(str(label))
                hint = f"; times are the index: set_index({name})"
                if not is_pandas:
                    hint = f"; pass times as the argument times=, and drop the column {name}"
            raise DataError(f"{where}, column {str(label)!r}: numbers are needed, not {kind}{hint}")
    return values


def _are_numbers(column: pd.Series[Any]) -> bool:
    """Tell whether Python objects are numbers, booleans or missing."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    return kind in ("boolean", "decimal", "floating", "integer", "mixed-integer-float", "empty")


def _array_values(data: Any, where: str) -> np.ndarray:
    """Return the numbers of an array or nested list ``(time, features)``."""
    try:
        numbers = np.asarray(_unmasked(data))
        if np.iscomplexobj(numbers):
            raise TypeError("these are complex")
        values = np.asarray(numbers, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: numbers (time, features) are needed: {error}") from None
    if values.ndim != 2:
        hint = ""
        if values.ndim == 1:
            hint = "; a single sensor is an array (time, 1)"
            if is_column(data):
                hint += ", and a column a table of one: to_frame()"
        raise DataError(f"{where} has shape {values.shape}; (time, features) is needed{hint}")
    return values


def _unmasked(data: Any) -> Any:
    """Return data with NaN in the place of what is masked."""
    if isinstance(data, np.ma.MaskedArray):
        return np.ma.filled(data.astype(float), np.nan)
    if isinstance(data, list | tuple):
        return [_unmasked(one) for one in data]
    return data


def _check_finite(values: np.ndarray, names: Sequence[str], where: str) -> None:
    infinite = np.isinf(values)
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise DataError(
            f"{where}, row {row}, column {names[column]!r}: {values[row, column]}; a number is "
            "needed, or NaN where the value is missing"
        )
