"""The vectors that are kept of a file, gathered one by one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from harnn.errors import DataError
from harnn.text.word_vectors.subwords import SubwordTable
from harnn.text.word_vectors.word_vectors import WordVectors

__all__ = ["KeptVectors", "decoded"]


def decoded(word: bytes) -> str:
    r"""Return a word of a file as text; bytes that are not UTF-8 are spelled out.

    Programs that cut words at a number of bytes leave such halves: they are no reason to refuse
    the file, and spelled out they match no word of any text.

    Example:
        >>> decoded(b"caf\xc3")
        'caf\\xc3'
    """
    return word.decode("utf-8", errors="backslashreplace")


class KeptVectors:
    """Gathers the vectors of the words that are wanted, the first one of a word that comes twice.

    Args:
        path: The file, for the messages.
        words: The words wanted, in whatever case; all if ``None``.

    Example:
        >>> kept = KeptVectors(Path("glove.txt"), ["paris"])
        >>> kept.wants("Paris"), kept.wants("rose")
        (True, False)
        >>> kept.add("Paris", np.ones(2), "line 1")
        >>> kept.finish().words
        ('Paris',)
    """

    def __init__(self, path: Path, words: Iterable[str] | None) -> None:
        self.path = path
        self._wanted = None if words is None else {word.lower() for word in words}
        self._words: dict[str, None] = {}
        # One growing block: a list of rows would be copied whole, and held twice, at the end.
        self._rows = bytearray()

    def wants(self, word: str) -> bool:
        """Return whether the vector of a word, if the next one is this word's, must be added."""
        if word in self._words:
            return False
        return self._wanted is None or word.lower() in self._wanted

    def add(self, word: str, row: np.ndarray, where: str) -> None:
        """Keep a vector ``(dims,)``.

        Raises:
            DataError: If a number is not finite.
        """
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused as infinite
            row = np.asarray(row, dtype=np.float32)
        if not np.isfinite(row).all():
            number = int(np.flatnonzero(~np.isfinite(row))[0])
            raise DataError(
                f"{self.path}, {where}, {word!r}: number {number + 1} of its vector is "
                f"{row[number]} as a float32; it must be finite"
            )
        self._words[word] = None
        self._rows += row.tobytes()

    def finish(self, subwords: SubwordTable | None = None) -> WordVectors:
        """Return what was kept.

        Raises:
            DataError: If it is nothing.
        """
        if not self._words:
            asked = "" if self._wanted is None else f" of the {len(self._wanted)} words asked for"
            raise DataError(
                f"{self.path}: it has a vector for none{asked}; it must be a file of the language "
                "and the writing of the texts"
                if asked
                else f"{self.path}: it has no word"
            )
        vectors = np.frombuffer(self._rows, dtype=np.float32).reshape(len(self._words), -1)
        return WordVectors(tuple(self._words), vectors, subwords)
