"""Times read strictly from the columns of a table: dates, instants or seconds."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from harnn.errors import DataError
from harnn.timeseries.number_cells import NumberCells

__all__ = ["COMPACT_DATES", "UTC_OFFSET", "read_times"]

# Dates written as one number, by its digits.
COMPACT_DATES = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# Years that numbers are read as dates of; others count seconds.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# Where so many of a column's numbers are dates, another one is a mistake. Of numbers that count
# seconds one in thirty is a date.
_DATES_SHARE = 0.9

# Behind a time of day; that of 2024-01-31 is no offset.
UTC_OFFSET = re.compile(r"[T ].*?\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)$")

_ISO = "2024-01-31 13:00"


def read_times(columns: pd.DataFrame, where: str = "the table", decimal: str = ".") -> pd.Index:
    """Read the times of rows from one column, or from columns of their parts.

    Args:
        columns: One column of dates (ISO 8601), of dates written as numbers (``20240131``, also
            with hours, minutes and seconds) or of seconds; or columns called year, month, day and
            so on. No cell is missing.
        where: What to call the table in an error.
        decimal: The decimal mark of seconds in strings.

    Returns:
        ``(rows,)``. Times with UTC offsets are instants: they keep an offset that all share, and
        are in UTC where offsets differ.

    Raises:
        DataError: If a cell is no time, or if some rows have UTC offsets and others do not.

    Example:
        >>> read_times(pd.DataFrame({"day": ["20240131", "20240201"]})).tolist()
        [Timestamp('2024-01-31 00:00:00'), Timestamp('2024-02-01 00:00:00')]
        >>> at = ["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00"]
        >>> read_times(pd.DataFrame({"at": at})).tolist()[1]
        Timestamp('2024-03-31 01:00:00+0000', tz='UTC')
    """
    if columns.shape[1] > 1:
        return _assembled(columns, where, decimal)
    column = columns.iloc[:, 0]
    if pd.api.types.is_numeric_dtype(column.dtype):
        whole = pd.api.types.is_integer_dtype(column.dtype)
        dates = _compact_dates(column.astype(str), where) if whole else None
        return pd.Index(column) if dates is None else dates.rename(column.name)
    if not all(isinstance(cell, str) for cell in column):
        return _of_objects(column, where)
    cells = column.str.strip().astype(object)
    if _are_numbers(cells, decimal):
        dates = _compact_dates(cells, where)
        seconds = NumberCells.of(cells, decimal).values
        return pd.Index(seconds, name=column.name) if dates is None else dates
    return _iso_dates(cells, where, decimal)


def _are_numbers(cells: pd.Series[Any], decimal: str) -> bool:
    found = NumberCells.of(cells, decimal)
    return not len(found.wrong) and found.values.dtype != bool


def _compact_dates(cells: pd.Series[Any], where: str) -> pd.DatetimeIndex | None:
    """Return numbers such as 20240131 as dates; None if they are none."""
    digits = len(cells.iloc[0])
    if digits not in COMPACT_DATES or not (cells.str.fullmatch(f"[0-9]{{{digits}}}")).all():
        return None
    dates = pd.to_datetime(cells, format=COMPACT_DATES[digits], errors="coerce")
    known = dates.dt.year.between(_FIRST_YEAR, _LAST_YEAR).to_numpy()
    if known.mean() < _DATES_SHARE:
        return None
    if not known.all():
        row = int(np.flatnonzero(~known)[0])
        raise DataError(
            f"{where}, row {row + 1}, column {cells.name!r}: {cells.iloc[row]} is no date as the "
            f"others are, such as {cells.iloc[int(np.flatnonzero(known)[0])]}"
        )
    return pd.DatetimeIndex(dates)


def _of_objects(column: pd.Series[Any], where: str) -> pd.DatetimeIndex:
    try:
        return pd.DatetimeIndex(pd.to_datetime(column, format="ISO8601"))
    except (ValueError, TypeError) as error:
        known = pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True).notna()
        _refuse_first(column, ~known.to_numpy(), where)
        raise DataError(f"{where}, column {column.name!r}: no dates: {error}") from None


def _iso_dates(cells: pd.Series[Any], where: str, decimal: str) -> pd.DatetimeIndex:
    offsets = [found[1] if (found := UTC_OFFSET.search(cell)) else None for cell in cells]
    aware = np.array([offset is not None for offset in offsets])
    dates = pd.to_datetime(cells, format="ISO8601", errors="coerce", utc=bool(aware.any()))
    # pandas reads words such as "now", too.
    wrong = (dates.isna() | ~cells.str.match("[0-9]")).to_numpy()
    other = "," if decimal == "." else "."
    seconds = wrong.any() and _are_numbers(cells, other)
    hint = f'; for seconds with this decimal mark give decimal="{other}"' if seconds else ""
    _refuse_first(cells, wrong, where, hint)
    if aware.any() and not aware.all():
        minority = aware if aware.sum() * 2 < len(aware) else ~aware
        row = int(np.flatnonzero(minority)[0])
        has, others = (
            ("no", "others have one") if minority is not aware else ("a", "others have none")
        )
        raise DataError(
            f"{where}, row {row + 1}, column {cells.name!r}: {cells.iloc[row]!r} has {has} UTC "
            f"offset, and {others}: write all times with one, or all without"
        )
    if aware.any() and len({_normal(str(offset)) for offset in offsets}) == 1:
        dates = pd.to_datetime(cells, format="ISO8601")
    return pd.DatetimeIndex(dates)


def _normal(offset: str) -> str:
    digits = offset.replace(":", "")
    return "+0000" if digits in ("Z", "-0000") else digits.ljust(5, "0")


def _refuse_first(cells: pd.Series[Any], wrong: np.ndarray, where: str, hint: str = "") -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{where}, row {row + 1}, column {cells.name!r}: {cells.iloc[row]!r} is no date such "
            f"as {_ISO}; dates must be in ISO 8601, the year first{hint}"
        )


def _assembled(columns: pd.DataFrame, where: str, decimal: str) -> pd.DatetimeIndex:
    """Return the dates that columns of years, months, days and so on make up."""
    parts = {}
    for name in columns.columns:
        column = columns[name]
        if not pd.api.types.is_numeric_dtype(column.dtype):
            cells = NumberCells.of(column, decimal)
            if len(cells.wrong):
                row = int(cells.wrong[0])
                raise DataError(
                    f"{where}, row {row + 1}, column {name!r}: {column.iloc[row]!r} is no number, "
                    "as the part of a date must be"
                )
            column = pd.Series(cells.values)
        parts[name] = column.reset_index(drop=True)
    names = ", ".join(map(str, columns.columns))
    try:
        dates = pd.to_datetime(pd.DataFrame(parts), errors="coerce")
    except (ValueError, KeyError) as error:
        raise DataError(f"{where}, columns {names}: no dates: {error}") from None
    wrong = np.flatnonzero(dates.isna())
    if len(wrong):
        row = int(wrong[0])
        shown = ", ".join(str(cell) for cell in columns.iloc[row])
        raise DataError(f"{where}, row {row + 1}, columns {names}: {shown} is no date")
    return pd.DatetimeIndex(dates)
