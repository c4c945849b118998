"""Linear scores of the categories on the words of a document, by TF-IDF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from harnn.quiet_keras import keras, ops
from harnn.text.layers.pair_table import places, slots_for

__all__ = ["TINY", "TermScores"]

# Of a document without any known word.
TINY = 1e-12


@keras.saving.register_keras_serializable(package="harnn")
class TermScores(keras.layers.Layer):
    """Scores every category by which words a document has, and which pairs follow one another.

    What occurs ``n`` times weighs ``(1 + ln n) · idf``, and the weights of a document have the
    length 1: scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``. Padding, unknown words and
    other pairs than those of the table weigh nothing. The weights are not learnt by gradients: see
    `harnn.text.linear_scores.term_scores_start`.

    Args:
        vocabulary_size: Number of word ids, padding (0) and the unknown word (1) included.
        level_sizes: Outputs of each level.
        pairs: How many pairs of words have scores.
        slots: Of the table of pairs; as their number needs it, if not given.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = TermScores(vocabulary_size=5, level_sizes=(1, 2))
        >>> [tuple(scores.shape) for scores in layer(np.array([[2, 4, 2, 0]]))]
        [(1, 1), (1, 2)]
        >>> [words] = layer.frequencies(np.array([[2, 4, 1, 0]]))
        >>> [round(float(weight), 3) for weight in words[0]]
        [0.707, 0.707, 0.0, 0.0]
    """

    def __init__(
        self,
        vocabulary_size: int,
        level_sizes: Sequence[int],
        pairs: int = 0,
        slots: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=False, **kwargs)
        self.vocabulary_size = vocabulary_size
        self.level_sizes = tuple(level_sizes)
        self.pairs = pairs
        self.slots = slots_for(pairs) if slots is None else slots

    def build(self, tokens_shape: tuple[int | None, ...]) -> None:
        """Create the weights: ``idf`` of ones, scores of zero, and a table without pairs."""
        outputs = sum(self.level_sizes)
        self.kernel = self._weight("kernel", (self.vocabulary_size, outputs))
        self.bias = self._weight("bias", (outputs,))
        self.idf = self._weight("idf", (self.vocabulary_size,), initializer="ones")
        if self.pairs:
            # A row a pair, and row 0 for those that have none.
            self.pair_kernel = self._weight("pair_kernel", (self.pairs + 1, outputs))
            self.pair_idf = self._weight("pair_idf", (self.pairs + 1,), initializer="ones")
            self.pair_words = self._weight("pair_words", (self.pairs + 1, 2), dtype="int32")
            self.pair_slots = self._weight("pair_slots", (self.slots,), dtype="int32")

    def _weight(self, name: str, shape: tuple[int, ...], **options: Any) -> Any:
        return self.add_weight(
            name=name, shape=shape, trainable=False, **({"initializer": "zeros"} | options)
        )

    def call(self, tokens: Any) -> list[Any]:
        """Return the scores of each level.

        Args:
            tokens: Word ids ``(batch, time)``, padded with 0.

        Returns:
            ``(batch, outputs)`` a level.
        """
        terms = self._terms(tokens)
        totals = [
            ops.squeeze(ops.matmul(ops.expand_dims(weights, 1), one.scores()), 1)
            for weights, one in zip(_frequencies(terms), terms, strict=True)
        ]
        return self.levels(sum(totals[1:], start=totals[0]))

    def levels(self, totals: Any) -> list[Any]:
        """Return the scores of each level for what all words add to them ``(batch, outputs)``."""
        ends = accumulate(self.level_sizes)
        scores = ops.add(totals, self.bias)
        return [
            scores[:, end - size : end] for end, size in zip(ends, self.level_sizes, strict=True)
        ]

    def contributions(self, tokens: Any) -> Any:
        """Return what each word adds to the scores ``(batch, time, outputs)``, all levels' in one.

        What several occurrences of a word add together, each adds a part of; what a pair adds, its
        two words add half each.
        """
        terms = self._terms(tokens)
        added = [
            ops.multiply(ops.expand_dims(weights, -1), one.scores())
            for weights, one in zip(_frequencies(terms), terms, strict=True)
        ]
        if not self.pairs:
            return added[0]
        words, pairs = added
        second = ops.pad(pairs[:, :-1], [[0, 0], [1, 0], [0, 0]])
        return ops.add(words, ops.multiply(0.5, ops.add(pairs, second)))

    def frequencies(self, tokens: Any) -> list[Any]:
        """Return the weight of each occurrence of a word, and of a pair where there are pairs.

        Args:
            tokens: Word ids ``(batch, time)``, padded with 0.

        Returns:
            ``(batch, time)`` each; a pair stands where its first word stands.
        """
        return _frequencies(self._terms(tokens))

    def pair_rows(self, tokens: Any) -> Any:
        """Return the row of the pair that begins with each word ``(batch, time)``, 0 for none."""
        following = ops.pad(tokens[:, 1:], [[0, 0], [0, 1]])
        found = ops.zeros_like(tokens)
        for place in places(tokens, following, self.slots):
            row = ops.take(self.pair_slots, place, axis=0)
            words = ops.take(self.pair_words, row, axis=0)
            same = ops.logical_and(
                ops.equal(words[..., 0], tokens), ops.equal(words[..., 1], following)
            )
            found = ops.maximum(found, ops.where(same, row, ops.zeros_like(row)))
        return found

    def _terms(self, tokens: Any) -> list[_Terms]:
        """Return the words, and the pairs where there are some."""
        words = _Terms(tokens, ops.greater(tokens, 1), self.idf, self.kernel)
        if not self.pairs:
            return [words]
        rows = self.pair_rows(tokens)
        return [words, _Terms(rows, ops.greater(rows, 0), self.pair_idf, self.pair_kernel)]

    def compute_output_shape(
        self, tokens_shape: tuple[int | None, ...]
    ) -> list[tuple[int | None, ...]]:
        """Return ``(batch, outputs)`` a level."""
        return [(tokens_shape[0], size) for size in self.level_sizes]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        config = super().get_config()
        del config["trainable"]
        return {
            **config,
            "vocabulary_size": self.vocabulary_size,
            "level_sizes": self.level_sizes,
            "pairs": self.pairs,
            "slots": self.slots,
        }


class _Terms(NamedTuple):
    """What stands at each place of documents: words, or pairs.

    Attributes:
        ids: Which one ``(batch, time)``.
        known: Whether it counts ``(batch, time)``.
        idf: Of each id.
        kernel: The scores of each id ``(ids, outputs)``.
    """

    ids: Any
    known: Any
    idf: Any
    kernel: Any

    def scores(self) -> Any:
        """Return the scores at each place ``(batch, time, outputs)``."""
        return ops.take(self.kernel, self.ids, axis=0)

    def weights(self) -> tuple[Any, Any]:
        """Return the weight of what stands at each place, and how often that occurs."""
        same = ops.equal(ops.expand_dims(self.ids, 1), ops.expand_dims(self.ids, 2))
        counts = ops.sum(ops.cast(same, self.idf.dtype), axis=-1)
        weights = ops.multiply(1.0 + ops.log(counts), ops.take(self.idf, self.ids, axis=0))
        return ops.where(self.known, weights, ops.zeros_like(weights)), counts


def _frequencies(terms: list[_Terms]) -> list[Any]:
    """Return the weights of the occurrences, by which documents have the length 1."""
    kinds = [one.weights() for one in terms]
    # Over terms, not occurrences: each of n adds an n-th.
    squares = [ops.sum(ops.square(weights) / counts, axis=1) for weights, counts in kinds]
    length = ops.maximum(ops.sqrt(sum(squares[1:], start=squares[0])), TINY)
    return [weights / (counts * ops.expand_dims(length, 1)) for weights, counts in kinds]
