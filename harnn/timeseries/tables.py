"""Series read from tables: CSV and Parquet files, and the data sets that are known by name."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harnn.atomic import atomic_file
from harnn.errors import DataError, nearest

__all__ = [
    "KNOWN_SERIES",
    "check_output",
    "load_series",
    "put_back",
    "read_table",
    "series_of_table",
    "write_series",
    "write_table",
]

_SUFFIXES = (".csv", ".parquet")

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
) -> dict[str, pd.DataFrame]:
    r"""Read series from a table.

    Args:
        source: A CSV or Parquet file; or ``"skab"``, ``"beijing_air"`` or ``"etth1"``, which are
            looked for in ``HARNN_DATA_DIR`` and whose columns are known.
        time: The column of the time; or columns such as year, month, day and hour that make it
            up. Without one the rows are steps.
        series: A column each value of which has a series of its own.
        beside: A column each value of which has sensors of its own in one common series, named
            ``SENSOR VALUE``.
        sensors: The columns of the sensors; if not given, all others of numbers.
        leave_out: Columns that are no sensors.

    Returns:
        Series by name, each with its times as index and a column a sensor; ``""`` names the one of
        a table without such a column.

    Raises:
        DataError: If the table cannot be read or lacks a column, or a time is none.

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
    return series_of_table(read_table(path), str(path), **columns)


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV or Parquet file.

    Raises:
        DataError: If there is no such file, or it is neither.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        known = ", ".join(KNOWN_SERIES)
        raise DataError(f"{path}: a .csv or .parquet file is needed, or one of {known}")
    try:
        table = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except pd.errors.EmptyDataError:
        raise DataError(f"{path}: the file is empty") from None
    except (ValueError, OSError, ArithmeticError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    # Pandas writes an index of times as one.
    return table if isinstance(table.index, pd.RangeIndex) else table.reset_index()


def series_of_table(
    table: pd.DataFrame,
    where: str = "the table",
    time: str | Sequence[str] | None = None,
    series: str | None = None,
    beside: str | None = None,
    sensors: Sequence[str] | None = None,
    leave_out: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Turn a table into series: see `load_series`.

    Args:
        table: A row a step.
        where: What to call it in an error.
        time: As for `load_series`, as all that follow.
        series: ″
        beside: ″
        sensors: ″
        leave_out: ″

    Returns:
        Series by name.
    """
    parts, left = _listed(time), _listed(leave_out)
    groups = [column for column in (series, beside) if column is not None]
    _check_columns(table, [*parts, *groups, *_listed(sensors), *left], where)
    if table.empty:
        raise DataError(f"{where} has no rows")
    if sensors is None:
        others = table.columns.difference([*parts, *groups, *left], sort=False)
        sensors = [column for column in others if _is_sensor(table[column])]
    sensors = _listed(sensors)
    if not sensors:
        raise DataError(f"{where}: no column of numbers to be a sensor")
    for column in sensors:
        _check_numbers(table[column], where)
    for column in groups:
        _check_filled(table[column], where)
    values = table[sensors]
    if parts:
        values = values.set_axis(_times(table[parts], where), axis=0)
        if not groups:
            _check_one_series(values.index, table, where)
    if series is None:
        return {"": _side_by_side(values, table, beside, where)}
    return {
        str(name): _side_by_side(_rows(values, rows), table.iloc[rows], beside, where)
        for name, rows in table.groupby(series, sort=False).indices.items()
    }


def check_output(path: Path) -> None:
    """Refuse a file that `write_series` would not write.

    Raises:
        DataError: If it is neither CSV nor Parquet.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise DataError(f"{path}: a .csv or .parquet file is needed")


def write_series(frames: Mapping[str, pd.DataFrame], path: Path, series: str | None = None) -> None:
    """Write series as one table, whole or not at all: their times, then their sensors.

    Args:
        frames: By name, as `load_series` returns them.
        path: A CSV or Parquet file.
        series: A column for the names.

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
        part = frame.reset_index(names=str(frame.index.name or ("step" if steps else "time")))
        if series is not None:
            part.insert(0, series, name)
        parts.append(part)
    write_table(pd.concat(parts, ignore_index=True), path)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table, whole or not at all.

    Args:
        table: A row a step.
        path: A CSV or Parquet file.

    Raises:
        DataError: If it is neither.
    """
    check_output(path)
    with atomic_file(path) as temporary:
        if path.suffix.lower() == ".csv":
            table.to_csv(temporary, index=False)
        else:
            table.to_parquet(temporary, index=False)


def put_back(
    table: pd.DataFrame, frames: Mapping[str, pd.DataFrame], series: str | None = None
) -> pd.DataFrame:
    """Return a table with other values of its sensors; what else it has stays as it is.

    Args:
        table: What `series_of_table` was given.
        frames: What it returned, with other values, and perhaps more columns.
        series: As it was given.

    Example:
        >>> table = pd.DataFrame({"pump": ["a", "b", "a"], "x": [1.0, 2.0, 3.0], "note": "ok"})
        >>> frames = series_of_table(table, series="pump")
        >>> tens = {name: 10 * frame for name, frame in frames.items()}
        >>> put_back(table, tens, series="pump").values.tolist()
        [['a', 10.0, 'ok'], ['b', 20.0, 'ok'], ['a', 30.0, 'ok']]
    """
    rows: dict[str, Any] = {"": np.arange(len(table))}
    if series is not None:
        found = table.groupby(series, sort=False).indices.items()
        rows = {str(name): of_name for name, of_name in found}
    columns = next(iter(frames.values())).columns
    new = pd.DataFrame(np.nan, index=range(len(table)), columns=columns)
    for name, frame in frames.items():
        new.iloc[rows[name]] = frame.to_numpy()
    return table.reset_index(drop=True).assign(**{column: new[column] for column in columns})


def _rows(values: pd.DataFrame, rows: Any) -> pd.DataFrame:
    """Return some rows; steps that have no times are numbered anew."""
    cut = values.iloc[rows]
    return cut.reset_index(drop=True) if isinstance(values.index, pd.RangeIndex) else cut


def _side_by_side(
    values: pd.DataFrame, table: pd.DataFrame, column: str | None, where: str
) -> pd.DataFrame:
    """Put the sensors of each value of a column beside those of the others, step by step."""
    if column is None:
        return values
    parts = []
    for name, rows in table.groupby(column, sort=False).indices.items():
        part = _rows(values, rows)
        if part.index.has_duplicates:
            raise DataError(f"{where}: {column} {name!r} has two rows of one time")
        parts.append(part.add_suffix(f" {name}"))
    return pd.concat(parts, axis=1).sort_index()


def _times(columns: pd.DataFrame, where: str) -> pd.Index:
    if columns.shape[1] > 1:
        try:
            return pd.DatetimeIndex(pd.to_datetime(columns))
        except (ValueError, KeyError) as error:
            names = ", ".join(columns.columns)
            raise DataError(f"{where}, columns {names}: no dates: {error}") from None
    column = columns.iloc[:, 0]
    if pd.api.types.is_numeric_dtype(column.dtype):
        return pd.Index(column)
    try:
        return pd.DatetimeIndex(pd.to_datetime(column, format="ISO8601"))
    except (ValueError, TypeError) as error:
        known = pd.to_datetime(column, format="ISO8601", errors="coerce").notna()
        wrong = np.flatnonzero(~known & column.notna())
        if not len(wrong):
            raise DataError(f"{where}, column {column.name!r}: no dates: {error}") from None
        row = int(wrong[0])
        raise DataError(
            f"{where}, row {row}, column {column.name!r}: {column.iloc[row]!r} is no date such as "
            "2024-01-31 13:00"
        ) from None


def _listed(columns: str | Sequence[str] | None) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns or ())


def _is_sensor(column: pd.Series[Any]) -> bool:
    """Tell whether a column is one of numbers, or would be without some text in it."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return False
    known = column.dropna()
    return len(known) > 0 and pd.to_numeric(known, errors="coerce").notna().mean() > 0.5


def _check_numbers(column: pd.Series[Any], where: str) -> None:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = np.flatnonzero(numbers.isna() & column.notna())
    row = int(wrong[0]) if len(wrong) else 0
    raise DataError(
        f"{where}, row {row}, column {column.name!r}: {column.iloc[row]!r} is no number; leave it "
        "empty where nothing was measured, or leave the column out"
    )


def _check_filled(column: pd.Series[Any], where: str) -> None:
    empty = np.flatnonzero(column.isna())
    if len(empty):
        raise DataError(f"{where}, row {empty[0]}: column {column.name!r} is empty")


def _check_one_series(times: pd.Index, table: pd.DataFrame, where: str) -> None:
    """Refuse a table whose times go back, where a column tells several series apart."""
    if times.is_monotonic_increasing and times.is_unique:
        return
    for column in table.columns:
        if pd.api.types.is_numeric_dtype(table[column].dtype):
            continue
        groups = table.groupby(column, sort=False).indices.values()
        if len(groups) > len(table) // 2:  # a remark a row tells nothing apart
            continue
        if all(times[rows].is_monotonic_increasing and times[rows].is_unique for rows in groups):
            raise DataError(
                f"{where}: times repeat or go back; those of each {column!r} do not: say that "
                f"each has a series of its own (series: {column}, or --series {column})"
            )


def _check_columns(table: pd.DataFrame, needed: Sequence[str], where: str) -> None:
    names = [str(column) for column in table.columns]
    for column in needed:
        if column not in names:
            hint = nearest(column, names) or f"; its columns are {', '.join(names)}"
            if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
                hint += ": commas are needed between cells"
            raise DataError(f"{where} has no column {column!r}{hint}")


def _known_path(source: str, file: str) -> Path:
    folder = os.environ.get("HARNN_DATA_DIR")
    if not folder:
        raise DataError(f"{source} is looked for in the folder HARNN_DATA_DIR, which is not set")
    return Path(folder, file)
