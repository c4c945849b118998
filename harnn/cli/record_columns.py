"""The columns of rows, also of those that a first row leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from harnn.cli.records import Records

__all__ = ["RecordColumns", "all_columns", "first_columns"]


@dataclass(frozen=True)
class RecordColumns:
    """The columns that rows have.

    Attributes:
        names: Their names, in the order in which they first appear.
        complete: Whether no row has another one.
        samples: A value of each column that has any.
    """

    names: tuple[str, ...]
    complete: bool
    samples: Mapping[str, Any]


def first_columns(records: Records, complete: bool) -> tuple[RecordColumns, Records]:
    """Return the columns of the first row, and the records with that row again in its place.

    Args:
        records: Of which there is one at least.
        complete: Whether all rows have the columns of the first, as in a CSV file.

    Example:
        >>> rows = iter([(1, {"text": "a lake"}), (2, {"text": "a hill", "id": 7})])
        >>> columns, records = first_columns(Records("rows", "line", rows), False)
        >>> columns.names, len(list(records.rows))
        (('text',), 2)
    """
    first = next(records.rows)
    columns = RecordColumns(tuple(first[1]), complete, {})
    return columns, replace(records, rows=chain([first], records.rows))


def all_columns(records: Records) -> RecordColumns:
    """Read all rows and return their columns.

    Example:
        >>> rows = iter([(1, {"text": "a lake"}), (2, {"text": "a hill", "id": 7})])
        >>> all_columns(Records("rows", "line", rows)).names
        ('text', 'id')
    """
    samples: dict[str, Any] = {}
    for _, row in records.rows:
        for name, value in row.items():
            if samples.get(name) is None:
                samples[name] = value
    known = {name: value for name, value in samples.items() if value is not None}
    return RecordColumns(tuple(samples), True, known)
