"""A table of series: which of its columns are times, sensors and groups, and what they hold."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from harnn.delimited import delimiter_hint
from harnn.errors import DataError, nearest
from harnn.timeseries.number_cells import (
    MISSING_MARKERS,
    NumberCells,
    check_decimal,
    likely_cause,
)
from harnn.timeseries.number_style import NumberStyle
from harnn.timeseries.time_cells import read_times
from harnn.timeseries.time_style import TimeStyle

__all__ = ["SeriesTable"]

_LOG = logging.getLogger(__name__)


class SeriesTable:
    """A table with a row per step, whose columns of times and sensors are read.

    Args:
        frame: The table. Columns of strings are read strictly, with the row in every error;
            columns of other types are taken as they are.
        where: What to call it in an error.
        time: As for `harnn.timeseries.load_series`, as all that follow.
        series: ″
        beside: ″
        sensors: ″
        leave_out: ″
        decimal: ″

    Attributes:
        frame: As given.
        sensors: The columns of the sensors.
        left_out: Columns that were not asked for and are no sensors.
        index: The times of the rows; the numbers of the rows where there are no times.
        numbers: The sensors ``(rows, sensors)``, by the times.

    Raises:
        ConfigError: If ``decimal`` is neither a point nor a comma.
        DataError: If a column is missing, or a cell that must be a time or a number is none.

    Example:
        >>> frame = pd.DataFrame({"pump": ["a", "b", "a"], "x": ["1", "2", "3"], "note": "ok"})
        >>> table = SeriesTable(frame, series="pump")
        >>> table.series()["a"]["x"].tolist(), table.left_out
        ([1, 3], ['note'])
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        where: str = "the table",
        time: str | Sequence[str] | None = None,
        series: str | None = None,
        beside: str | None = None,
        sensors: Sequence[str] | None = None,
        leave_out: Sequence[str] = (),
        decimal: str = ".",
    ) -> None:
        check_decimal(decimal)
        self.frame, self._where, self._decimal = frame, where, decimal
        self._time, self._series, self._beside = _listed(time), series, beside
        groups = [column for column in (series, beside) if column is not None]
        asked = [*self._time, *groups, *_listed(leave_out)]
        self._check_columns([*asked, *_listed(sensors)])
        if frame.empty:
            raise DataError(f"{where} has no rows")
        self._read: dict[str, NumberCells] = {}
        self.left_out: list[str] = []
        if sensors is None:
            # A column without a name cannot be asked for, and is no sensor.
            others = [name for name in frame.columns if name != "" and name not in asked]
            sensors = [name for name in others if self._is_sensor(name)]
            self.left_out = [name for name in others if name not in sensors]
        self.sensors = _listed(sensors)
        if not self.sensors:
            hint = delimiter_hint(self._names)
            raise DataError(f"{where}: no column of numbers to be a sensor{hint}")
        values = {name: self._numbers(name) for name in self.sensors}
        self.numbers = pd.DataFrame(values, columns=self.sensors, index=frame.index)
        for column in groups:
            self._check_filled(column)
        if self._time:
            self._check_times_filled()
            times = read_times(frame[self._time], where, decimal)
            self.numbers = self.numbers.set_axis(times, axis=0)
            if not groups:
                self._check_one_series(times)
        self.index = self.numbers.index
        if self.left_out:
            shown = ", ".join(map(repr, self.left_out))
            _LOG.info("%s: columns left out, as they hold no numbers: %s", where, shown)

    def series(self) -> dict[str, pd.DataFrame]:
        """Return the series by name, with their times as index and a column per sensor."""
        return self.arranged(self.numbers)

    def check_times_rise(self) -> None:
        """Refuse a series whose times repeat or go back, by the rows of the table.

        Raises:
            DataError: If there is one.
        """
        if self._beside is not None or isinstance(self.index, pd.RangeIndex):
            return
        for rows in self._rows_by_series().values():
            times = self.index[rows]
            back = np.flatnonzero(~(times[1:] > times[:-1]))
            if len(back):
                before, after = int(back[0]), int(back[0]) + 1
                fault = "repeats" if times[after] == times[before] else "lies before"
                raise DataError(
                    f"{self._where}, row {rows[after] + 1}: time {times[after]} {fault} that of "
                    f"row {rows[before] + 1}, {times[before]}; times must rise: sort the rows, and "
                    "keep one per time"
                )

    def arranged(self, values: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Arrange values of the table's rows as its series are.

        Args:
            values: ``(rows, sensors)`` by the times, as ``numbers`` is.

        Returns:
            Series by name.

        Raises:
            DataError: If two rows of one ``beside`` have one time.
        """
        return {
            name: self._side_by_side(_rows(values, rows), self.frame.iloc[rows])
            for name, rows in self._rows_by_series().items()
        }

    def in_rows(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return values of the series in the rows of the table; the inverse of ``arranged``.

        Args:
            frames: By the names of the series, with any columns. Not for a table whose sensors
                stand beside each other.

        Returns:
            ``(rows, columns)``.
        """
        columns = next(iter(frames.values())).columns
        values = pd.DataFrame(np.nan, index=range(len(self.frame)), columns=columns)
        rows = self._rows_by_series()
        for name, frame in frames.items():
            values.iloc[rows[name]] = frame.to_numpy(dtype=float)
        return values

    def number_styles(self) -> dict[str, NumberStyle]:
        """Return how a table of strings writes the numbers of each column of its series."""
        styles = {name: NumberStyle.of(self._cells(name), self._decimal) for name in self.sensors}
        if self._beside is None:
            return styles
        values = self.frame[self._beside].unique()
        return {f"{name} {value}": style for name, style in styles.items() for value in values}

    def time_style(self) -> TimeStyle | None:
        """Return how the column of times writes them; None if there is not one such column."""
        if len(self._time) != 1:
            return None
        return TimeStyle.of(self.frame[self._time[0]], self._decimal)

    def time_texts(self) -> dict[Any, str]:
        """Return the cells of the one column of times by the time; of equal times the first."""
        texts: dict[Any, str] = {}
        for time, text in zip(self.index, self.frame[self._time[0]], strict=True):
            texts.setdefault(time, text)
        return texts

    @property
    def _names(self) -> list[str]:
        return [str(name) for name in self.frame.columns]

    def _rows_by_series(self) -> dict[str, np.ndarray]:
        if self._series is None:
            return {"": np.arange(len(self.frame))}
        groups = self.frame.groupby(self._series, sort=False).indices.items()
        return {str(name): np.asarray(rows) for name, rows in groups}

    def _side_by_side(self, values: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
        """Put the sensors of each value of a column beside those of the others, step by step."""
        if self._beside is None:
            return values
        parts = []
        for name, rows in table.groupby(self._beside, sort=False).indices.items():
            part = _rows(values, np.asarray(rows))
            if part.index.has_duplicates:
                raise DataError(f"{self._where}: {self._beside} {name!r} has two rows of one time")
            parts.append(part.add_suffix(f" {name}"))
        return pd.concat(parts, axis=1).sort_index()

    def _cells(self, name: str) -> NumberCells:
        if name not in self._read:
            self._read[name] = NumberCells.of(self.frame[name], self._decimal)
        return self._read[name]

    def _is_sensor(self, name: str) -> bool:
        """Tell whether a column is one of numbers, or would be but for mistakes in it."""
        column = self.frame[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            return True
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            return False
        cells = self._cells(name)
        if not len(cells.filled):
            return False
        return cells.mostly_numbers or bool(likely_cause(column, cells, self._decimal))

    def _numbers(self, name: str) -> Any:
        """Return the numbers of a sensor, and refuse a cell that is none."""
        column = self.frame[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            return column
        cells = self._cells(name)
        if not len(cells.wrong):
            return cells.values
        row = int(cells.wrong[0])
        cure = "leave it empty where nothing was measured, or leave the column out"
        if cause := likely_cause(column, cells, self._decimal):
            cure = f"{cause}; or leave the column out"
        elif not cells.mostly_numbers:
            cure = "most of its cells are none: leave the column out, or name another"
        raise DataError(
            f"{self._where}, row {row + 1}, column {name!r}: {column.iloc[row]!r} is no number; "
            f"{cure}"
        )

    def _check_columns(self, needed: Sequence[str]) -> None:
        names = self._names
        for column in needed:
            if column not in names:
                hint = nearest(column, names) or f"; its columns are {', '.join(names)}"
                raise DataError(
                    f"{self._where} has no column {column!r}{hint}{delimiter_hint(names)}"
                )

    def _check_times_filled(self) -> None:
        for column in self._time:
            cells = self.frame[column]
            marked = cells.isin(MISSING_MARKERS).to_numpy(dtype=bool)
            self._refuse_first(_is_empty(cells) | marked, f"the time is missing ({column!r})")

    def _check_filled(self, column: str) -> None:
        self._refuse_first(_is_empty(self.frame[column]), f"column {column!r} is empty")

    def _refuse_first(self, empty: np.ndarray, fault: str) -> None:
        """Refuse the first of some rows."""
        if not empty.any():
            return
        row = int(np.flatnonzero(empty)[0])
        cells = self.frame.iloc[row : row + 1]
        if all(_is_empty(cells.iloc[:, column]).all() for column in range(cells.shape[1])):
            fault += (
                ", and so is every other cell; a spreadsheet leaves such rows at the end: delete "
                "the row"
            )
        raise DataError(f"{self._where}, row {row + 1}: {fault}")

    def _check_one_series(self, times: pd.Index) -> None:
        """Refuse a table whose times go back, where a column tells several series apart."""
        if times.is_monotonic_increasing and times.is_unique:
            return
        for column in dict.fromkeys(self.frame.columns):
            if column in ("", *self._time, *self.sensors):
                continue
            if self._parts(column, times):
                raise DataError(
                    f"{self._where}: times repeat or go back; those of each {column!r} do not: say "
                    f"that each has a series of its own (series: {column}, or --series {column})"
                )

    def _parts(self, column: str, times: pd.Index) -> bool:
        """Tell whether each value of a column has a series of its own.

        Each has several rows, whose times rise. They are rows without a gap, or most times occur
        with more than one of the values. A remark or a status may have times that rise, too, but
        it comes and goes, and of one series few times occur twice.
        """
        cells = self.frame[column]
        if pd.api.types.is_numeric_dtype(cells.dtype) or _is_empty(cells).any():
            return False
        groups = [np.asarray(rows) for rows in self.frame.groupby(column).indices.values()]
        if len(groups) < 2 or min(map(len, groups)) < 2:
            return False
        if not all(
            times[rows].is_monotonic_increasing and times[rows].is_unique for rows in groups
        ):
            return False
        blocks = all(rows[-1] - rows[0] == len(rows) - 1 for rows in groups)
        return blocks or float(times.duplicated(keep=False).mean()) > 0.5


def _rows(values: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Return some rows; steps that have no times are numbered anew."""
    cut = values.iloc[rows]
    return cut.reset_index(drop=True) if isinstance(values.index, pd.RangeIndex) else cut


def _listed(columns: str | Sequence[str] | None) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns or ())


def _is_empty(column: pd.Series[Any]) -> np.ndarray:
    """Tell which cells hold nothing, or nothing but blanks."""
    blank = [isinstance(cell, str) and cell.isspace() for cell in column]
    return column.isna().to_numpy(dtype=bool) | np.array(blank, dtype=bool)
