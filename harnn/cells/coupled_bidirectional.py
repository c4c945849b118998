"""Coupled bidirectional networks (Schuster & Paliwal, 1997; Graves & Schmidhuber, 2005)."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from harnn.cells.recurrent import Recurrent

__all__ = ["CoupledBidirectional"]


@keras.saving.register_keras_serializable(package="harnn")
class CoupledBidirectional(keras.layers.Layer):
    """Runs two cells over the same input, one a direction, and concatenates their outputs.

    Both directions read each sequence within its own length: padding never matters.

    Args:
        cell: The forward cell. The backward cell is a second one with the same configuration
            and weights of its own.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import LSTMCell
        >>> layer = CoupledBidirectional(LSTMCell(4))
        >>> tuple(layer(np.ones((2, 5, 3)), lengths=np.array([5, 2])).shape)
        (2, 5, 8)
    """

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        backward_config = _reseeded({**cell.get_config(), "name": f"{cell.name}_backward"})
        self.forward = Recurrent(cell, dtype=self.dtype_policy, name="forward")
        self.backward = Recurrent(
            type(cell).from_config(backward_config),
            go_backwards=True,
            dtype=self.dtype_policy,
            name="backward",
        )

    def build(self, sequences_shape: tuple[int | None, ...], **_: Any) -> None:
        """Build both directions for inputs of shape ``(batch, time, features)``."""
        self.forward.build(sequences_shape)
        self.backward.build(sequences_shape)

    def call(self, sequences: Any, lengths: Any = None) -> Any:
        """Return the outputs of both directions.

        Args:
            sequences: ``(batch, time, features)``, padded on the right.
            lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.

        Returns:
            ``(batch, time, 2 * units)``: forward, then backward, zero beyond each sequence's end.
        """
        return ops.concatenate(
            [self.forward(sequences, lengths=lengths), self.backward(sequences, lengths=lengths)],
            axis=-1,
        )

    def compute_output_shape(
        self, sequences_shape: tuple[int | None, ...], **_: Any
    ) -> tuple[int | None, ...]:
        """Return ``(batch, time, 2 * units)``."""
        return (*sequences_shape[:2], 2 * self.cell.output_size)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "cell": keras.saving.serialize_keras_object(self.cell),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CoupledBidirectional:
        """Rebuild the layer from ``get_config()``."""
        config = dict(config)
        config["cell"] = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**config)


def _reseeded(config: Any) -> Any:
    """Return a configuration whose seeds are others, each following from the one it replaces.

    With the same seeds, both directions would start with the same weights.
    """
    if isinstance(config, dict):
        return {
            key: value + 1 if key == "seed" and isinstance(value, int) else _reseeded(value)
            for key, value in config.items()
        }
    return config
