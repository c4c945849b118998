"""Category dependency (CDM): where one level's prediction tells the next level to look."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.text.layers.text_category_attention import masked_softmax

__all__ = ["DEPENDENCIES", "CategoryDependency"]

DEPENDENCIES = ("none", "paper", "reference", "scaled")


@keras.saving.register_keras_serializable(package="harnn")
class CategoryDependency(keras.layers.Layer):
    """Turns a level's attention and prediction into weights on the words for the next level.

    With the attention A_{c,t} and the prediction P_c of level h, ``dependency`` chooses ω^h_t:

    ============= =====================================================================
    ``paper``     mean over the categories of A_{c,t} P_c (Huang et al., CIKM 2019, eq. 7)
    ``reference`` mean over the categories of softmax over words of A_{c,t} P_c, as in the
                  paper's public TensorFlow 1 code. A and P being at most 1, this softmax is
                  flat: ω ≈ 1 / N, the next level's words all but vanish, and its attention is
                  uniform.
    ``scaled``    the paper's ω divided by its mean over the real words: the words keep their
                  size on every level, and only their relative weight changes.
    ============= =====================================================================

    (``"none"``, the ablation without dependency, has no such layer: the next level reads V.)

    Args:
        dependency: ``"paper"``, ``"reference"`` or ``"scaled"``.
        **kwargs: Of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``dependency`` is none of these.

    Example:
        >>> import numpy as np
        >>> layer = CategoryDependency("scaled")
        >>> attention = np.array([[[0.75, 0.25, 0.0]]])
        >>> weights = layer(attention, np.array([[0.5]]), np.array([[True, True, False]]))
        >>> np.asarray(weights).tolist()
        [[1.5, 0.5, 0.0]]
    """

    def __init__(self, dependency: str = "scaled", **kwargs: Any) -> None:
        if dependency not in DEPENDENCIES[1:]:
            raise ValueError(f"dependency must be one of {DEPENDENCIES[1:]}, not {dependency!r}")
        super().__init__(**kwargs)
        self.dependency = dependency

    def call(self, attention: Any, probabilities: Any, word_mask: Any) -> Any:
        """Weigh the words.

        Args:
            attention: A ``(batch, categories, time)``, zero on padding.
            probabilities: P_L ``(batch, categories)``.
            word_mask: The real words ``(batch, time)``.

        Returns:
            ω ``(batch, time)``, zero on padding.
        """
        if self.dependency == "reference":
            weighed = ops.multiply(attention, ops.expand_dims(probabilities, -1))
            return ops.mean(masked_softmax(weighed, ops.expand_dims(word_mask, 1)), axis=1)
        weighed = ops.matmul(ops.expand_dims(probabilities, 1), attention)
        weights = ops.divide(ops.squeeze(weighed, 1), attention.shape[1])
        if self.dependency == "paper":
            return weights
        real = ops.cast(word_mask, weights.dtype)
        # A document without a word has no mean: its divisors are one, its weights zero.
        count = ops.maximum(ops.sum(real, axis=1, keepdims=True), 1.0)
        mean = ops.divide(ops.sum(weights, axis=1, keepdims=True), count)
        return ops.divide(weights, ops.where(ops.equal(mean, 0.0), ops.ones_like(mean), mean))

    def compute_output_spec(self, attention: Any, probabilities: Any, word_mask: Any) -> Any:
        """Return the shape and type of ω."""
        return keras.KerasTensor(word_mask.shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "dependency": self.dependency}
