"""Vectors of character n-grams, from which a word that was never seen gets a vector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harnn.errors import DataError

__all__ = ["SubwordTable"]


@dataclass(frozen=True, eq=False)
class SubwordTable:
    """The vectors of character n-grams, hashed into buckets (Bojanowski et al., TACL 2017).

    Args:
        buckets: The vectors ``(buckets, dims)``. It may be a mapped file: only rows that are asked
            for are read.
        min_n: Characters of the shortest n-gram; a word's two boundaries count as one each.
        max_n: Characters of the longest n-gram.

    Raises:
        DataError: If there is no bucket, or no n-gram length.

    Example:
        >>> table = SubwordTable(np.ones((10, 2), dtype=np.float32), min_n=3, max_n=6)
        >>> table.vector("unheard")
        array([1., 1.], dtype=float32)
    """

    buckets: np.ndarray
    min_n: int
    max_n: int

    def __post_init__(self) -> None:
        if self.buckets.ndim != 2 or len(self.buckets) == 0:
            raise DataError(
                f"subwords: the buckets have shape {self.buckets.shape}; it must be "
                "(buckets, dims), with at least one bucket"
            )
        if not 1 <= self.min_n <= self.max_n:
            raise DataError(
                f"subwords: n-grams of {self.min_n} to {self.max_n} characters; the shortest must "
                "have one or more, and the longest no fewer than the shortest"
            )

    def rows(self, word: str) -> np.ndarray:
        """Return the buckets ``(n-grams,)`` that the n-grams of a word fall into."""
        from gensim.models.fasttext import ft_ngram_hashes

        hashes = ft_ngram_hashes(word, self.min_n, self.max_n, len(self.buckets))
        return np.array(hashes, dtype=np.int64)

    def vector(self, word: str) -> np.ndarray | None:
        """Return the mean vector ``(dims,)`` of a word's n-grams, ``None`` if it has none."""
        rows = self.rows(word)
        if len(rows) == 0:
            return None
        return np.asarray(self.buckets[rows]).mean(axis=0, dtype=np.float32)
