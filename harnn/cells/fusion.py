"""What every fusion of two directions shares: how it is called, and what it is given."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras

__all__ = ["Fusion"]

# Of ``(batch, time, units)``; the first two may be None.
Shape = tuple[Any, ...]


class Fusion(keras.layers.Layer):
    """The base of the fusions, which make one sequence out of two, one a direction.

    All are called alike, ``fusion(forward, backward, lengths=…, mask=…, training=…)``, with the
    outputs of both directions in the order of the inputs, ``(batch, time, units)``.

    Args:
        **kwargs: Of ``keras.layers.Layer``.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, forward_shape: Shape, backward_shape: Shape, **_: Any) -> None:
        """Refuse directions that do not belong together.

        Raises:
            ValueError: If one is not ``(batch, time, units)``, or their steps differ.
        """
        for which, shape in (("forward", forward_shape), ("backward", backward_shape)):
            if len(shape) != 3 or shape[-1] is None:
                raise ValueError(
                    f"{self.name}: expected {which} outputs of shape (batch, time, units) with a "
                    f"known number of units, not {tuple(shape)}"
                )
        steps, others = forward_shape[1], backward_shape[1]
        if steps is not None and others is not None and steps != others:
            raise ValueError(
                f"{self.name}: the forward direction has {steps} steps and the backward one "
                f"{others}; give both directions' outputs of the same sequences"
            )
