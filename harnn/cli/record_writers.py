"""Rows written as they come: CSV, JSON lines and Parquet.

What JSON lines hold can be written in every format; `harnn.cli.half_pairs` says how what is not a
character is written.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TextIO

from harnn.atomic import atomic_file
from harnn.cli.half_pairs import escaped, replaced
from harnn.errors import DataError, nearest

__all__ = ["RecordWriter", "check_output", "open_writer"]

Row = Mapping[str, Any]

STANDARD_OUTPUT = "-"
SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
# Rows of a Parquet file that are held until they are written together.
ROW_GROUP = 4096


class RecordWriter(Protocol):
    """Takes rows one by one."""

    def write(self, row: Row) -> None:
        """Write a row.

        Raises:
            DataError: If the format cannot hold it.
        """


def check_output(target: str) -> None:
    """Refuse a file whose format is not known.

    Args:
        target: A file, or ``"-"`` for standard output.

    Raises:
        DataError: If it has another suffix than the known ones.

    Example:
        >>> check_output("predictions.csv")
    """
    suffix = Path(target).suffix.lower()
    if target != STANDARD_OUTPUT and suffix not in SUFFIXES:
        raise DataError(
            f"{target}: files of kind {suffix!r} are not written{nearest(suffix, SUFFIXES)}; there "
            f"are {', '.join(SUFFIXES)}, and - for JSON lines on standard output"
        )


@contextmanager
def open_writer(
    target: str,
    types: Mapping[str, Any] | None = None,
    unfinished: Path | None = None,
    columns: Sequence[str] = (),
    samples: Mapping[str, Any] | None = None,
) -> Iterator[RecordWriter]:
    """Open a writer; the file appears when the block ends, whole or not at all.

    Args:
        target: A ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet`` file, or ``"-"`` for JSON lines
            on standard output.
        types: The Arrow types of columns as far as they are known, for Parquet.
        unfinished: Where the file stands until then; a hidden file beside it if None.
        columns: The columns of CSV, TSV and Parquet, if they are known before the rows; else those
            of the first rows. A row may leave some out: its cells are empty, or null.
        samples: A value of columns, for the type of one that the first rows leave out.

    Yields:
        The writer.

    Example:
        >>> with open_writer("-") as writer:
        ...     writer.write({"text": "a lake", "l1": "Place"})
        {"text": "a lake", "l1": "Place"}
    """
    check_output(target)
    if target == STANDARD_OUTPUT:
        yield _JsonLines(sys.stdout)
        return
    suffix = Path(target).suffix.lower()
    with atomic_file(target, unfinished) as temporary:
        if suffix == ".parquet":
            parquet = _Parquet(temporary, types or {}, columns, samples or {})
            try:
                yield parquet
                parquet.flush()
            finally:
                parquet.close()
            return
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            if suffix == ".jsonl":
                yield _JsonLines(stream)
            else:
                yield _Csv(stream, "\t" if suffix == ".tsv" else ",", columns)


class _JsonLines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._number = 0

    def write(self, row: Row) -> None:
        self._number += 1
        self._stream.write(_json(row, f"output row {self._number}") + "\n")


class _Csv:
    """A list or mapping in a cell is written as JSON."""

    def __init__(self, stream: TextIO, delimiter: str, columns: Sequence[str]) -> None:
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        self._columns = tuple(columns)
        self._number = 0

    def write(self, row: Row) -> None:
        self._number += 1
        if self._number == 1:
            self._columns = self._columns or tuple(row)
            self._writer.writerow(map(replaced, self._columns))
        where = f"output row {self._number}"
        _check_columns(row, self._columns, where)
        self._writer.writerow([self._cell(row.get(column), where) for column in self._columns])

    @staticmethod
    def _cell(value: Any, where: str) -> Any:
        return _json(value, where) if isinstance(value, list | dict | bool) else replaced(value)


class _Parquet:
    """The first rows give the types of the columns that no other source gives."""

    def __init__(
        self,
        path: Path,
        types: Mapping[str, Any],
        columns: Sequence[str],
        samples: Mapping[str, Any],
    ) -> None:
        self._path = path
        self._types = {replaced(name): kind for name, kind in types.items()}
        self._columns = list(map(replaced, columns))
        self._samples = replaced(dict(samples))
        self._held: list[Row] = []
        self._written = 0
        self._writer: Any = None
        self._schema: Any = None

    def write(self, row: Row) -> None:
        self._held.append(replaced(dict(row)))
        if len(self._held) == ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        if not self._held:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._writer is None:
            self._schema = self._inferred()
            self._writer = pq.ParquetWriter(self._path, self._schema)
        for number, row in enumerate(self._held, start=self._written + 1):
            _check_columns(row, self._schema.names, f"output row {number}")
        try:
            table = pa.Table.from_pylist(self._held, schema=self._schema)
        except (pa.ArrowException, TypeError, OverflowError) as error:
            raise DataError(self._misfit(error)) from None
        self._writer.write_table(table)
        self._written += len(self._held)
        self._held = []

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _inferred(self) -> Any:
        import pyarrow as pa

        columns = self._columns or list(
            dict.fromkeys(column for row in self._held for column in row)
        )
        fields = []
        for column in columns:
            kind = self._types.get(column)
            if kind is None:
                try:
                    kind = pa.array([row.get(column) for row in self._held]).type
                    if pa.types.is_null(kind) and column in self._samples:
                        kind = pa.array([self._samples[column]]).type
                except (pa.ArrowException, TypeError, OverflowError) as error:
                    raise DataError(
                        f"column {column!r} has no one type that Parquet could hold ({error}); "
                        "leave it out with --keep, or write .jsonl"
                    ) from None
            fields.append(pa.field(column, kind))
        return pa.schema(fields)

    def _misfit(self, error: Exception) -> str:
        import pyarrow as pa

        for number, row in enumerate(self._held, start=self._written + 1):
            for column in self._schema:
                try:
                    pa.array([row.get(column.name)], column.type)
                except (pa.ArrowException, TypeError, OverflowError) as found:
                    return (
                        f"output row {number}, column {column.name!r}: {found}; earlier rows have "
                        f"{column.type}: leave it out with --keep, or write .jsonl"
                    )
        return str(error)


def _check_columns(row: Row, columns: tuple[str, ...] | list[str], where: str) -> None:
    for column in row:
        if column not in columns:
            raise DataError(
                f"{where}: column {column!r} is not among those of the first rows "
                f"({', '.join(columns)}): name the columns with --keep, or write .jsonl"
            )


def _json(value: Any, where: str) -> str:
    try:
        # JSON has no NaN: such a number is null, as it is in other tools' JSON.
        plain = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, default=_spelled)
    except TypeError as error:
        raise DataError(f"{where}: {error}; leave it out with --keep") from None
    return escaped(plain)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value


def _spelled(value: Any) -> str:
    if isinstance(value, date | time | Decimal):
        return value.isoformat() if isinstance(value, date | time) else str(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be written as JSON")
