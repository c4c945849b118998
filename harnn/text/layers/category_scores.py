"""Category scores: what each category makes of its own summary of the words."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.text.layers.word_scores import word_scores
from harnn.training.seeds import spread_seed

__all__ = ["CategoryScores"]


@keras.saving.register_keras_serializable(package="harnn")
class CategoryScores(keras.layers.Layer):
    """Scores every category of a level by its own summary M_c: s_c = w_c · M_c.

    HARNN averages the summaries of all categories before it predicts, so that what one of two
    hundred categories has found is nearly lost. Here each keeps what it found, as in label-wise
    attention (Mullenbach et al., NAACL 2018, equation 3). M = A V_h is never built: s_c is the
    attention's mean of the words' scores w_c · v_t.

    Args:
        categories: Number of categories of the level.
        seed: Of the initial weights.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = CategoryScores(categories=5)
        >>> tuple(layer(np.ones((2, 5, 3)), np.ones((2, 3, 6))).shape)
        (2, 5)
    """

    def __init__(self, categories: int, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.categories = categories
        self.seed = seed

    def build(self, attention_shape: Any, words_shape: tuple[int | None, ...], *_: Any) -> None:
        """Create w ``(categories, features)``."""
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.categories, words_shape[-1]),
            initializer=keras.initializers.GlorotUniform(seed=spread_seed(self.seed, 1)[0]),
        )

    def call(self, attention: Any, words: Any, word_weights: Any = None) -> Any:
        """Score.

        Args:
            attention: A ``(batch, categories, time)``.
            words: V ``(batch, time, features)``.
            word_weights: ω of the level above ``(batch, time)``, where V_h = ω ⊙ V.

        Returns:
            s ``(batch, categories)``.
        """
        if word_weights is not None:
            words = ops.multiply(words, ops.expand_dims(word_weights, -1))
        by_word = ops.transpose(attention, (0, 2, 1))
        return ops.sum(ops.multiply(by_word, word_scores(words, self.kernel)), axis=1)

    def compute_output_spec(self, attention: Any, words: Any, word_weights: Any = None) -> Any:
        """Return the shape and type of s."""
        return keras.KerasTensor((attention.shape[0], self.categories), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "categories": self.categories, "seed": self.seed}
