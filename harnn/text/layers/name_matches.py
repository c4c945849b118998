"""How well the words of a document match the names of the categories."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from harnn.quiet_keras import keras, ops

__all__ = ["TINY", "NameMatches"]

# Of a vector's squared length: the root has no gradient at zero.
TINY = 1e-12


@keras.saving.register_keras_serializable(package="harnn")
class NameMatches(keras.layers.Layer):
    """Scores a category by whether all words of its name stand in the document, or ones like them.

    With the vectors e_n of the words of a category's name and those of the document x_t::

        m_c = min over n of max over t of max(0, cos(e_n, x_t))⁴        s_c = γ_h m_c

    The best match of each word is the late interaction of Khattab and Zaharia (SIGIR 2020,
    equation 3); the least of them is taken in place of their sum, as "rugby league" needs both
    words. The weight γ_h is one number a level: what frequent categories teach of names holds for
    a category with hardly a document of its own. The names' vectors stay as they are, and through
    the matches the words' are not trained either.

    Args:
        words: How many words the names have, each counted once.
        names: Of each output of each level, which of them its name has; none for an output that
            has no name. ``(outputs of all levels, words of the name)`` nested.
        level_sizes: Outputs of each level.
        sharpness: The power of the cosine, which leaves little of words that are only related.
        start: What the weights γ start from.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> layer = NameMatches(words=2, names=[[0, 1], [1], []], level_sizes=(3,))
        >>> layer.build((None, None, 2))
        >>> layer.set_name_vectors(np.eye(2))  # of "rugby" and "league"
        >>> document = np.array([[[0.0, 2.0], [0.0, 0.0]]])  # a document on leagues, and padding
        >>> [np.asarray(scores).round(2).tolist() for scores in layer(document)]
        [[[0.0, 4.0, 0.0]]]
    """

    def __init__(
        self,
        words: int,
        names: Sequence[Sequence[int]],
        level_sizes: Sequence[int],
        sharpness: int = 4,
        start: float = 4.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.words = words
        self.names = [list(name) for name in names]
        self.level_sizes = tuple(level_sizes)
        self.sharpness = sharpness
        self.start = start

    def build(self, vectors_shape: tuple[int | None, ...]) -> None:
        """Create the names' vectors, all zero, and γ."""
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.words, vectors_shape[-1]),
            initializer="zeros",
            trainable=False,
        )
        self.scale = self.add_weight(
            name="scale",
            shape=(len(self.level_sizes),),
            initializer=keras.initializers.Constant(self.start),
        )

    def set_name_vectors(self, vectors: np.ndarray) -> None:
        """Set e: one vector a word of the names ``(words, dims)``, of any length."""
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self.kernel.assign(vectors / np.maximum(lengths, np.sqrt(TINY)))

    def call(self, vectors: Any, training: bool = False) -> list[Any]:
        """Return the scores of each level.

        Args:
            vectors: Of the words ``(batch, time, dims)``, zero on padding.
            training: Whether no gradient goes to the vectors.

        Returns:
            ``(batch, outputs)`` a level.
        """
        if training:
            vectors = ops.stop_gradient(vectors)
        squares = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
        vectors = ops.divide(vectors, ops.sqrt(ops.maximum(squares, TINY)))
        cosines = ops.max(ops.matmul(vectors, ops.transpose(self.kernel)), axis=1)
        found = ops.power(ops.relu(cosines), self.sharpness)
        # A column more, of zeros: that of the outputs without a name.
        found = ops.pad(found, [(0, 0), (0, 1)])
        matches = ops.min(ops.take(found, self.words_of_outputs(), axis=1), axis=-1)
        ends = accumulate(self.level_sizes)
        return [
            ops.multiply(self.scale[level], matches[:, end - size : end])
            for level, (end, size) in enumerate(zip(ends, self.level_sizes, strict=True))
        ]

    def words_of_outputs(self) -> np.ndarray:
        """Return the words of each output's name ``(outputs, words of the longest name)``.

        A shorter name says its first word again, which changes no minimum.
        """
        names = [name or [self.words] for name in self.names]
        longest = max(map(len, names))
        return np.array([name + name[:1] * (longest - len(name)) for name in names])

    def compute_output_spec(self, vectors: Any, training: bool = False) -> list[Any]:
        """Return the shapes and types of the scores."""
        batch = vectors.shape[0]
        return [
            keras.KerasTensor((batch, size), dtype=self.compute_dtype) for size in self.level_sizes
        ]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "words": self.words,
            "names": self.names,
            "level_sizes": self.level_sizes,
            "sharpness": self.sharpness,
            "start": self.start,
        }
