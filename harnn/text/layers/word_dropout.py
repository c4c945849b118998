"""Word dropout: words turned into the unknown word while training (Iyyer et al., ACL 2015)."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["WordDropout"]


@keras.saving.register_keras_serializable(package="harnn")
class WordDropout(keras.layers.Layer):
    """Replaces each real word by the unknown word with probability ``rate``, in training only.

    Args:
        rate: Share of the words to replace, in ``[0, 1)``.
        unknown: Id of the unknown word. Padding (id 0) is never replaced.
        seed: Of the masks.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = WordDropout(0.5, unknown=1)
        >>> np.asarray(layer(np.array([[7, 8, 0]]))).tolist()
        [[7, 8, 0]]
    """

    def __init__(self, rate: float, unknown: int, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.unknown = unknown
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, tokens: Any, training: bool = False) -> Any:
        """Return the ids ``(batch, time)``, some of them replaced when ``training``."""
        if not training or self.rate == 0.0:
            return tokens
        drawn = keras.random.uniform(ops.shape(tokens), seed=self.seed_generator)
        dropped = ops.logical_and(ops.less(drawn, self.rate), ops.not_equal(tokens, 0))
        return ops.where(dropped, ops.cast(self.unknown, tokens.dtype), tokens)

    def compute_output_spec(self, tokens: Any, training: bool = False) -> Any:
        """Return the shape ``(batch, time)`` and the type of the ids."""
        return keras.KerasTensor(tokens.shape, dtype=tokens.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "rate": self.rate,
            "unknown": self.unknown,
            "seed": self.seed,
        }
