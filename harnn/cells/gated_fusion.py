"""Fusion of two directions by a gate."""

from __future__ import annotations

from typing import Any

from harnn.cells.fusion import Fusion, Shape
from harnn.quiet_keras import keras, ops

__all__ = ["GatedFusion"]


@keras.saving.register_keras_serializable(package="harnn")
class GatedFusion(Fusion):
    """Mixes the two directions, unit by unit, in shares that depend on both.

    With a gate ``g`` at each step::

        g_t = σ([h^f_t ; h^b_t] W + b)
        u_t = g_t ⊙ h^f_t + (1 - g_t) ⊙ h^b_t

    The bias starts at zero, and the mixture therefore near the average of the two.

    Args:
        kernel_initializer: Initialiser of ``W``, shape ``(2 * units, units)``.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> tuple(GatedFusion()(np.ones((2, 5, 4)), np.ones((2, 5, 4))).shape)
        (2, 5, 4)
    """

    def __init__(self, kernel_initializer: Any = "glorot_uniform", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, forward_shape: Shape, backward_shape: Shape, **_: Any) -> None:
        """Create the gate's weights.

        Raises:
            ValueError: If the directions differ in units.
        """
        super().build(forward_shape, backward_shape)
        units, others = forward_shape[-1], backward_shape[-1]
        if units != others:
            raise ValueError(
                f"{self.name}: the forward direction has {units} units and the backward one "
                f"{others}; a gate mixes directions of the same width, ConcatFusion() and "
                f"RecurrentFusion(cell) take any"
            )
        self.kernel = self.add_weight(
            name="kernel", shape=(2 * units, units), initializer=self.kernel_initializer
        )
        self.bias = self.add_weight(name="bias", shape=(units,), initializer="zeros")

    def call(
        self,
        forward: Any,
        backward: Any,
        lengths: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        """Return the mixture.

        Args:
            forward: ``(batch, time, units)``.
            backward: ``(batch, time, units)``.
            lengths: Not used: each step is fused by itself, and zero where both directions are.
            mask: Not used, either.
            training: Not used, either.

        Returns:
            ``(batch, time, units)``.
        """
        both = ops.concatenate([forward, backward], axis=-1)
        gate = ops.sigmoid(ops.add(ops.matmul(both, self.kernel), self.bias))
        # g ⊙ h^f + (1 - g) ⊙ h^b, with one product less.
        return ops.add(backward, ops.multiply(gate, ops.subtract(forward, backward)))

    def compute_output_shape(self, forward_shape: Shape, backward_shape: Shape, **_: Any) -> Shape:
        """Return ``(batch, time, units)``."""
        return tuple(forward_shape)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
