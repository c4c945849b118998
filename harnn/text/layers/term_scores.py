"""Linear scores of the categories on the words of a document, by TF-IDF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import keras
from keras import ops

__all__ = ["TermScores"]

# Of a document without any known word.
_TINY = 1e-12


@keras.saving.register_keras_serializable(package="harnn")
class TermScores(keras.layers.Layer):
    """Scores every category by which words a document has, whatever their order.

    A word that occurs ``n`` times weighs ``(1 + ln n) · idf``, and the weights of a document have
    the length 1: scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``. Padding and unknown words
    weigh nothing. The weights are not learnt by gradients: see `harnn.text.term_scores_start`.

    Args:
        vocabulary_size: Number of word ids, padding (0) and the unknown word (1) included.
        level_sizes: Outputs of each level.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = TermScores(vocabulary_size=5, level_sizes=(1, 2))
        >>> [tuple(scores.shape) for scores in layer(np.array([[2, 4, 2, 0]]))]
        [(1, 1), (1, 2)]
        >>> [round(float(weight), 3) for weight in layer.frequencies(np.array([[2, 4, 1, 0]]))[0]]
        [0.707, 0.707, 0.0, 0.0]
    """

    def __init__(self, vocabulary_size: int, level_sizes: Sequence[int], **kwargs: Any) -> None:
        super().__init__(trainable=False, **kwargs)
        self.vocabulary_size = vocabulary_size
        self.level_sizes = tuple(level_sizes)

    def build(self, tokens_shape: tuple[int | None, ...]) -> None:
        """Create the weights: ``idf`` of ones, and scores of zero."""
        outputs = sum(self.level_sizes)
        options = {"trainable": False, "initializer": "zeros"}
        self.kernel = self.add_weight(
            name="kernel", shape=(self.vocabulary_size, outputs), **options
        )
        self.bias = self.add_weight(name="bias", shape=(outputs,), **options)
        self.idf = self.add_weight(
            name="idf", shape=(self.vocabulary_size,), initializer="ones", trainable=False
        )

    def call(self, tokens: Any) -> list[Any]:
        """Return the scores of each level.

        Args:
            tokens: Word ids ``(batch, time)``, padded with 0.

        Returns:
            ``(batch, outputs)`` a level.
        """
        weights = ops.expand_dims(self.frequencies(tokens), 1)
        return self.levels(ops.squeeze(ops.matmul(weights, self._scores(tokens)), 1))

    def levels(self, totals: Any) -> list[Any]:
        """Return the scores of each level for what all words add to them ``(batch, outputs)``."""
        ends = accumulate(self.level_sizes)
        scores = ops.add(totals, self.bias)
        return [
            scores[:, end - size : end] for end, size in zip(ends, self.level_sizes, strict=True)
        ]

    def contributions(self, tokens: Any) -> Any:
        """Return what each word adds to the scores ``(batch, time, outputs)``, all levels' in one.

        What several occurrences of a word add together, each adds a part of.
        """
        weights = ops.expand_dims(self.frequencies(tokens), -1)
        return ops.multiply(weights, self._scores(tokens))

    def _scores(self, tokens: Any) -> Any:
        """Return the scores of each word by itself ``(batch, time, outputs)``."""
        return ops.take(self.kernel, tokens, axis=0)

    def frequencies(self, tokens: Any) -> Any:
        """Return the weight of each occurrence of a word ``(batch, time)``."""
        known = ops.greater(tokens, 1)
        same = ops.equal(ops.expand_dims(tokens, 1), ops.expand_dims(tokens, 2))
        counts = ops.sum(ops.cast(same, self.compute_dtype), axis=-1)
        weights = ops.multiply(1.0 + ops.log(counts), ops.take(self.idf, tokens, axis=0))
        weights = ops.where(known, weights, ops.zeros_like(weights))
        # Over words, not occurrences: each of n adds an n-th.
        length = ops.sqrt(ops.sum(ops.divide(ops.square(weights), counts), axis=1, keepdims=True))
        return ops.divide(weights, ops.multiply(counts, ops.maximum(length, _TINY)))

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
        }
