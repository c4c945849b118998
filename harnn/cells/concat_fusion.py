"""Fusion of two directions by concatenation (Schuster & Paliwal, 1997)."""

from __future__ import annotations

from typing import Any

from harnn.cells.fusion import Fusion, Shape
from harnn.quiet_keras import keras, ops

__all__ = ["ConcatFusion"]


@keras.saving.register_keras_serializable(package="harnn")
class ConcatFusion(Fusion):
    """Puts the two directions side by side: ``u_t = [h^f_t ; h^b_t]``.

    Args:
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> tuple(ConcatFusion()(np.ones((2, 5, 4)), np.ones((2, 5, 3))).shape)
        (2, 5, 7)
    """

    def call(
        self,
        forward: Any,
        backward: Any,
        lengths: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        """Return both directions side by side.

        Args:
            forward: ``(batch, time, units)``.
            backward: ``(batch, time, other_units)``.
            lengths: Not used: each step is fused by itself.
            mask: Not used, either.
            training: Not used, either.

        Returns:
            ``(batch, time, units + other_units)``.
        """
        return ops.concatenate([forward, backward], axis=-1)

    def compute_output_shape(self, forward_shape: Shape, backward_shape: Shape, **_: Any) -> Shape:
        """Return ``(batch, time, units + other_units)``."""
        return (*forward_shape[:2], forward_shape[-1] + backward_shape[-1])
