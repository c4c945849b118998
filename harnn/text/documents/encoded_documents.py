"""Documents as word ids: one flat array in a file, so that a corpus need not fit in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice
from typing import Any, cast

import numpy as np

from harnn.errors import DataError
from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary

__all__ = ["EncodedDocuments", "check_texts", "pad"]

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
        texts: What the user gave.
        name: What he calls it.

    Returns:
        The texts, as they came: a sequence is not copied.

    Raises:
        DataError: If it is a single string, not a sequence, or holds anything but strings.

    Example:
        >>> check_texts(["one", "two"])
        ['one', 'two']
    """
    if isinstance(texts, str | bytes):
        raise DataError(f"{name} is one text: give a list of texts, [{name}]")
    if isinstance(texts, Set):
        raise DataError(f"{name} is a set, which has no order: give a list of texts")
    if isinstance(texts, Mapping) or hasattr(texts, "columns"):
        raise DataError(f"{name} is a table: give the column that holds the texts")
    if hasattr(texts, "to_list") and hasattr(texts, "index"):  # a pandas Series
        texts = texts.to_list()
    elif isinstance(texts, np.ndarray):
        if texts.ndim != 1:
            raise DataError(
                f"{name} has shape {texts.shape}: expected one text a document, (documents,)"
            )
        texts = texts.tolist()
    if not isinstance(texts, Sequence) and not _is_indexable(texts):
        if not isinstance(texts, Iterable):
            raise DataError(f"{name} must be a list of texts, not {type(texts).__name__}")
        texts = list(texts)
    checked: Sequence[Any] = cast("Sequence[Any]", texts)
    for row, text in enumerate(checked):
        if not isinstance(text, str):
            what = "bytes: decode them first" if isinstance(text, bytes) else repr(text)[:100]
            raise DataError(f"{name}, row {row}: expected a text (str), not {what}")
    return checked


def _is_indexable(texts: object) -> bool:
    """Tell sequences that are none by inheritance, such as a column of a data set on disk."""
    return hasattr(texts, "__len__") and hasattr(texts, "__getitem__")
