"""Readers of CSV, JSON lines and Parquet: the columns a file has, and its rows one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harnn.delimited import DELIMITERS, DelimitedFile, checked_delimiter
from harnn.errors import ConfigError, DataError, nearest
from harnn.utf8_lines import utf8_lines

__all__ = ["READERS", "Reader", "reader_of"]


@dataclass(frozen=True)
class Reader:
    """How one kind of file is read.

    Args:
        columns: Names the columns of a file.
        rows: Reads the cells of the named columns, a row at a time.
        tells_missing: Whether the format tells a missing cell from an empty one.
        keys_per_row: Whether each row names its cells, and may leave some out.
    """

    columns: Callable[[Path], list[str]]
    rows: Callable[[Path, Sequence[str]], Iterator[tuple[object, ...]]]
    tells_missing: bool = True
    keys_per_row: bool = False


def reader_of(path: Path, delimiter: str | None = None) -> Reader:
    """Return the reader for a file, by its suffix.

    Args:
        path: The file.
        delimiter: What stands between the cells of a CSV or TSV file, if not what is usual.

    Raises:
        DataError: The suffix is of no known kind.
        ConfigError: The delimiter is not one character, or the file has no delimiters.

    Example:
        >>> reader_of(Path("articles.csv")).tells_missing
        False
    """
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise DataError(
            f"{path}: files of kind {suffix!r} cannot be read{nearest(suffix, READERS)}; "
            f"known kinds: {known}"
        )
    if delimiter is None:
        return READERS[suffix]
    if suffix not in DELIMITERS:
        raise ConfigError(
            f"{path}: delimiter={delimiter!r} has no meaning for a {suffix} file; it is for "
            f"{' and '.join(DELIMITERS)}"
        )
    checked_delimiter(delimiter, path)
    return _csv_reader(delimiter)


def _csv_rows(file: DelimitedFile, names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    header = file.header()
    wanted = [header.index(name) for name in names]
    for row in file.rows():
        yield tuple(row[index] for index in wanted)


def _csv_reader(delimiter: str | None = None) -> Reader:
    def opened(path: Path) -> DelimitedFile:
        return DelimitedFile(path, checked_delimiter(delimiter, path))

    return Reader(
        lambda path: opened(path).header(),
        lambda path, names: _csv_rows(opened(path), names),
        tells_missing=False,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return dict(pairs)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    lines = utf8_lines(path)
    if path.suffix.lower() == ".json" and next(utf8_lines(path), "").lstrip().startswith("["):
        # One JSON array cannot be read piece by piece: it is held in memory while it is read.
        try:
            found = enumerate(json.loads("".join(lines), object_pairs_hook=_object), start=1)
        except ValueError as error:
            raise DataError(f"{path}: not JSON: {error}") from None
        where = "item"
    else:
        found = _json_lines(path, lines)
        where = "line"
    for number, record in found:
        if not isinstance(record, dict):
            raise DataError(f"{path}, {where} {number}: not a JSON object, as {{'text': ...}} is")
        yield record


def _json_lines(path: Path, lines: Iterator[str]) -> Any:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=_object)
            except ValueError as error:
                raise DataError(f"{path}, line {number}: not JSON: {error}") from None


def _json_columns(path: Path) -> list[str]:
    """Return the keys of all rows, in the order in which they first appear."""
    keys: dict[str, None] = {}
    empty = True
    for record in _records(path):
        keys.update(dict.fromkeys(record))
        empty = False
    if empty:
        raise DataError(f"{path}: there are no rows")
    return list(keys)


def _json_rows(path: Path, names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    # A key that a row leaves out is a missing cell.
    for record in _records(path):
        yield tuple(record.get(name) for name in names)


def _parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file: {error}") from None


def _parquet_columns(path: Path) -> list[str]:
    with _parquet(path) as file:
        return list(file.schema_arrow.names)


def _parquet_rows(path: Path, names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    import pyarrow as pa

    first = 1
    with _parquet(path) as file:
        try:
            for batch in file.iter_batches(batch_size=1000, columns=list(names)):
                columns = [batch.column(name) for name in names]
                for name, column in zip(names, columns, strict=True):
                    _check_utf8(column, f"{path}", name, first)
                yield from zip(*(column.to_pylist() for column in columns), strict=True)
                first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path}, after row {first - 1}: {error}") from None


def _check_utf8(column: Any, path: str, name: str, first: int) -> None:
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        for row in range(len(column)):
            try:
                column.slice(row, 1).validate(full=True)
            except pa.ArrowInvalid as error:
                raise DataError(f"{path}, row {first + row}, column {name!r}: {error}") from None
        raise


READERS = {
    **{suffix: _csv_reader() for suffix in DELIMITERS},
    ".jsonl": Reader(_json_columns, _json_rows, keys_per_row=True),
    ".json": Reader(_json_columns, _json_rows, keys_per_row=True),
    ".parquet": Reader(_parquet_columns, _parquet_rows),
}
