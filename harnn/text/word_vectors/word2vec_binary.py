"""Word vectors as the word2vec program writes them in binary."""

from __future__ import annotations

from io import BufferedReader

import numpy as np

from harnn.errors import DataError
from harnn.text.word_vectors.kept_vectors import KeptVectors, decoded
from harnn.text.word_vectors.text_vectors import HEADER

__all__ = ["read_word2vec_binary"]

# Bytes: what is longer is no word but a file of another kind.
_LONGEST_WORD = 10_000


def read_word2vec_binary(stream: BufferedReader, kept: KeptVectors) -> None:
    """Read a binary file into ``kept``.

    A line with the number of words and of dims; then for each word its bytes, a blank, and the
    numbers as little-endian float32. Some programs end each vector with a line break.

    Args:
        stream: The file from its beginning.
        kept: Takes the vectors.

    Raises:
        DataError: If the file ends before the last vector, or goes on after it.
    """
    header = HEADER.fullmatch(stream.readline(100))
    if header is None:
        raise DataError(f"{kept.path}: it does not begin with the numbers of words and dims")
    count, dims = int(header[1]), int(header[2])
    for number in range(1, count + 1):
        word = _word(stream)
        row = b"" if word is None else stream.read(4 * dims)
        if word is None or len(row) < 4 * dims:
            raise DataError(
                f"{kept.path}: cut short at word {number} of {count}, each of which must have "
                f"{dims} float32 numbers; fetch or write the file again"
            )
        text = decoded(word)
        if kept.wants(text):
            kept.add(text, np.frombuffer(row, dtype="<f4"), f"word {number}")
    if stream.read(2).strip(b"\r\n"):
        raise DataError(
            f"{kept.path}: it goes on after the {count} words with {dims} numbers that its first "
            "line announces; it is no word2vec binary, or damaged"
        )


def _word(stream: BufferedReader) -> bytes | None:
    """Return the bytes up to the next blank, ``None`` if there is no blank."""
    word = b""
    while len(word) <= _LONGEST_WORD:
        ahead = stream.peek(1)
        if not ahead:
            return None
        end = ahead.find(b" ")
        if end >= 0:
            # The line break is the end of the vector before.
            return (word + stream.read(end + 1)[:-1]).lstrip(b"\n")
        word += stream.read(len(ahead))
    return None
