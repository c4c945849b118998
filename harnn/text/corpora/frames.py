"""Corpora from memory: pandas DataFrames, and plain lists of texts and labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.errors import ConfigError, DataError, nearest
from harnn.text.corpora.columns import Columns, choose_columns
from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.rows import checked_batches, is_missing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_frame", "read_frames", "read_lists"]


def read_frame(
    frame: pd.DataFrame,
    *,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
    where: str = "the DataFrame",
) -> Split:
    """Read a DataFrame; arguments as of :func:`harnn.text.corpora.load_corpus`.

    Returns:
        The documents, in memory.

    Raises:
        DataError: A column or a cell cannot be used; rows are counted from 1.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"text": ["a senator", "a song"], "l1": ["Agent", None]})
        >>> read_frame(frame).labels.tolist()
        [['Agent'], [None]]
    """
    found = [str(column) for column in frame.columns]
    columns = choose_columns(found, text, labels, where)
    cells = [frame.iloc[:, found.index(name)] for name in columns.names]
    return _in_memory(zip(*cells, strict=True), columns, where, path_separator)


def read_frames(
    frames: Mapping[str, pd.DataFrame],
    *,
    split: str | None = None,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
) -> Corpus:
    """Read a DataFrame for each part: ``train``, ``validation``, ``test``, ``unlabelled``.

    Args:
        frames: The parts by name.
        split: The name of the part to train on, if it is not ``train``.
        text: The column of documents.
        labels: The columns of the levels, or one column of lists of paths.
        path_separator: What stands between the paths of a cell that is a string.

    Returns:
        The parts.

    Raises:
        DataError: There is no part to train on, an unknown part, or a bad cell.
    """
    train = split or "train"
    known = [train, "validation", "test", "unlabelled"]
    if train not in frames:
        raise DataError(f"no part {train!r} to train on among {list(frames)}")
    parts: dict[str, Split] = {}
    for name, frame in frames.items():
        if name not in known:
            raise DataError(
                f"a part cannot be called {name!r}{nearest(name, known)}; known parts: {known}"
            )
        parts["train" if name == train else name] = read_frame(
            frame,
            text=text,
            labels=[] if name == "unlabelled" else labels,
            path_separator=path_separator,
            where=f"the DataFrame {name!r}",
        )
    return Corpus.from_parts("frames", parts)


def read_lists(texts: Sequence[str], labels: Any = None, *, label_form: str | None = None) -> Split:
    """Read a list of texts and a list of labels, in any form of the label contract.

    Args:
        texts: The documents.
        labels: None; a flat list of names (one level); rows of names ``(documents, levels)``; or
            a list of lists of paths. An array or DataFrame is read as rows.
        label_form: ``"levels"`` or ``"paths"``, where a nested list can be read both ways.

    Returns:
        The documents, in memory.

    Raises:
        DataError: The lists differ in length, hold what they may not, or can be read both ways.
        ConfigError: ``label_form`` is neither.

    Example:
        >>> read_lists(["joy and anger"], [["positive/joy", "negative/anger"], []][:1],
        ...            label_form="paths").labels
        [['positive/joy', 'negative/anger']]
    """
    if labels is None:
        return _in_memory(([text] for text in texts), Columns("text"), "the list of texts")
    # Anything with two dimensions (an array, a DataFrame) has a row a document, a column a level.
    is_array = getattr(labels, "ndim", 1) == 2
    rows: list[Any] = np.asarray(labels, dtype=object).tolist() if is_array else list(labels)
    if len(rows) != len(texts):
        raise DataError(f"{len(texts)} texts but {len(rows)} labels: one label a text is needed")
    if all(isinstance(row, str) or is_missing(row) for row in rows):
        rows = [[row] for row in rows]
        is_array = True
    form = label_form or ("levels" if is_array else _form(rows))
    if form == "paths":
        columns = Columns("text", paths="labels")
        cells: Iterable[Any] = zip(texts, rows, strict=True)
    elif form == "levels":
        depth = len(rows[0]) if rows else 0
        for number, row in enumerate(rows, start=1):
            if isinstance(row, str) or not hasattr(row, "__len__") or len(row) != depth:
                raise DataError(f"the list of labels, row {number}: {row!r} is not {depth} names")
        columns = Columns("text", levels=tuple(f"level {level + 1}" for level in range(depth)))
        cells = ([text, *row] for text, row in zip(texts, rows, strict=True))
    else:
        raise ConfigError(f"label_form={label_form!r}: it must be 'levels' or 'paths'")
    return _in_memory(cells, columns, "the lists of texts and labels")


def _form(rows: Sequence[Any]) -> str:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list | tuple):
            raise DataError(f"the list of labels, row {number}: {row!r} is not a list of names")
    cells = [cell for row in rows for cell in row]
    if len({len(row) for row in rows}) > 1 or any(isinstance(c, list | tuple) for c in cells):
        return "paths"
    if any(is_missing(cell) or cell == "" for cell in cells):
        return "levels"
    raise DataError(
        "the list of labels can be read as rows of levels and as several paths a document: "
        "say label_form='levels' or label_form='paths'"
    )


def _in_memory(
    rows: Iterable[Sequence[object]], columns: Columns, where: str, path_separator: str = "|"
) -> Split:
    import datasets
    import pyarrow as pa

    table = pa.Table.from_batches(list(checked_batches(rows, columns, where, path_separator)))
    dataset = datasets.Dataset.from_dict({name: table.column(name) for name in columns.names})
    return Split(dataset, text=columns.text, levels=columns.levels, paths=columns.paths)
