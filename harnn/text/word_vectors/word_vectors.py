"""Words with a vector each, and the start values of an embedding table made from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harnn.errors import DataError
from harnn.text.documents.tokenizer import normalize_text
from harnn.text.documents.vocabulary import UNKNOWN, Vocabulary
from harnn.text.word_vectors.subwords import SubwordTable

__all__ = ["WordVectors"]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Words with a vector each.

    Args:
        words: The words, as their source spells them.
        vectors: Their vectors ``(words, dims)``, kept as float32.
        subwords: Vectors of character n-grams, where the source has them: with them a word without
            a vector of its own gets one.

    Raises:
        DataError: If there is no word, a word stands twice, the shapes do not fit together or a
            number is not finite.

    Example:
        >>> vectors = WordVectors(("Paris", "rose"), np.array([[1.0, 0.0], [0.0, 1.0]]))
        >>> len(vectors), vectors.dim
        (2, 2)
        >>> vocabulary = Vocabulary(["paris", "rose", "unheard", "of"])
        >>> vectors.coverage(vocabulary)
        0.5
        >>> vectors.matrix(vocabulary, np.random.default_rng(0)).shape
        (6, 2)
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    subwords: SubwordTable | None = None

    def __post_init__(self) -> None:
        words = tuple(self.words)
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused below, as infinite
            vectors = np.asarray(self.vectors, dtype=np.float32)
        if len(words) == 0:
            raise DataError("word vectors: there is no word; at least one must have a vector")
        if vectors.ndim != 2 or len(vectors) != len(words) or vectors.shape[1] == 0:
            raise DataError(
                f"word vectors: {len(words)} words with vectors of shape {vectors.shape}; it must "
                f"be ({len(words)}, dims), with at least one dim"
            )
        if len(set(words)) != len(words):
            twice = Counter(words).most_common(1)[0][0]
            raise DataError(f"word vectors: {twice!r} stands in them twice")
        # Of the sums first: they are finite if all numbers are, and take no copy of the table.
        with np.errstate(invalid="ignore"):
            sums = vectors.sum(axis=1, dtype=np.float64)
        if not np.isfinite(sums).all():
            row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
            raise DataError(f"word vectors: row {row}, {words[row]!r}: a number is not finite")
        if self.subwords is not None and self.subwords.buckets.shape[1] != vectors.shape[1]:
            raise DataError(
                f"word vectors: the words have {vectors.shape[1]} dims, the subwords "
                f"{self.subwords.buckets.shape[1]}; they must have as many"
            )
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "vectors", vectors)

    def __len__(self) -> int:
        """Return the number of words that have a vector."""
        return len(self.words)

    @property
    def dim(self) -> int:
        """The numbers of a vector."""
        return int(self.vectors.shape[1])

    def coverage(self, vocabulary: Vocabulary) -> float:
        """Return the share of a vocabulary's words that have a vector, in whatever case.

        Subwords do not count: they give every word a vector, whether they know it or not.

        Args:
            vocabulary: The words that have an id.

        Returns:
            From 0 to 1; 0 if the vocabulary is empty.
        """
        found = sum(self._row(word) is not None for word in vocabulary.words)
        return found / len(vocabulary.words) if vocabulary.words else 0.0

    def matrix(
        self, vocabulary: Vocabulary, generator: np.random.Generator, *, scale: float = 0.2
    ) -> np.ndarray:
        """Return start values for the embedding table of a vocabulary.

        A word is looked up as it is, then in whatever case the source has it, the first one if it
        has several. A word without a vector gets that of its subwords; if there are none, one that
        is drawn from a normal distribution with the mean and the standard deviation that the
        vectors have in each dimension, so that it stands among them and not apart from all.

        Then the mean of all vectors is taken off (Mu & Viswanath, ICLR 2018): what all words
        have in common, half of the variance and more, would hide what tells them apart.

        Args:
            vocabulary: The words that have an id.
            generator: Draws the vectors of the words that have none.
            scale: The standard deviation over all entries of the known words' rows. One factor
                brings the whole table there: vectors of other programs may be ten times larger
                than those that a network trains well from.

        Returns:
            ``(ids, dims)`` float32: zeros for padding and for the unknown word, the mean of all
            vectors, then the known words.

        Raises:
            DataError: If the subwords give a word a vector that is not finite.
        """
        mean = self.vectors.mean(axis=0, dtype=np.float64)
        table = np.zeros((len(vocabulary), self.dim))
        drawn = []
        for number, word in enumerate(vocabulary.words, start=UNKNOWN + 1):
            row = self._row(word)
            if row is not None:
                table[number] = self.vectors[row]
            elif (composed := self._composed(word)) is not None:
                table[number] = composed
            else:
                drawn.append(number)
        if drawn:
            spread = self.vectors.std(axis=0, dtype=np.float64)
            table[drawn] = generator.normal(mean, spread, size=(len(drawn), self.dim))
        known = table[UNKNOWN + 1 :]
        known -= mean
        # Where all entries are equal there is nothing to scale by.
        spread_now = float(known.std()) if known.size else 0.0
        if spread_now > 0.0:
            table *= scale / spread_now
        return table.astype(np.float32)

    @cached_property
    def _rows(self) -> tuple[dict[str, int], dict[str, int]]:
        """The row of each word, and of the first of those that have one normalised spelling."""
        exact: dict[str, int] = {}
        lowered: dict[str, int] = {}
        for row, word in enumerate(self.words):
            exact[word] = row
            lowered.setdefault(normalize_text(word), row)
        return exact, lowered

    def _row(self, word: str) -> int | None:
        exact, lowered = self._rows
        row = exact.get(word)
        return lowered.get(normalize_text(word)) if row is None else row

    def _composed(self, word: str) -> np.ndarray | None:
        vector = None if self.subwords is None else self.subwords.vector(word)
        if vector is not None and not np.isfinite(vector).all():
            raise DataError(
                f"word vectors: the subwords of {word!r} give it a vector that is not finite; "
                "the file they come from is damaged"
            )
        return vector
