"""Path scores: one softmax over all paths of the taxonomy."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.quiet_keras import keras, ops

__all__ = ["PathScores"]


@keras.saving.register_keras_serializable(package="harnn")
class PathScores(keras.layers.Layer):
    """Adds up the logits of the categories that a path takes, one a level.

    With a softmax a level, a level's loss asks for the right category among all of the level,
    those below other parents included, although the best whole path is what is predicted. A
    softmax over the sums is the distribution over the taxonomy's paths that decoding assumes (a
    conditional random field on a tree: Lafferty et al., ICML 2001), so that training and
    decoding agree: a level need only tell apart what the others leave open. A document whose lower
    levels are not known teaches by the sum over the paths that it may have.

    Args:
        outputs: The output of each level that each path takes, ``(paths, levels)`` nested.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> layer = PathScores(outputs=[[0, 0], [0, 1], [1, 2]])
        >>> levels = [np.array([[1.0, 2.0]]), np.array([[10.0, 20.0, 30.0]])]
        >>> np.asarray(layer(levels)).tolist()
        [[11.0, 21.0, 32.0]]
    """

    def __init__(self, outputs: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.outputs = np.asarray(outputs, dtype=np.int32).tolist()

    def call(self, logits: list[Any]) -> Any:
        """Score the paths.

        Args:
            logits: Of each level, ``(batch, outputs of the level)``.

        Returns:
            ``(batch, paths)``.
        """
        taken = np.asarray(self.outputs)
        scores: Any = 0.0
        for level, values in enumerate(logits):
            # A product with zeros and ones: its gradient is one too, that of a gather is slow.
            chosen = np.eye(values.shape[-1], dtype=np.float32)[taken[:, level]].T
            scores = scores + ops.matmul(values, ops.cast(chosen, values.dtype))
        return scores

    def compute_output_spec(self, logits: list[Any]) -> Any:
        """Return the shape and type of the scores."""
        return keras.KerasTensor((logits[0].shape[0], len(self.outputs)), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "outputs": self.outputs}
