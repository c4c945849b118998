"""The probabilities of one level: its local and the global prediction, mixed."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.text.layers.activations import probabilities_of

__all__ = ["LevelProbabilities"]


@keras.saving.register_keras_serializable(package="harnn")
class LevelProbabilities(keras.layers.Layer):
    """Mixes what a level and the whole hierarchy say: P = (1 − α) P_L + α P_G.

    (Huang et al., CIKM 2019, equation 9.)

    Args:
        activation: ``"sigmoid"`` or ``"softmax"``, turns the global logits into P_G.
        alpha: Share of the global prediction, in ``[0, 1]``.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = LevelProbabilities("sigmoid", alpha=0.5)
        >>> np.asarray(layer(np.array([[1.0]]), np.array([[0.0]]))).tolist()
        [[0.75]]
    """

    def __init__(self, activation: str = "sigmoid", alpha: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation
        self.alpha = alpha

    def call(self, local_probabilities: Any, global_logits: Any) -> Any:
        """Mix two predictions of a level.

        Args:
            local_probabilities: P_L ``(batch, categories)``.
            global_logits: ``(batch, categories)``.

        Returns:
            P ``(batch, categories)``.
        """
        global_probabilities = probabilities_of(global_logits, self.activation)
        return ops.add(
            ops.multiply(1.0 - self.alpha, local_probabilities),
            ops.multiply(self.alpha, global_probabilities),
        )

    def compute_output_shape(
        self, local_probabilities_shape: tuple[int | None, ...], global_logits_shape: Any
    ) -> tuple[int | None, ...]:
        """Return ``(batch, categories)``."""
        return local_probabilities_shape

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "activation": self.activation, "alpha": self.alpha}
