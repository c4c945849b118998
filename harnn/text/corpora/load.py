"""``load_corpus``: one door to every corpus."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harnn.dataframes import is_column, is_table
from harnn.errors import ConfigError, DataError, nearest
from harnn.text.corpora.corpus import Corpus
from harnn.text.corpora.data_folder import read_named
from harnn.text.corpora.dbpedia import read_dbpedia
from harnn.text.corpora.docstrings import read_docstrings
from harnn.text.corpora.frames import read_frame, read_frames, read_list_parts, read_lists
from harnn.text.corpora.hub import read_hub
from harnn.text.corpora.partition import check_fractions, partition
from harnn.text.corpora.readers import READERS
from harnn.text.corpora.synthetic import generate_corpus
from harnn.text.corpora.tabular import read_file, read_folder

__all__ = ["load_corpus"]

NAMED = ("docstrings", "dbpedia", "newsgroups", "goemotions", "synthetic")


def load_corpus(
    source: Any,
    *,
    text: str = "text",
    labels: Any = None,
    validation: Any = None,
    test: Any = None,
    split: str | None = None,
    validation_fraction: float | None = None,
    test_fraction: float | None = None,
    seed: int = 0,
    **options: Any,
) -> Corpus:
    """Load a corpus by name, from files, from the hub or from memory.

    Files are read row by row into Arrow files in the cache (``HARNN_CACHE_DIR``, else the user's
    cache folder) and memory-mapped: a corpus may be larger than memory. Rows in messages are
    counted from 1, below the header.

    Args:
        source: What to load:

            - ``"docstrings"``: docstrings of the installed scientific packages;
            - ``"dbpedia"``: from ``HARNN_DATA_DIR``, else from the hub;
            - ``"newsgroups"``, ``"goemotions"``: from ``HARNN_DATA_DIR``;
            - ``"synthetic"``: generated; ``options`` are those of :func:`generate_corpus`;
            - a path: a ``.csv``, ``.tsv``, ``.jsonl``, ``.json`` or ``.parquet`` file, or a folder
              with such files called train, validation and test;
            - ``"owner/name"``: a data set of the hub;
            - a DataFrame of any library (pandas, polars, pyarrow, …), a dict of DataFrames by
              part, or a list of texts.
        text: The column of documents.
        labels: A list of columns of names, one per level, also if it is a single one, whose names
            may then hold a slash; or, as a string, one column of lists of paths ``"a/b/c"`` (in a
            column of strings: a JSON list, or paths parted by ``path_separator``); an empty list
            for no labels. By default ``l1``, ``l2``, ... if there, else ``labels``. With a list
            of texts, the labels themselves, in any form that ``fit`` takes; one path ``"a/b/c"``
            for each document is read as a row of names.
        validation: Where validation documents are: a file for a file, a DataFrame for a
            DataFrame, ``(texts, labels)`` for lists, the name of a part for the hub; for
            ``"synthetic"`` how many.
        test: Where test documents are, likewise.
        split: The name of the part to train on, for sources with named parts.
        validation_fraction: Cut this share off the training documents, by a hash of the text:
            duplicates stay together, and the cut is the same on every machine.
        test_fraction: The same for test documents.
        seed: Seed of that cut, and of a generated corpus.
        **options: ``path_separator`` (default ``"|"``); ``empty`` (what an empty cell of a level
            means in CSV: ``"ended"``, the default, or ``"unknown"``); ``delimiter`` (what stands
            between the cells of CSV and TSV files: by default a comma, in TSV a tab);
            ``label_form`` for lists; else what the source takes. In a DataFrame, an empty cell
            of a level is ``""`` and a missing one is not known; ``pandas.read_csv`` makes both
            missing (see `harnn.errors.UnknownLevelsWarning`).

    Returns:
        The corpus. Parts that neither the source nor the arguments give are None.

    Raises:
        DataError: The source cannot be found or used; the message names file, row and column.
        ConfigError: An option is unknown or contradicts another.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"text": ["a senator", "a song"], "l1": ["Agent", "Work"]})
        >>> corpus = load_corpus(frame)
        >>> texts, labels = corpus.train
        >>> texts[1], labels[1, 0]
        ('a song', 'Work')
    """
    cut = (validation_fraction or 0.0, test_fraction or 0.0)
    check_fractions(*cut)
    given = {"validation": validation, "test": test, "split": split}
    options = {"text": text, "labels": labels, **options}
    if isinstance(source, str) and source in NAMED:
        corpus = _named(source, given, options, seed)
    elif isinstance(source, str | os.PathLike):
        corpus = _from_path(source, given, options)
    else:
        corpus = _from_memory(source, given, options)
    for part, fraction in zip(("validation", "test"), cut, strict=True):
        if fraction and getattr(corpus, part) is not None:
            raise ConfigError(f"{corpus.name} has a {part} part already: leave {part}_fraction out")
    if any(cut):
        train, held_validation, held_test = partition(corpus.train, *cut, seed=seed)
        corpus = replace(
            corpus,
            train=train,
            validation=corpus.validation or held_validation,
            test=corpus.test or held_test,
        )
    return corpus


def _named(source: str, given: Mapping[str, Any], options: dict[str, Any], seed: int) -> Corpus:
    if source in ("docstrings", "synthetic"):
        columns = (options.pop("text"), options.pop("labels"))
        if columns != ("text", None):
            raise ConfigError(f"{source}: the columns are fixed; leave text and labels out")
        if source == "docstrings":
            _refuse(source, given, "validation", "test", "split")
            _check_options(read_docstrings, options)
            return read_docstrings()
        _refuse(source, given, "split")
        # Here the parts are not places to read from, but how many documents to make.
        sizes = {part: given[part] for part in ("validation", "test")}
        _check_options(generate_corpus, options)
        return generate_corpus(seed=seed, **sizes, **options)
    _refuse(source, given, "validation", "test")
    _check_options(read_folder, options)
    if source == "dbpedia":
        return read_dbpedia(split=given["split"], **options)
    return read_named(source, split=given["split"], **options)


def _from_path(
    source: str | os.PathLike[str], given: Mapping[str, Any], options: dict[str, Any]
) -> Corpus:
    path = Path(source).expanduser()
    if path.is_dir():
        _refuse("a folder", given, "validation", "test")
        _check_options(read_folder, options)
        return read_folder(path, split=given["split"], **options)
    if path.is_file() or path.suffix.lower() in READERS:
        _refuse("a file", given, "split")
        _check_options(read_file, options)
        files = {"train": path} | {
            part: Path(given[part]) for part in ("validation", "test") if given[part] is not None
        }
        parts = {part: read_file(file, **options) for part, file in files.items()}
        return Corpus.from_parts(path.stem, parts)
    name = str(source)
    if isinstance(source, str) and name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return read_hub(name, **given, **options)
    raise DataError(
        f"{name!r} is no corpus, file or folder{nearest(name, NAMED)}; known corpora: "
        f"{', '.join(NAMED)}; a data set of the hub is named 'owner/name'"
    )


def _from_memory(source: Any, given: Mapping[str, Any], options: dict[str, Any]) -> Corpus:
    if isinstance(source, Mapping):
        _refuse("a dict of DataFrames", given, "validation", "test")
        _check_options(read_frames, options)
        return read_frames(source, split=given["split"], **options)
    _refuse(f"a {type(source).__name__}", given, "split")
    held = {part: given[part] for part in ("validation", "test") if given[part] is not None}
    if is_table(source):
        _check_options(read_frame, options)
        frames = {"train": source, **held}
        parts = {part: read_frame(frame, **options) for part, frame in frames.items()}
        return Corpus.from_parts("frame", parts)
    if is_column(source) or (hasattr(source, "__len__") and hasattr(source, "__getitem__")):
        del options["text"]
        labels = options.pop("labels")
        _check_options(read_lists, options)
        lists = {"train": (source, labels)} | {part: _pair(held[part], part) for part in held}
        return Corpus.from_parts("lists", read_list_parts(lists, **options))
    raise DataError(
        f"a corpus cannot be loaded from a {type(source).__name__}; give a name, a path, a "
        "DataFrame, a dict of DataFrames or a list of texts"
    )


def _pair(held: Any, part: str) -> tuple[Any, Any]:
    """Return texts and labels, or refuse what is no pair of them."""
    try:
        texts, labels = held
    except (TypeError, ValueError):
        raise DataError(f"{part} must be a pair: (texts, labels)") from None
    return texts, labels


def _check_options(reader: Callable[..., Any], options: Mapping[str, Any]) -> None:
    known = [name for name in inspect.signature(reader).parameters if name != "where"]
    for name in options:
        if name not in known:
            raise ConfigError(f"load_corpus has no option {name!r} here{nearest(name, known)}")


def _refuse(source: str, given: Mapping[str, Any], *arguments: str) -> None:
    for name in arguments:
        if given[name] is not None:
            raise ConfigError(f"{name}={given[name]!r:.60} has no meaning with {source}")
