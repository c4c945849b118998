"""The outputs of a network for a document without each of its words. Pure NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from harnn.text.documents import pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.documents.vocabulary import UNKNOWN

__all__ = ["LinearScores", "LinearTerms", "Occlusion"]

# Documents that are read at once.
_BATCH = 64
# Of a logarithm's argument and of a document's length, as in the network.
_TINY = 1e-12
# Rows of a document's terms that are weighed at once.
_ROWS = 256


@dataclass(frozen=True)
class LinearTerms:
    """The words and the pairs of one document that have linear scores: see `TermScores`.

    Attributes:
        places: By term, where it stands ``(places, 2)``: the term, and a word of it. A pair has
            two places, one for each of its words.
        counts: How often each term occurs ``(terms,)``.
        idf: Of each term.
        kernel: The scores of each term ``(terms, outputs)``.
        bias: Of the scores ``(outputs,)``.
    """

    places: np.ndarray
    counts: np.ndarray
    idf: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray

    def without_each(self, words: int) -> np.ndarray:
        """Return the scores without each word ``(words, outputs)``.

        Args:
            words: How many words the document has.
        """
        scores = np.empty((words, len(self.bias)))
        for start in range(0, words, _ROWS):
            rows = min(_ROWS, words - start)
            counts = np.tile(self.counts.astype(np.float64), (rows, 1))
            term, word = self.places[(self.places[:, 1] >= start)
                                     & (self.places[:, 1] < start + rows)].T  # fmt: skip
            np.subtract.at(counts, (word - start, term), 1)
            weights = np.where(counts > 0, (1 + np.log(np.maximum(counts, 1))) * self.idf, 0)
            lengths = np.sqrt(np.square(weights).sum(axis=1, keepdims=True))
            scores[start : start + rows] = weights / np.maximum(lengths, _TINY) @ self.kernel
        return scores + self.bias


@dataclass(frozen=True)
class LinearScores:
    """The part of a network that reads all words of a document: see `ExpertMixture`.

    Attributes:
        terms: From the word ids of one document ``(words,)`` to its terms.
        share: Of the scores in the logits ``(outputs,)``.
        level_sizes: Outputs of each level.
        activation: ``"softmax"`` or ``"sigmoid"``, of the logits of a level.
    """

    terms: Callable[[np.ndarray], LinearTerms]
    share: np.ndarray
    level_sizes: tuple[int, ...]
    activation: str

    def outputs(self, document: np.ndarray, encoded: np.ndarray) -> np.ndarray:
        """Return the outputs of the network without each word ``(words, outputs)``.

        Args:
            document: Word ids ``(words,)``.
            encoded: The logits of the other part without each word ``(words, outputs)``.
        """
        scores = self.terms(document).without_each(len(document))
        logits = (1 - self.share) * encoded + self.share * scores
        if self.activation == "sigmoid":
            return np.asarray(1 / (1 + np.exp(-logits)))
        ends = list(accumulate(self.level_sizes))
        levels = np.split(logits, ends[:-1], axis=1)
        raised = [np.exp(level - level.max(axis=1, keepdims=True)) for level in levels]
        return np.concatenate(
            [level / level.sum(axis=1, keepdims=True) for level in raised], axis=1
        )


@dataclass(frozen=True)
class Occlusion:
    """Reads a document without each of its words, no part of the network more often than needed.

    Attributes:
        encode: From word ids ``(documents, time)`` to the outputs of the network
            ``(documents, outputs)``; with ``linear``, to the logits of its part that reads words
            in their order.
        encoder_length: Words that ``encode`` reads; 0 for all of them. Without another word than
            these, the linear scores alone are different.
        linear: The part that reads all words, if there is one.
    """

    encode: Callable[[np.ndarray], np.ndarray]
    encoder_length: int = 0
    linear: LinearScores | None = None

    def __call__(self, document: np.ndarray, multiple: int = 1) -> np.ndarray:
        """Return the outputs with the unknown word in each word's place ``(words, outputs)``.

        Args:
            document: Word ids ``(words,)``.
            multiple: Padded lengths are rounded up to a multiple of this.
        """
        read = document[: self.encoder_length or len(document)]
        # In the place of the unknown word nothing changes.
        places = np.flatnonzero(read != UNKNOWN)
        lacking = np.tile(read, (len(places) + 1, 1))
        lacking[np.arange(len(places)), places] = UNKNOWN
        # All of one length, so that they stay in their order; the whole document is the last.
        batches = batches_by_length(np.full(len(lacking), len(read)), _BATCH)
        found = [self.encode(pad(list(lacking[rows]), multiple)) for rows in batches]
        *_, whole = joined = np.concatenate(found)
        encoded = np.tile(whole, (len(document), 1))
        encoded[places] = joined[:-1]
        return encoded if self.linear is None else self.linear.outputs(document, encoded)
