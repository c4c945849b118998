"""The rows of a table or the lines of a stream, one after another, whatever their format."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from harnn.delimited import DELIMITERS, DelimitedFile, checked_delimiter, delimiter_hint
from harnn.errors import ConfigError, DataError, nearest

__all__ = ["Records", "open_records"]

Row = dict[str, Any]

STANDARD_INPUT = "-"
FORMATS = ("text", "jsonl")
SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet", ".txt")


@dataclass(frozen=True)
class Records:
    """Rows that are read as they are asked for.

    Attributes:
        name: Where they come from, for an error.
        unit: What they are counted in there: ``"row"`` or ``"line"``.
        rows: The rows, each with its place, counted from 1.
        total: How many there are, if that is known beforehand.
        types: The Arrow types of columns, where the source has any.
        hint: The end of the error message where a column is not found.
    """

    name: str
    unit: str
    rows: Iterator[tuple[int, Row]]
    total: int | None = None
    types: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""

    def texts(self, column: str) -> Iterator[tuple[Row, str]]:
        """Give each row with its text.

        Raises:
            DataError: If a row has no such column, or no text in it.
        """
        for number, row in self.rows:
            where = f"{self.name}, {self.unit} {number}"
            if column not in row:
                raise DataError(
                    f"{where}: there is no column {column!r} in {list(row)}{nearest(column, row)}; "
                    f"--text names the column of documents{self.hint}"
                )
            if not isinstance(row[column], str):
                raise DataError(
                    f"{where}, column {column!r}: expected a text, not {row[column]!r:.60}"
                )
            yield row, row[column]


def open_records(
    source: str, text: str = "text", format: str | None = None, delimiter: str | None = None
) -> Records:
    r"""Open a file or standard input, and look at its first row.

    Args:
        source: A ``.csv``, ``.tsv``, ``.jsonl``, ``.parquet`` or ``.txt`` file (a text a line), or
            ``"-"`` for standard input.
        text: What the column of texts is called where lines are texts.
        format: Of standard input: ``"text"``, a text a line, or ``"jsonl"``.
        delimiter: What stands between the cells of a CSV or TSV file, if not what is usual.

    Returns:
        The rows.

    Raises:
        ConfigError: If the format is unknown, or given for a file, whose name says it; or if the
            delimiter is not one character, or given for a source without delimiters.
        DataError: If there are no rows, or the source cannot be read.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "articles.csv")
        ...     _ = path.write_text("id,text\n7,a lake\n")
        ...     list(open_records(str(path)).rows)
        [(1, {'id': '7', 'text': 'a lake'})]
    """
    if format is not None and format not in FORMATS:
        raise ConfigError(
            f"--format {format}: there are {' and '.join(FORMATS)}{nearest(format, FORMATS)}"
        )
    if delimiter is not None and Path(source).suffix.lower() not in DELIMITERS:
        raise ConfigError(f"--delimiter is for {' and '.join(DELIMITERS)} files, not for {source}")
    if source == STANDARD_INPUT:
        records = _from_lines("standard input", sys.stdin.buffer, text, format or "text")
    else:
        path = Path(source)
        if format is not None:
            raise ConfigError(f"--format is for standard input; the name of {path} says what it is")
        records = _from_file(path, text, delimiter)
    first = next(records.rows, None)
    if first is None:
        raise DataError(f"{records.name}: there are no {records.unit}s")
    return replace(records, rows=chain([first], records.rows))


def _from_file(path: Path, text: str, delimiter: str | None) -> Records:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(
            f"{path}: files of kind {suffix!r} are not read{nearest(suffix, SUFFIXES)}; there are "
            f"{', '.join(SUFFIXES)}, and - for standard input"
        )
    if not path.is_file():
        raise DataError(f"{path}: there is no such file")
    if suffix == ".parquet":
        return _from_parquet(path)
    if suffix in DELIMITERS:
        return _from_csv(DelimitedFile(path, checked_delimiter(delimiter, path)))
    return _from_lines(str(path), _opened(path), text, "jsonl" if suffix == ".jsonl" else "text")


def _from_csv(file: DelimitedFile) -> Records:
    columns = file.header()
    if columns.count("") > 1:
        raise DataError(f"{file.path}: {columns.count('')} columns have no name")
    rows = (dict(zip(columns, cells, strict=True)) for cells in file.rows())
    hint = delimiter_hint(columns, file.delimiter)
    return Records(str(file.path), "row", enumerate(rows, start=1), hint=hint)


def _from_parquet(path: Path) -> Records:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file: {error}") from None

    def rows() -> Iterator[tuple[int, Row]]:
        number = 0
        with file:
            try:
                for batch in file.iter_batches(batch_size=1000):
                    for row in batch.to_pylist():
                        number += 1  # goes on from the batch before; the error names it
                        yield number, row
            except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                raise DataError(f"{path}, after row {number}: {error}") from None

    types = {column.name: column.type for column in file.schema_arrow}
    return Records(str(path), "row", rows(), file.metadata.num_rows, types)


def _from_lines(name: str, lines: Iterable[bytes], text: str, format: str) -> Records:
    decoded = _decoded(lines, name)
    if format == "text":
        texts = ((number, {text: line.rstrip("\r\n")}) for number, line in decoded)
        return Records(name, "line", texts)
    return Records(name, "line", _json_objects(decoded, name))


def _opened(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from stream


def _decoded(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        try:
            decoded = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(
                f"{name}, line {number}: byte 0x{line[error.start]:02x} is not UTF-8"
            ) from None
        yield number, decoded.removeprefix("\ufeff") if number == 1 else decoded


def _json_objects(lines: Iterable[tuple[int, str]], name: str) -> Iterator[tuple[int, Row]]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{name}, line {number}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise DataError(
                f"{name}, line {number}: expected a JSON object, not {line.strip():.60}"
            )
        yield number, row
