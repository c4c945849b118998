"""Text-category attention (TCA): each category of a level looks at the words."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.text.layers.activations import softmax
from harnn.text.layers.word_scores import word_scores
from harnn.training.seeds import spread_seed

__all__ = ["TextCategoryAttention"]


@keras.saving.register_keras_serializable(package="harnn")
class TextCategoryAttention(keras.layers.Layer):
    """Weighs the words of a document for every category of one level.

    With V_h = ω^{h-1} ⊙ V (on the first level V itself), O = tanh(W_s V_hᵀ) and the level's
    category embeddings S (Huang et al., CIKM 2019, equations 3 to 5)::

        A = softmax over the real words of S O        one weight a category and word
        M = A V_h                                     one summary a category
        r = mean over the categories of M

    r is computed as (mean over the categories of A) V_h, which is the same and never builds M.

    Args:
        categories: Number of categories of the level.
        units: Size of the space in which words and categories meet, d_a.
        seed: Of the initial weights.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = TextCategoryAttention(categories=5, units=4)
        >>> attention, summary = layer(np.ones((2, 3, 6)), np.ones((2, 3), dtype=bool))
        >>> tuple(attention.shape), tuple(summary.shape)
        ((2, 5, 3), (2, 6))
    """

    def __init__(self, categories: int, units: int, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.categories = categories
        self.units = units
        self.seed = seed

    def build(self, words_shape: tuple[int | None, ...], *_: Any, **__: Any) -> None:
        """Create W_s ``(features, units)`` and S ``(categories, units)``."""
        seeds = spread_seed(self.seed, 2)
        self.word_kernel = self.add_weight(
            name="word_kernel",
            shape=(words_shape[-1], self.units),
            initializer=keras.initializers.GlorotUniform(seed=seeds[0]),
        )
        self.category_embeddings = self.add_weight(
            name="category_embeddings",
            shape=(self.categories, self.units),
            initializer=keras.initializers.GlorotUniform(seed=seeds[1]),
        )

    def call(self, words: Any, word_mask: Any, word_weights: Any = None) -> tuple[Any, Any]:
        """Attend.

        Args:
            words: The states V ``(batch, time, features)``.
            word_mask: The real words ``(batch, time)``.
            word_weights: ω of the level above ``(batch, time)``; not given on the first level.

        Returns:
            The attention A ``(batch, categories, time)``, zero on padding (a document must have
            a word), and the level's summary r ``(batch, features)``.
        """
        if word_weights is not None:
            words = ops.multiply(words, ops.expand_dims(word_weights, -1))
        projected = ops.tanh(ops.matmul(words, self.word_kernel))
        scores = word_scores(projected, self.category_embeddings)
        attention = softmax_over_words(scores, word_mask)
        shared = ops.expand_dims(ops.mean(attention, axis=-1), 1)
        # TensorFlow and ONNX Runtime drop this transposition where the next layer reverses it.
        return ops.transpose(attention, (0, 2, 1)), ops.squeeze(ops.matmul(shared, words), 1)

    def compute_output_spec(
        self, words: Any, word_mask: Any, word_weights: Any = None
    ) -> tuple[Any, Any]:
        """Return the shapes and types of A and r."""
        batch, time, features = words.shape
        return (
            keras.KerasTensor((batch, self.categories, time), dtype=self.compute_dtype),
            keras.KerasTensor((batch, features), dtype=self.compute_dtype),
        )

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "categories": self.categories,
            "units": self.units,
            "seed": self.seed,
        }


def softmax_over_words(scores: Any, word_mask: Any) -> Any:
    """Return the softmax over time among the real words, zero on padding.

    Args:
        scores: ``(batch, time, categories)``.
        word_mask: The real words ``(batch, time)``, one in every document at least.

    Returns:
        ``(batch, time, categories)``.

    Example:
        >>> import numpy as np
        >>> weights = softmax_over_words(np.zeros((1, 3, 1)), np.array([[True, True, False]]))
        >>> np.asarray(weights)[0, :, 0].tolist()
        [0.5, 0.5, 0.0]
    """
    # Not ops.add(): for one document of as many words as categories, Keras 3.15 takes the column of
    # the words for a bias of the categories.
    scores = ops.subtract(scores, ops.expand_dims(_padding(word_mask, scores), -1))
    # Not ops.softmax(): TensorFlow's would move time to the end and back.
    largest = ops.stop_gradient(ops.max(scores, axis=1, keepdims=True))
    weights = ops.exp(ops.subtract(scores, largest))
    return ops.divide(weights, ops.sum(weights, axis=1, keepdims=True))


def masked_softmax(scores: Any, mask: Any) -> Any:
    """Return the softmax over the last axis among the entries of ``mask``, exactly zero elsewhere.

    Args:
        scores: Any shape.
        mask: Boolean, broadcastable to ``scores``, with a true entry in every row: where there
            is none, the softmax is over all entries.

    Example:
        >>> import numpy as np
        >>> scores, mask = np.zeros((1, 4)), np.array([[True, True, False, False]])
        >>> np.asarray(masked_softmax(scores, mask)).tolist()
        [[0.5, 0.5, 0.0, 0.0]]
    """
    # Subtracting is one pass less, forwards and backwards, than choosing with where().
    return softmax(ops.subtract(scores, _padding(mask, scores)))


def _padding(mask: Any, scores: Any) -> Any:
    """Return what makes the softmax of padding zero when it is taken off the scores."""
    # float16 ends at 65504; what matters is that exp() of minus this is exactly zero.
    much = 3e4 if keras.backend.standardize_dtype(scores.dtype) == "float16" else 1e9
    return (1.0 - ops.cast(mask, scores.dtype)) * much
