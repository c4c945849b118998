"""Rows checked one by one, and gathered into Arrow batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from harnn.errors import DataError
from harnn.text.corpora.columns import Columns
from harnn.text.labels.label_cells import Paths, is_missing, plain_cells, read_paths
from harnn.text.plain_strings import plain_string, string_hint

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["checked_batches"]

BATCH = 1000


def checked_batches(
    rows: Iterable[Sequence[object]], columns: Columns, where: str, path_separator: str = "|"
) -> Iterator[pa.RecordBatch]:
    """Check rows as they come and gather them into Arrow batches.

    A missing name (None, NaN) becomes null: the level is not known; so do missing paths: nothing is
    known of the document. A cell of paths may be a list of paths, each a string or a list of names,
    or one string: a JSON list, or paths with ``path_separator`` between them.

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
        where = f"column {columns.paths!r}"
        return (plain_string(text), _paths(labels[0], path_separator, where))
    names: list[str | None] = []
    for column, name in zip(columns.levels, labels, strict=True):
        if isinstance(name, str):
            names.append(plain_string(name))
        elif is_missing(name):
            names.append(None)
        else:
            raise DataError(
                f"column {column!r}: {_shown(name)} is not a string; a category has a name"
                f"{string_hint(name)}"
            )
    return (plain_string(text), *names)


def _paths(cell: object, separator: str, where: str) -> Paths | None:
    """Read a cell of paths; None if nothing is known of the document."""
    if is_missing(cell):
        return None
    if isinstance(cell, str):
        if not cell.strip():
            return ()
        if not cell.lstrip().startswith("["):
            return read_paths([path.strip() for path in cell.split(separator)], where)
        try:
            cell = json.loads(cell)
        except ValueError as error:
            raise DataError(
                f"{where}: {_shown(cell)} is not a JSON list of paths: {error}"
            ) from None
    cell = plain_cells(cell)  # lists for NumPy arrays, as pandas reads them from Parquet
    if not isinstance(cell, list | tuple):
        raise DataError(f"{where}: {_shown(cell)} is not a list of paths")
    for path in cell:
        if not isinstance(path, str | list | tuple):
            raise DataError(f"{where}: {_shown(path)} is not a path such as 'a/b/c'")
    return read_paths(cell, where)


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
    if isinstance(cell, list | tuple):
        return any(map(_has_surrogate, cell))
    return any("\ud800" <= character <= "\udfff" for character in cell or "")


def _shown(value: object) -> str:
    shown = repr(value)
    return f"{shown if len(shown) <= 60 else shown[:57] + '...'} ({type(value).__name__})"
