"""Two predictions of one level, multiplied: what the network says and what the words alone say."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.text.layers.activations import probabilities_of

__all__ = ["TINY", "ExpertMixture"]

# Of a logarithm's argument: float32 probabilities underflow to zero.
TINY = 1e-12


@keras.saving.register_keras_serializable(package="harnn")
class ExpertMixture(keras.layers.Layer):
    """Mixes a level's probabilities with scores of another kind, a logarithmic opinion pool.

    ``log P ← (1 − share) log P + share · s``, up to a constant: a softmax for categories that
    exclude one another, else the same for the log-odds of each (Hinton: "Training products of
    experts by minimizing contrastive divergence", Neural Computation 2002, weighs experts alike).

    Args:
        activation: ``"softmax"`` or ``"sigmoid"``.
        share: Of the scores, in ``[0, 1]``, until ``set_share``.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = ExpertMixture("sigmoid", share=0.5)
        >>> round(float(layer(np.array([[0.5]]), np.array([[2.0]]))[0, 0]), 4)  # σ(1)
        0.7311
    """

    def __init__(self, activation: str, share: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation
        self.share = share

    def build(self, probabilities_shape: tuple[int | None, ...], scores_shape: Any) -> None:
        """Create the weight that holds the share; no gradient changes it."""
        self._share = self.add_weight(
            name="share",
            shape=(),
            initializer=keras.initializers.Constant(self.share),
            trainable=False,
        )

    def set_share(self, share: float) -> None:
        """Mix in another share of the scores from now on."""
        self._share.assign(share)

    def get_share(self) -> float:
        """Return the share of the scores."""
        return float(ops.convert_to_numpy(self._share))

    def call(self, probabilities: Any, scores: Any) -> Any:
        """Return the mixed probabilities.

        Args:
            probabilities: ``(batch, outputs)``.
            scores: ``(batch, outputs)``, logits.

        Returns:
            ``(batch, outputs)``.
        """
        logits = (1.0 - self._share) * self.logits(probabilities)
        return probabilities_of(ops.add(logits, self._share * scores), self.activation)

    def logits(self, probabilities: Any) -> Any:
        """Return the logarithms of probabilities, or of their odds, ``(batch, outputs)``."""
        logits = ops.log(ops.maximum(probabilities, TINY))
        if self.activation == "sigmoid":
            logits = ops.subtract(logits, ops.log(ops.maximum(1.0 - probabilities, TINY)))
        return logits

    def compute_output_shape(
        self, probabilities_shape: tuple[int | None, ...], scores_shape: Any
    ) -> tuple[int | None, ...]:
        """Return ``(batch, outputs)``."""
        return probabilities_shape

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "activation": self.activation, "share": self.share}
