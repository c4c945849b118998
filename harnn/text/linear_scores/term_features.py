"""Documents by their words, and by the pairs that follow one another: TF-IDF, as scikit-learn's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from harnn.text.documents import EncodedDocuments
from harnn.text.documents.vocabulary import UNKNOWN
from harnn.text.layers.pair_table import fill_slots

__all__ = ["TermFeatures", "frequent_pairs"]

# A pair in one document alone says nothing of others.
_LEAST = 2


def frequent_pairs(documents: EncodedDocuments, ids: int, limit: int) -> np.ndarray:
    """Return the pairs of known words that most documents have.

    Args:
        documents: As word ids.
        ids: Number of word ids.
        limit: How many pairs to return at most.

    Returns:
        The ids of two words each ``(pairs, 2)``, in their order; each pair is in two documents or
        more.

    Example:
        >>> from harnn.text.documents.vocabulary import Vocabulary
        >>> texts = ["a steep road", "the steep road", "a road"]
        >>> documents = EncodedDocuments(texts, Vocabulary(["a", "road", "steep"]))
        >>> frequent_pairs(documents, 5, limit=9).tolist()  # "steep road"
        [[4, 3]]
    """
    if not limit:
        return np.empty((0, 2), dtype=np.int64)
    keys = [np.unique(_keys(words, ids)) for words in documents]
    found, counts = np.unique(np.concatenate(keys), return_counts=True)
    found, counts = found[counts >= _LEAST], counts[counts >= _LEAST]
    chosen = np.sort(found[np.argsort(-counts, kind="stable")[:limit]])
    return fill_slots(np.stack([chosen // ids, chosen % ids], axis=1))[1]


@dataclass(frozen=True)
class TermFeatures:
    """Turns documents into the weights of their words and pairs, of the length 1.

    What occurs ``n`` times weighs ``(1 + ln n) · idf``.

    Attributes:
        pairs: The pairs that count ``(pairs, 2)``, in their order.
        idf: Of each word id, and then of each pair ``(ids + pairs,)``.

    Example:
        >>> from harnn.text.documents.vocabulary import Vocabulary
        >>> documents = EncodedDocuments(["a road", "a road a"], Vocabulary(["a", "road"]))
        >>> features = TermFeatures.learn(documents, 4, np.array([[2, 3]]))
        >>> features(documents).toarray().round(2).tolist()  # a, road, "a road"
        [[0.0, 0.0, 0.58, 0.58, 0.58], [0.0, 0.0, 0.77, 0.45, 0.45]]
    """

    pairs: np.ndarray
    idf: np.ndarray

    @classmethod
    def learn(cls, documents: EncodedDocuments, ids: int, pairs: np.ndarray) -> TermFeatures:
        """Learn how many documents have each word and pair.

        Args:
            documents: To learn from.
            ids: Number of word ids.
            pairs: The pairs that count ``(pairs, 2)``, in their order.

        Returns:
            The features.
        """
        plain = cls(pairs, np.ones(ids + len(pairs)))
        counts = np.zeros(len(plain.idf), dtype=np.int64)
        for found, _ in plain._terms(documents):
            counts[found] += 1
        return cls(pairs, np.log((1 + len(documents)) / (1 + counts)) + 1)

    def __call__(self, documents: EncodedDocuments) -> sp.csr_matrix:
        """Return the features of documents ``(documents, ids + pairs)``."""
        data, columns, ends = [], [], [0]
        for found, counts in self._terms(documents):
            weights = (1 + np.log(counts)) * self.idf[found]
            data.append(weights / max(np.linalg.norm(weights), 1e-12))
            columns.append(found)
            ends.append(ends[-1] + len(found))
        return sp.csr_matrix(
            (np.concatenate(data), np.concatenate(columns), ends),
            shape=(len(documents), len(self.idf)),
        )

    def _terms(self, documents: EncodedDocuments) -> Iterable[tuple[np.ndarray, np.ndarray]]:
        """Yield what words and pairs each document has, and how often."""
        ids = len(self.idf) - len(self.pairs)
        known = self.pairs[:, 0] * ids + self.pairs[:, 1]
        for words in documents:
            keys = _keys(words, ids)
            # One beyond all pairs stands for what is none of them.
            rows = np.searchsorted(known, keys)
            there = np.append(known, -1)[rows] == keys
            terms = [words[words > UNKNOWN], ids + rows[there]]
            yield np.unique(np.concatenate(terms), return_counts=True)


def _keys(words: np.ndarray, ids: int) -> np.ndarray:
    """Return a number for each pair of known words that follow one another."""
    first, second = words[:-1].astype(np.int64), words[1:]
    known = (first > UNKNOWN) & (second > UNKNOWN)
    return first[known] * ids + second[known]
