"""The words with which documents begin."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras

__all__ = ["FirstWords"]


@keras.saving.register_keras_serializable(package="harnn")
class FirstWords(keras.layers.Layer):
    """Cuts documents after some words.

    Args:
        count: How many words are kept.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> np.asarray(FirstWords(2)(np.array([[4, 7, 5], [3, 0, 0]]))).tolist()
        [[4, 7], [3, 0]]
    """

    def __init__(self, count: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.count = count

    def call(self, tokens: Any) -> Any:
        """Return the first words.

        Args:
            tokens: Word ids ``(batch, time)``.

        Returns:
            ``(batch, min(time, count))``.
        """
        return tokens[:, : self.count]

    def compute_output_shape(self, tokens_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return ``(batch, time)``."""
        batch, time = tokens_shape
        return batch, None if time is None else min(time, self.count)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "count": self.count}
