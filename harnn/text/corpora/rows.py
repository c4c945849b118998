"""Rows checked one by one, and gathered into Arrow batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from harnn.errors import DataError
from harnn.text.corpora.columns import Columns

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["checked_batches", "is_missing"]

BATCH = 1000


def is_missing(value: object) -> bool:
    """Say whether a cell is None, NaN or pandas' own mark of a missing value.

    Example:
        >>> is_missing(float("nan")), is_missing("NA"), is_missing("")
        (True, False, False)
    """
    if value is None:
        return True
    if isinstance(value, str | list | tuple):
        return False
    import pandas as pd

    # Its stubs list the types it takes; what a cell holds is any of them or none.
    missing = pd.isna(value)  # type: ignore[call-overload]
    return isinstance(missing, bool) and missing


def checked_batches(
    rows: Iterable[Sequence[object]], columns: Columns, where: str, path_separator: str = "|"
) -> Iterator[pa.RecordBatch]:
    """Check rows as they come and gather them into Arrow batches.

    A missing name (None, NaN) becomes null: the level is not known. A cell of paths may be a list
    of strings, or one string: a JSON list, or paths with ``path_separator`` between them.

    Args:
        rows: The cells of each row, in the order of ``columns.names``.
        columns: What the cells are.
        where: What the table is called in an error.
        path_separator: What stands between the paths of a cell that is a string.

    Yields:
        Batches with the schema ``columns.schema``.

    Raises:
        DataError: There are no rows, or a cell is not what its column holds; rows are counted
            from 1.

    Example:
        >>> rows = [("a senator", "Agent"), ("a song", None)]
        >>> next(checked_batches(rows, Columns("text", levels=("l1",)), "two rows")).to_pydict()
        {'text': ['a senator', 'a song'], 'l1': ['Agent', None]}
    """
    gathered: list[tuple[object, ...]] = []
    number = 0
    for number, row in enumerate(rows, start=1):
        try:
            gathered.append(_checked(row, columns, path_separator))
        except DataError as error:
            raise DataError(f"{where}, row {number}, {error}") from None
        if len(gathered) == BATCH:
            yield _batch(gathered, columns, where, number - len(gathered) + 1)
            gathered = []
    if gathered:
        yield _batch(gathered, columns, where, number - len(gathered) + 1)
    if number == 0:
        raise DataError(f"{where}: there are no rows")


def _checked(row: Sequence[object], columns: Columns, path_separator: str) -> tuple[object, ...]:
    text, *labels = row
    if not isinstance(text, str):
        if is_missing(text):
            raise DataError(f"column {columns.text!r}: the text is missing")
        raise DataError(f"column {columns.text!r}: {_shown(text)} is not a string")
    if columns.paths is not None:
        try:
            return (text, _paths(labels[0], path_separator))
        except DataError as error:
            raise DataError(f"column {columns.paths!r}: {error}") from None
    names: list[str | None] = []
    for column, name in zip(columns.levels, labels, strict=True):
        if isinstance(name, str):
            names.append(name)
        elif is_missing(name):
            names.append(None)
        else:
            raise DataError(
                f"column {column!r}: {_shown(name)} is not a string; a category has a name"
            )
    return (text, *names)


def _paths(cell: object, separator: str) -> list[str]:
    if isinstance(cell, str):
        if not cell.strip():
            return []
        if not cell.lstrip().startswith("["):
            return [path.strip() for path in cell.split(separator)]
        try:
            cell = json.loads(cell)
        except ValueError as error:
            raise DataError(f"{_shown(cell)} is not a JSON list of paths: {error}") from None
    elif is_missing(cell):
        raise DataError("the labels are missing; a document of no category has an empty list")
    if hasattr(cell, "tolist"):  # a NumPy array, as pandas reads lists from Parquet
        cell = cell.tolist()
    if not isinstance(cell, list | tuple):
        raise DataError(f"{_shown(cell)} is not a list of paths")
    return [_path(path) for path in cell]


def _path(path: Any) -> str:
    if isinstance(path, list | tuple) and all(isinstance(name, str) for name in path):
        for name in path:
            if "/" in name:
                raise DataError(f"the name {name!r} holds a '/', which parts the names of a path")
        return "/".join(path)
    if not isinstance(path, str):
        raise DataError(f"{_shown(path)} is not a path such as 'a/b/c'")
    return path


def _batch(
    rows: list[tuple[object, ...]], columns: Columns, where: str, first: int
) -> pa.RecordBatch:
    import pyarrow as pa

    schema = columns.schema
    try:
        cells = zip(*rows, strict=True)
        arrays = [pa.array(cell, field.type) for cell, field in zip(cells, schema, strict=True)]
    except UnicodeEncodeError as error:
        for number, row in enumerate(rows, start=first):
            for column, cell in zip(columns.names, row, strict=True):
                if "\\ud" in json.dumps(cell) and _has_surrogate(cell):
                    raise DataError(
                        f"{where}, row {number}, column {column!r}: half a surrogate pair, which "
                        "is not a character"
                    ) from error
        raise
    return pa.record_batch(arrays, schema=schema)


def _has_surrogate(cell: Any) -> bool:
    strings = cell if isinstance(cell, list) else [cell]
    return any("\ud800" <= character <= "\udfff" for s in strings if s for character in s)


def _shown(value: object) -> str:
    shown = repr(value)
    return f"{shown if len(shown) <= 60 else shown[:57] + '...'} ({type(value).__name__})"
