"""Fusion of two directions by a third recurrent network."""

from __future__ import annotations

from typing import Any

from harnn.cells.fusion import Fusion, Shape
from harnn.cells.recurrent import Recurrent
from harnn.quiet_keras import keras, ops

__all__ = ["RecurrentFusion"]


@keras.saving.register_keras_serializable(package="harnn")
class RecurrentFusion(Fusion):
    """Reads both directions forwards with a cell: ``u_t = cell([h^f_t ; h^b_t], u_{t-1})``.

    Output ``t`` depends on what both directions say up to ``t``, and on nothing they say later.

    Args:
        cell: A layer with Keras' cell protocol, such as ``GRUCell``.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import GRUCell
        >>> tuple(RecurrentFusion(GRUCell(6))(np.ones((2, 5, 4)), np.ones((2, 5, 4))).shape)
        (2, 5, 6)
    """

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.recurrent = Recurrent(
            cell, trainable=self.trainable, dtype=self.dtype_policy, name="recurrent"
        )

    def build(self, forward_shape: Shape, backward_shape: Shape, **_: Any) -> None:
        """Build the cell."""
        super().build(forward_shape, backward_shape)
        self.recurrent.build((*forward_shape[:2], forward_shape[-1] + backward_shape[-1]))

    def call(
        self,
        forward: Any,
        backward: Any,
        lengths: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        """Return the cell's outputs.

        Args:
            forward: ``(batch, time, units)``.
            backward: ``(batch, time, other_units)``.
            lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
            mask: ``(batch, time)``, true for the real steps, wherever they are.
            training: Whether the cell's dropout applies.

        Returns:
            ``(batch, time, cell.output_size)``, zero at steps that are not real.
        """
        both = ops.concatenate([forward, backward], axis=-1)
        return self.recurrent(both, lengths=lengths, mask=mask, training=training)

    def compute_output_shape(self, forward_shape: Shape, backward_shape: Shape, **_: Any) -> Shape:
        """Return ``(batch, time, cell.output_size)``."""
        return (*forward_shape[:2], self.cell.output_size)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "cell": keras.saving.serialize_keras_object(self.cell)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> RecurrentFusion:
        """Rebuild the layer from ``get_config()``."""
        config = dict(config)
        config["cell"] = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**config)
