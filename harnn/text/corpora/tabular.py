"""Corpora from files: one CSV, TSV, JSON, JSON lines or Parquet file, or a folder of parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harnn.delimited import DELIMITERS, checked_delimiter, delimiter_hint
from harnn.errors import ConfigError, DataError, LabelColumnsError
from harnn.text.corpora.cache import cached_dataset
from harnn.text.corpora.columns import Columns, choose_columns
from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.readers import READERS, Reader, reader_of
from harnn.text.corpora.rows import checked_batches

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PART_NAMES", "read_file", "read_files", "read_folder"]

# To be raised whenever the same file would be read into other rows.
READER_VERSION = 2

PART_NAMES = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing"),
    "unlabelled": ("unlabelled", "unlabeled", "unsupervised"),
}


def read_file(
    path: Path,
    *,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
    empty: str = "ended",
    delimiter: str | None = None,
) -> Split:
    """Read one file into an Arrow file in the cache, row by row, and open that.

    Args:
        path: A ``.csv``, ``.tsv``, ``.json``, ``.jsonl`` or ``.parquet`` file in UTF-8.
        text: The column of documents.
        labels: The columns of the levels, or one column of lists of paths; see
            :func:`harnn.text.corpora.load_corpus`.
        path_separator: What stands between the paths of a cell that is a string.
        empty: What an empty cell of a level means in CSV and TSV, which cannot tell: ``"ended"``
            (the path has ended above) or ``"unknown"`` (the level is not known). A cell such as
            ``NA`` or ``null`` is that string.
        delimiter: What stands between the cells of CSV and TSV, if not a comma or a tab.

    Returns:
        The documents.

    Raises:
        DataError: The file, a column or a cell cannot be used; the message says which.
        ConfigError: ``empty`` is neither, or ``delimiter`` is not one character or given for a file
            that has none.
    """
    return read_files(
        [path],
        text=text,
        labels=labels,
        path_separator=path_separator,
        empty=empty,
        delimiter=delimiter,
    )


def read_files(
    paths: Sequence[Path],
    *,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
    empty: str = "ended",
    delimiter: str | None = None,
) -> Split:
    """Read the files of one part, one after another; arguments as of :func:`read_file`."""
    if empty not in ("ended", "unknown"):
        raise ConfigError(f"empty={empty!r}: it must be 'ended' or 'unknown'")
    for path in paths:
        if not path.is_file():
            raise DataError(f"{path}: there is no such file")
    readers = [reader_of(path, delimiter) for path in paths]
    found = [reader.columns(path) for path, reader in zip(paths, readers, strict=True)]
    if all(reader.keys_per_row for reader in readers):
        # A key that a file leaves out is one that each of its rows leaves out.
        found = [list(dict.fromkeys(name for names in found for name in names))] * len(paths)
    chosen = [
        _columns(names, text, labels, path, delimiter)
        for names, path in zip(found, paths, strict=True)
    ]
    columns = chosen[0]
    for path, other in zip(paths, chosen, strict=True):
        if other != columns:
            raise DataError(
                f"{path}: columns {list(other.names)}, where {paths[0].name} has "
                f"{list(columns.names)}"
            )

    def batches() -> Iterator[pa.RecordBatch]:
        for path, reader in zip(paths, readers, strict=True):
            rows = _rows(path, reader, columns, empty)
            yield from checked_batches(rows, columns, str(path), path_separator)

    key = {
        "version": READER_VERSION,
        "files": [
            (str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths
        ],
        "columns": [columns.text, columns.levels, columns.paths],
        "path_separator": path_separator,
        "empty": empty,
        "delimiter": checked_delimiter(delimiter, paths[0]),
    }
    dataset = cached_dataset(paths[0].stem, key, columns.schema, batches)
    return Split(dataset, text=columns.text, levels=columns.levels, paths=columns.paths)


def read_folder(
    folder: Path,
    *,
    split: str | None = None,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
    empty: str = "ended",
    delimiter: str | None = None,
) -> Corpus:
    """Read a folder with a file, or several, for each part of a corpus.

    A file belongs to the part whose name is a word of its own: ``train.csv``,
    ``DBPEDIA_val.csv``, ``train-00000-of-00002.parquet``. They may stand in a folder ``data``
    inside. The other arguments are those of :func:`read_file`.

    Args:
        folder: The folder.
        split: The name of the part to train on, if it is not ``train``.
        text: The column of documents.
        labels: The columns of the levels, or one column of lists of paths.
        path_separator: What stands between the paths of a cell that is a string.
        empty: What an empty cell of a level means in CSV and TSV.
        delimiter: What stands between the cells of CSV and TSV, if not a comma or a tab.

    Returns:
        The parts that are there.

    Raises:
        DataError: No file is there to train on, or one cannot be used.
    """
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in READERS]
    if not files and (folder / "data").is_dir():
        files = [p for p in sorted((folder / "data").iterdir()) if p.suffix.lower() in READERS]
    names = PART_NAMES if split is None else {**PART_NAMES, "train": (split.lower(),)}
    found: dict[str, list[Path]] = {}
    for path in files:
        words = set(re.split(r"[^a-z]+", path.stem.lower())) | {path.stem.lower()}
        part = next((part for part, aliases in names.items() if words & set(aliases)), None)
        if part is not None:
            found.setdefault(part, []).append(path)
    if "train" not in found:
        raise DataError(
            f"{folder}: no file of the part {names['train'][0]!r} among "
            f"{[path.name for path in files]} (kinds: {', '.join(READERS)}); name one "
            f"{names['train'][0]}.csv or the like, or give the path of a file"
        )
    for part, paths in found.items():
        if len({path.suffix.lower() for path in paths}) > 1:
            raise DataError(
                f"{folder}: {[path.name for path in paths]} would all be the part {part!r}; "
                "keep one kind, or give the paths of the files"
            )
    parts = {
        part: read_files(
            paths,
            text=text,
            labels=[] if part == "unlabelled" else labels,
            path_separator=path_separator,
            empty=empty,
            delimiter=delimiter,
        )
        for part, paths in found.items()
    }
    return Corpus.from_parts(folder.resolve().name, parts)


def _columns(
    names: list[str],
    text: str,
    labels: str | Sequence[str] | None,
    path: Path,
    delimiter: str | None,
) -> Columns:
    """Choose the columns of a file; where they are not found, name a likelier delimiter."""
    try:
        return choose_columns(names, text, labels, str(path))
    except DataError as error:
        delimited = path.suffix.lower() in DELIMITERS
        hint = delimiter_hint(names, checked_delimiter(delimiter, path)) if delimited else ""
        if not hint:
            raise
        if isinstance(error, LabelColumnsError):
            # What is said of labels would be beside the point.
            error = error.with_cure(hint.removeprefix("; "))
            raise DataError(str(error)) from None
        raise DataError(f"{error}{hint}") from None


def _rows(path: Path, reader: Reader, columns: Columns, empty: str) -> Iterator[tuple[object, ...]]:
    rows = reader.rows(path, columns.names)
    if reader.tells_missing or empty == "ended" or columns.paths is not None:
        return rows
    return ((row[0], *(cell or None for cell in row[1:])) for row in rows)
