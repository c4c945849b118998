"""Series read from tables: CSV and Parquet files, and the data sets that are known by name."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harnn.atomic import atomic_file
from harnn.delimited import DELIMITERS, DelimitedFile, checked_delimiter
from harnn.errors import ConfigError, DataError
from harnn.timeseries.series_table import SeriesTable

__all__ = [
    "KNOWN_SERIES",
    "check_output",
    "check_text_options",
    "is_delimited",
    "load_series",
    "read_table",
    "series_of_table",
    "write_series",
    "write_table",
]

_SUFFIXES = (*DELIMITERS, ".parquet")
_KINDS = "a .tsv, .csv or .parquet file"

# Where each lies in HARNN_DATA_DIR, and what its columns are.
KNOWN_SERIES: dict[str, dict[str, Any]] = {
    "beijing_air": {
        "file": "beijing_air/beijing_air.parquet",
        "time": ["year", "month", "day", "hour"],
        "series": "station",
        "leave_out": ["No", "wd"],
    },
    "etth1": {"file": "ett/ETTh1.parquet", "time": "date"},
    "skab": {
        "file": "skab/skab.parquet",
        "time": "datetime",
        "series": "source",
        "leave_out": ["anomaly", "changepoint"],
    },
}


def load_series(
    source: str,
    time: str | Sequence[str] | None = None,
    series: str | None = None,
    beside: str | None = None,
    sensors: Sequence[str] | None = None,
    leave_out: Sequence[str] | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
) -> dict[str, pd.DataFrame]:
    r"""Read series from a table.

    A CSV file is read strictly: every row has as many cells as the first line names columns, and
    only times and sensors are more than strings. Rows in messages are counted from 1, below the
    first line.

    Args:
        source: A CSV, TSV or Parquet file; or ``"skab"``, ``"beijing_air"`` or ``"etth1"``, which
            are looked for in ``HARNN_DATA_DIR`` and whose columns are known.
        time: The column of the time; or columns such as year, month, day and hour that make it
            up. Without one the rows are steps. Dates are in ISO 8601, or numbers such as 20240131;
            other numbers are seconds. Times with UTC offsets are instants.
        series: A column each value of which has a series of its own.
        beside: A column each value of which has sensors of its own in one common series, named
            ``SENSOR VALUE``.
        sensors: The columns of the sensors; if not given, all others of numbers. In CSV an empty
            cell, ``NA``, ``null`` and the like are missing values.
        leave_out: Columns that are no sensors.
        delimiter: What stands between the cells of a CSV file; a comma by default, in TSV a tab.
        decimal: The decimal mark in a CSV file: ``"."`` or ``","``.

    Returns:
        Series by name, each with its times as index and a column per sensor; ``""`` names the one
        of a table without such a column.

    Raises:
        ConfigError: If ``delimiter`` or ``decimal`` is wrong, or has no meaning for the file.
        DataError: If the table cannot be read or lacks a column, or if a cell is no time or no
            number; the message names the row and the column.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "pump.csv")
        ...     _ = path.write_text("at,pressure\n2024-01-01 00:00,1.5\n2024-01-01 00:01,\n")
        ...     load_series(str(path), time="at")[""]["pressure"].tolist()
        [1.5, nan]
    """
    given = {
        "time": time,
        "series": series,
        "beside": beside,
        "sensors": sensors,
        "leave_out": leave_out,
    }
    columns: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if source in KNOWN_SERIES:
        known = dict(KNOWN_SERIES[source])
        path = _known_path(source, known.pop("file"))
        # Those of one series beside another are no series of their own.
        if beside is not None:
            known.pop("series", None)
        columns = known | columns
    else:
        path = Path(source)
    check_text_options(path, decimal=decimal)
    table = read_table(path, delimiter)
    return series_of_table(table, str(path), decimal=decimal, **columns)


def read_table(path: Path, delimiter: str | None = None) -> pd.DataFrame:
    """Read a CSV, TSV or Parquet file.

    Args:
        path: The file.
        delimiter: What stands between the cells of a CSV or TSV file, if not what is usual.

    Returns:
        The table. The cells of a CSV or TSV file are strings as they stand there, and None where
        they are empty.

    Raises:
        ConfigError: If the delimiter is not one character, or the file is Parquet.
        DataError: If there is no such file, it is of another kind, or a row is damaged.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise DataError(f"{path}: {_KINDS} is needed, or one of {', '.join(KNOWN_SERIES)}")
    if not path.is_file():
        raise DataError(f"{path}: there is no such file")
    check_text_options(path, delimiter)
    if is_delimited(path):
        return _read_delimited(DelimitedFile(path, checked_delimiter(delimiter, path)))
    try:
        table = pd.read_parquet(path)
    except (ValueError, OSError, ArithmeticError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    # Pandas writes an index of times as one.
    return table if isinstance(table.index, pd.RangeIndex) else table.reset_index()


def is_delimited(path: Path) -> bool:
    """Return whether a file is CSV or TSV, by its name."""
    return path.suffix.lower() in DELIMITERS


def check_text_options(path: Path, delimiter: str | None = None, decimal: str = ".") -> None:
    """Refuse options of CSV for a file that is none.

    Args:
        path: The file.
        delimiter: As for `load_series`.
        decimal: As for `load_series`.

    Raises:
        ConfigError: If one is given for another kind of file.
    """
    given = {"delimiter": delimiter, "decimal": None if decimal == "." else decimal}
    for name, value in given.items():
        if value is not None and not is_delimited(path):
            raise ConfigError(
                f"{path}: {name}={value!r} has no meaning for a {path.suffix} file; it is for "
                f"{' and '.join(DELIMITERS)}"
            )


def series_of_table(
    table: pd.DataFrame,
    where: str = "the table",
    time: str | Sequence[str] | None = None,
    series: str | None = None,
    beside: str | None = None,
    sensors: Sequence[str] | None = None,
    leave_out: Sequence[str] = (),
    decimal: str = ".",
) -> dict[str, pd.DataFrame]:
    """Turn a table into series: see `load_series`.

    Args:
        table: A row per step.
        where: What to call it in an error.
        time: As for `load_series`, as all that follow.
        series: ″
        beside: ″
        sensors: ″
        leave_out: ″
        decimal: The decimal mark of numbers in strings.

    Returns:
        Series by name.
    """
    return SeriesTable(table, where, time, series, beside, sensors, leave_out, decimal).series()


def check_output(path: Path) -> None:
    """Refuse a file that `write_series` would not write.

    Raises:
        DataError: If it is neither CSV, TSV nor Parquet.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise DataError(f"{path}: {_KINDS} is needed")


def write_series(
    frames: Mapping[str, pd.DataFrame],
    path: Path,
    series: str | None = None,
    delimiter: str | None = None,
) -> None:
    """Write series as one table, whole or not at all: their times, then their sensors.

    Args:
        frames: By name, as `load_series` returns them.
        path: A CSV, TSV or Parquet file.
        series: A column for the names.
        delimiter: What stands between the cells of CSV and TSV, if not what is usual.

    Example:
        >>> import tempfile
        >>> frame = pd.DataFrame({"pressure": [1.5, 2.0]}, index=pd.Index([0.0, 0.5], name="at"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "pump.csv")
        ...     write_series({"a": frame}, path, series="run")
        ...     print(path.read_text())
        run,at,pressure
        a,0.0,1.5
        a,0.5,2.0
        <BLANKLINE>
    """
    parts = []
    for name, frame in frames.items():
        steps = isinstance(frame.index, pd.RangeIndex)
        named = str(frame.index.name or ("step" if steps else "time"))
        part = frame.reset_index(names=named)
        if series is not None:
            part.insert(0, series, name)
        parts.append(part)
    write_table(pd.concat(parts, ignore_index=True), path, delimiter)


def write_table(table: pd.DataFrame, path: Path, delimiter: str | None = None) -> None:
    """Write a table, whole or not at all.

    Args:
        table: A row per step.
        path: A CSV, TSV or Parquet file.
        delimiter: What stands between the cells of CSV and TSV, if not what is usual.

    Raises:
        DataError: If it is none of these.
    """
    check_output(path)
    if not is_delimited(path) and not table.columns.is_unique:
        raise DataError(f"{path}: several columns have no name, as Parquet needs it; name them")
    with atomic_file(path) as temporary:
        if is_delimited(path):
            table.to_csv(temporary, index=False, sep=checked_delimiter(delimiter, path))
        else:
            table.to_parquet(temporary, index=False)


def _read_delimited(file: DelimitedFile) -> pd.DataFrame:
    header = file.header()
    rows = [[cell or None for cell in row] for row in file.rows()]
    cells = np.array(rows, dtype=object) if rows else np.empty((0, len(header)), dtype=object)
    return pd.DataFrame(cells, columns=pd.Index(header, dtype=object), dtype=object)


def _known_path(source: str, file: str) -> Path:
    folder = os.environ.get("HARNN_DATA_DIR")
    if not folder:
        raise DataError(f"{source} is looked for in the folder HARNN_DATA_DIR, which is not set")
    return Path(folder, file)
