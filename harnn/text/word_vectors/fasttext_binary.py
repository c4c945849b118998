"""Word vectors with subwords, as the fastText program saves a model."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.text.word_vectors.kept_vectors import KeptVectors, decoded
from harnn.text.word_vectors.subwords import SubwordTable

__all__ = ["FASTTEXT_MAGIC", "read_fasttext_binary"]

FASTTEXT_MAGIC = struct.pack("<i", 793712314)


def read_fasttext_binary(path: Path, kept: KeptVectors) -> SubwordTable | None:
    """Read the words of a fastText model into ``kept``.

    The matrix of words and n-grams is mapped, not read: of a model of seven gigabytes only the rows
    of wanted words, and of their n-grams, come into memory. A word's vector is the mean of its own
    row and those of its n-grams.

    Args:
        path: The file.
        kept: Takes the vectors.

    Returns:
        The vectors of the n-grams, mapped from the file; ``None`` if the model has none.

    Raises:
        DataError: If the file is cut short, or is of a kind that has no such vectors.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            model = _Model.parsed(path, _Fields(data))
        except (struct.error, _CutShortError):
            raise DataError(
                f"{path}: a fastText model that is cut short; fetch or write the file again"
            ) from None
    shape = (len(model.words) + model.buckets, model.dims)
    matrix = np.memmap(path, dtype="<f4", mode="r", offset=model.offset, shape=shape)
    subwords = None
    if model.buckets > 0 and model.max_n > 0:
        # fastText takes a shortest length of 0 for 1.
        min_n = max(1, model.min_n)
        subwords = SubwordTable(matrix[len(model.words) :], min_n, model.max_n)
    for number, word in enumerate(model.words):
        if kept.wants(word):
            row = np.asarray(matrix[number])
            if subwords is not None:
                parts = subwords.buckets[subwords.rows(word)]
                row = (row + parts.sum(axis=0)) / (len(parts) + 1)
            kept.add(word, row, f"word {number + 1}")
    return subwords


@dataclass(frozen=True)
class _Model:
    """What stands before the matrix, and where that begins."""

    dims: int
    buckets: int
    min_n: int
    max_n: int
    words: list[str]
    offset: int

    @classmethod
    def parsed(cls, path: Path, fields: _Fields) -> _Model:
        _, _, dims, _, _, _, _, _, _, _, buckets, min_n, max_n, _, _ = fields.next("<14id")
        count, n_words, n_labels, _, pruned = fields.next("<3i2q")
        if n_labels > 0:
            raise DataError(
                f"{path}: a fastText classifier with {n_labels} labels; give vectors that were "
                "trained without labels (fasttext skipgram or cbow)"
            )
        if count < 1 or count != n_words:
            raise DataError(
                f"{path}: a damaged fastText model: {n_words} words among {count}; it must be all, "
                "and one at least"
            )
        words = []
        for _ in range(count):
            words.append(decoded(fields.next_string()))
            fields.skip(9)  # how often it occurs, and whether it is a word or a label
        fields.skip(8 * max(0, pruned))
        (quantized,) = fields.next("<?")
        if quantized:
            raise DataError(
                f"{path}: a quantized fastText model (.ftz), which has no plain vectors; give the "
                ".bin or .vec file that it was made from"
            )
        rows, columns = fields.next("<2q")
        offset = fields.position
        if rows != count + buckets or columns != dims or dims < 1:
            raise DataError(
                f"{path}: a damaged fastText model: {rows} vectors of {columns} dims for {count} "
                f"words and {buckets} buckets of n-grams of {dims} dims"
            )
        # What follows is of no use here, but if it is missing the file was not fetched whole.
        fields.skip(4 * rows * columns)
        _, rows, columns = fields.next("<?2q")
        fields.skip(4 * rows * columns)
        return cls(dims, buckets, min_n, max_n, words, offset)


class _CutShortError(Exception):
    """The file ends before what should stand here."""


class _Fields:
    """The fields of a file, one after the other."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.position = 0

    def next(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return found

    def next_string(self) -> bytes:
        end = self.data.find(b"\0", self.position)
        if end < 0:
            raise _CutShortError
        found = self.data[self.position : end]
        self.position = end + 1
        return found

    def skip(self, count: int) -> None:
        self.position += count
        if count < 0 or self.position > len(self.data):
            raise _CutShortError
