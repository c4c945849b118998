"""Corpora from memory: tables of any DataFrame library, and lists of texts and labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harnn.dataframes import as_pandas, library_of
from harnn.errors import ConfigError, DataError, nearest
from harnn.text.corpora.columns import Columns, choose_columns
from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.rows import checked_batches
from harnn.text.documents import iterable_texts
from harnn.text.labels import LABEL_FORMS, Labels, read_labels
from harnn.text.labels.label_cells import Paths, is_nan
from harnn.text.labels.unknown_levels import warn_of_nan

__all__ = ["read_frame", "read_frames", "read_list_parts", "read_lists"]

UNKNOWN = ((None,),)
# From warn_of_nan's caller here to the user's line, by way of load_corpus.
USER = 5


def read_frame(
    frame: Any,
    *,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
    where: str = "the DataFrame",
) -> Split:
    """Read a DataFrame of any library.

    Args:
        frame: The table.
        text: The column of documents.
        labels: The columns of the levels, or one column of lists of paths; see
            :func:`harnn.text.corpora.load_corpus`.
        path_separator: What stands between the paths of a cell that is a string.
        where: What the table is called in an error.

    Returns:
        The documents, in memory.

    Raises:
        DataError: A column or a cell cannot be used; rows are counted from 1.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"text": ["a senator", "a song"], "l1": ["Agent", "Work"]})
        >>> read_frame(frame).labels.tolist()
        [['Agent'], ['Work']]
    """
    library = library_of(frame)
    table = as_pandas(frame, where)
    found = [str(column) for column in table.columns]
    columns = choose_columns(found, text, labels, where)
    cells = [table.iloc[:, found.index(name)] for name in columns.names]
    split = _in_memory(zip(*cells, strict=True), columns, where, path_separator)
    nan_cells = tuple(sum(map(is_nan, column)) for column in cells[1:])
    if library == "pandas" and any(nan_cells):
        read = read_labels(split.labels, split.label_form or "auto")
        read = replace(read, nan_cells=nan_cells, columns=columns.levels or None)
        warn_of_nan(read, where, stacklevel=USER)
    return split


def read_frames(
    frames: Mapping[str, Any],
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


def read_lists(texts: Any, labels: Any = None, *, label_form: str | None = None) -> Split:
    """Read texts and their labels, in any form of the label contract; see ``read_list_parts``.

    Args:
        texts: The documents, in any container that ``fit`` takes.
        labels: None, or the labels, in any form that ``fit`` takes.
        label_form: As for ``fit``, where a nested list can be read in two ways.

    Returns:
        The documents, in memory.

    Raises:
        DataError: The two differ in length, hold what they may not, or can be read in two ways.
        ConfigError: ``label_form`` is no form, or not that of the labels.

    Example:
        >>> read_lists(["joy and anger"], [["positive/joy", "negative/anger"]],
        ...            label_form="paths").labels
        [['positive/joy', 'negative/anger']]
        >>> read_lists(["a lake", "an essay"], ["place/lake", "work"]).labels.tolist()
        [['place', 'lake'], ['work', '']]
    """
    return read_list_parts({"train": (texts, labels)}, label_form=label_form)["train"]


def read_list_parts(
    parts: Mapping[str, tuple[Any, Any]], *, label_form: str | None = None
) -> dict[str, Split]:
    """Read texts and labels of the parts of a corpus.

    Labels are read as ``fit`` reads them. The form of the first part is that of all. One path for
    each document, as a string, becomes a row of names, with as many levels as the longest path of
    all parts has.

    Args:
        parts: Texts and labels, by the name of the part; the part to train on is the first.
        label_form: ``"levels"``, ``"path"`` or ``"paths"``, where a nested list can be read in two
            ways.

    Returns:
        The parts, in memory.

    Raises:
        DataError: As for ``read_lists``.
        ConfigError: Likewise.

    Example:
        >>> parts = {"train": (["a", "b"], ["x/y", "z"]), "test": (["c"], ["z"])}
        >>> read_list_parts(parts)["test"].labels.tolist()
        [['z', '']]
    """
    if label_form not in (None, *LABEL_FORMS):
        raise ConfigError(f"label_form={label_form!r}: it must be one of {LABEL_FORMS}")
    read: dict[str, tuple[list[Any], Labels | None]] = {}
    form = label_form
    for name, (texts, labels) in parts.items():
        documents = list(iterable_texts(texts, name=f"the texts of {name!r}"))
        found = None
        if labels is not None:
            found = _read(labels, form, f"the labels of {name!r}")
            form = found.form
            if len(documents) != len(found):
                raise DataError(
                    f"{name}: {len(documents)} texts but {len(found)} labels: one label for each "
                    "text is needed"
                )
        read[name] = documents, found
    depth = max(
        (
            len(path)
            for _, labels in read.values()
            if labels is not None and labels.form == "path"
            for label in labels.distinct
            for path in label
        ),
        default=1,
    )
    return {name: _of_lists(texts, labels, depth) for name, (texts, labels) in read.items()}


def _read(labels: Any, form: str | None, name: str) -> Labels:
    if form == "path" and isinstance(labels, Sequence) and not isinstance(labels, str):
        for number, row in enumerate(labels, start=1):
            if isinstance(row, list | tuple):
                raise ConfigError(
                    f"label_form='path' is one string for each document, and {name}, row {number}, "
                    "is a list: label_form='levels' reads names, label_form='paths' several paths"
                )
    found = read_labels(labels, form or "auto", name=name, first_row=1)
    warn_of_nan(found, name, stacklevel=USER)
    return found


def _of_lists(texts: Sequence[Any], labels: Labels | None, depth: int) -> Split:
    where = "the lists of texts and labels"
    if labels is None:
        return _in_memory(([text] for text in texts), Columns("text"), "the list of texts")
    if labels.form == "paths":
        known = [None if label == UNKNOWN else label for label in labels.distinct]
        rows: Iterable[Sequence[object]] = (
            (text, known[number]) for text, number in zip(texts, labels.index, strict=True)
        )
        return _in_memory(rows, Columns("text", paths="labels"), where)
    width = labels.width or depth
    names = labels.level_names or ()
    if len(set(names)) < len(names) or "text" in names or not names:
        names = tuple(f"level {level + 1}" for level in range(width))
    padded = [_row(label, width) for label in labels.distinct]
    rows = ((text, *padded[number]) for text, number in zip(texts, labels.index, strict=True))
    return _in_memory(rows, Columns("text", levels=names), where)


def _row(label: Paths, width: int) -> tuple[str | None, ...]:
    if label == UNKNOWN:
        return (None,) * width
    path = label[0] if label else ()
    return (*path, *("",) * (width - len(path)))


def _in_memory(
    rows: Iterable[Sequence[object]], columns: Columns, where: str, path_separator: str = "|"
) -> Split:
    import datasets
    import pyarrow as pa

    table = pa.Table.from_batches(list(checked_batches(rows, columns, where, path_separator)))
    dataset = datasets.Dataset.from_dict({name: table.column(name) for name in columns.names})
    return Split(dataset, text=columns.text, levels=columns.levels, paths=columns.paths)
