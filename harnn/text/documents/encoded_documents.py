"""Documents as word ids: one flat array in a file, so that a corpus need not fit in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice
from typing import Any, cast

import numpy as np

from harnn.dataframes import as_list, as_pandas, is_column, is_table
from harnn.errors import DataError
from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary
from harnn.text.plain_strings import plain_string, string_hint

__all__ = ["EncodedDocuments", "check_texts", "iterable_texts", "pad"]

_CHUNK = 4096


class EncodedDocuments(Sequence[np.ndarray]):
    """Documents as word ids, memory-mapped from a temporary file.

    Args:
        texts: The documents, read once.
        vocabulary: Turns them into ids.

    Attributes:
        lengths: Words of each document ``(documents,)``.

    Example:
        >>> vocabulary = Vocabulary(["a", "rose"])
        >>> documents = EncodedDocuments(["a rose", "rose"], vocabulary)
        >>> [ids.tolist() for ids in documents]
        [[2, 3], [3]]
    """

    def __init__(self, texts: Iterable[str], vocabulary: Vocabulary) -> None:
        lengths: list[int] = []
        remaining = iter(texts)
        # The file has no name, and the mapping keeps it alive: it is gone with this object.
        with tempfile.TemporaryFile(prefix="harnn-documents-") as file:
            while chunk := list(islice(remaining, _CHUNK)):
                encoded = [vocabulary.encode(text) for text in chunk]
                lengths.extend(map(len, encoded))
                file.write(np.concatenate(encoded).tobytes())
            file.flush()
            self._ids: np.ndarray = (
                np.memmap(file, dtype=np.int32, mode="r")
                if lengths
                else np.empty(0, dtype=np.int32)
            )
        self.lengths = np.array(lengths, dtype=np.int64)
        self._ends = np.cumsum(self.lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        end = self._ends[index]
        return self._ids[end - self.lengths[index] : end]

    @property
    def unknown_share(self) -> float:
        """The share of all words that have no id of their own; 0 where there is no document."""
        return float(np.mean(self._ids == UNKNOWN)) if len(self._ids) else 0.0

    def batch(self, indices: Iterable[int], multiple: int = 1) -> np.ndarray:
        """Return some documents as one array, padded on the right: see ``pad``."""
        return pad([self[index] for index in indices], multiple)


def pad(documents: Sequence[np.ndarray], multiple: int = 1) -> np.ndarray:
    """Put documents of different lengths in one array, padded on the right with id 0.

    Args:
        documents: Word ids, one array a document.
        multiple: The padded length is rounded up to a multiple of this: backends that compile
            for every shape they meet then meet few of them.

    Returns:
        Ids ``(documents, time)``.

    Example:
        >>> pad([np.array([5, 6, 7]), np.array([8])]).tolist()
        [[5, 6, 7], [8, 0, 0]]
    """
    longest = max((len(ids) for ids in documents), default=0)
    padded = np.full((len(documents), -(-longest // multiple) * multiple), PADDING, dtype=np.int32)
    for row, ids in enumerate(documents):
        padded[row, : len(ids)] = ids
    return padded


def check_texts(texts: object, *, name: str = "X") -> Sequence[str]:
    """Refuse what is not a sequence of texts, and say where.

    Args:
        texts: A sequence or an iterable of strings, a column of any DataFrame library, or a part of
            a corpus, whose texts are taken.
        name: What the user calls it.

    Returns:
        The texts. A sequence is not copied, unless it holds strings of a subclass of ``str``, such
        as members of a ``(str, Enum)`` class: these become plain strings.

    Raises:
        DataError: If it is a single string, not a sequence, or holds anything but strings.

    Example:
        >>> check_texts(["one", "two"])
        ['one', 'two']
    """
    texts = iterable_texts(texts, name=name)
    if not isinstance(texts, Sequence) and not _is_indexable(texts):
        texts = list(texts)
    checked: Sequence[Any] = cast("Sequence[Any]", texts)
    plain = True
    for row, text in enumerate(checked):
        if not isinstance(text, str):
            what = "bytes: decode them first" if isinstance(text, bytes) else repr(text)[:100]
            hint = "" if isinstance(text, bytes) else string_hint(text)
            raise DataError(f"{name}, row {row}: expected a text (str), not {what}{hint}")
        plain = plain and type(text) is str
    return checked if plain else [plain_string(text) for text in checked]


def iterable_texts(texts: object, *, name: str = "X") -> Iterable[Any]:
    """Return what gives texts one after another; its items are not looked at.

    Args:
        texts: As for ``check_texts``.
        name: What the user calls it.

    Raises:
        DataError: If it is a single string, has no order, is a table or no iterable.

    Example:
        >>> list(iterable_texts(np.array(["one", "two"])))
        ['one', 'two']
    """
    if isinstance(texts, str | bytes):
        raise DataError(f"{name} is one text: give a list of texts, [{name}]")
    if isinstance(texts, Set):
        raise DataError(f"{name} is a set, which has no order: give a list of texts")
    if isinstance(texts, Mapping) or is_table(texts) or hasattr(texts, "column_names"):
        raise DataError(f"{name} is a table: give {_column_of(texts, name)}")
    if is_column(texts):
        return as_list(texts)
    if hasattr(texts, "texts") and hasattr(texts, "labels"):  # a part of a corpus
        texts = texts.texts
    if isinstance(texts, np.ndarray):
        if texts.ndim != 1:
            raise DataError(
                f"{name} has shape {texts.shape}: expected one text a document, (documents,)"
            )
        return cast("list[Any]", texts.tolist())
    if not isinstance(texts, Iterable) and not _is_indexable(texts):
        raise DataError(f"{name} must be a list of texts, not {type(texts).__name__}")
    return cast("Iterable[Any]", texts)


def _column_of(table: Any, name: str) -> str:
    """Say which column of a table to give, where it has only one."""
    if isinstance(table, Mapping):
        columns = list(table)
    else:
        columns = list(as_pandas(table, name).columns if is_table(table) else table.column_names)
    if len(columns) == 1:
        return f"its column, {name}[{columns[0]!r}]"
    return "the column that holds the texts"


def _is_indexable(texts: object) -> bool:
    """Tell sequences that are none by inheritance, such as a column of a data set on disk."""
    return hasattr(texts, "__len__") and hasattr(texts, "__getitem__")
