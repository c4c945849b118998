"""The gated recurrent unit (Cho et al., 2014)."""

from __future__ import annotations

from typing import Any

from harnn.cells.recurrent_cell import RecurrentCell, masked_product
from harnn.quiet_keras import keras, ops

__all__ = ["GRUCell"]


@keras.saving.register_keras_serializable(package="harnn")
class GRUCell(RecurrentCell):
    """One step of a gated recurrent unit; ``z`` is the share that is renewed.

    With gates stacked in the order ``z, r, h``::

        z = σ(x_t W_z + h_{t-1} U_z + b_z)
        r = σ(x_t W_r + h_{t-1} U_r + b_r)
        h̃ = tanh(x_t W_h + (r ⊙ h_{t-1}) U_h + b_h)              reset before the product
        h̃ = tanh(x_t W_h + b_h + r ⊙ (h_{t-1} U_h + b'_h))        reset after the product
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ h̃

    Keras and cuDNN write ``h_t = z ⊙ h_{t-1} + (1 - z) ⊙ h̃``: their ``z`` is this one's
    complement, and their weights of ``z`` this one's with the sign turned. ``from_keras`` and
    ``to_keras`` see to it.

    Args:
        units: Size of the state.
        reset_after: Apply the reset gate after the recurrent product (cuDNN's form, one product a
            step) or before it (the form of the paper).
        **kwargs: Of ``RecurrentCell``: ``dropout``, ``recurrent_dropout``, ``dropout_per_gate``,
            ``layer_norm``, initialisers, ``seed``; and of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``units`` is not a positive integer, or a rate is not in ``[0, 1)``.

    Example:
        >>> import numpy as np
        >>> cell = GRUCell(4)
        >>> h, (h,) = cell(np.ones((2, 3)), cell.get_initial_state(2))
        >>> tuple(h.shape)
        (2, 4)
    """

    gates = ("z", "r", "h")

    def __init__(self, units: int, reset_after: bool = True, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.reset_after = reset_after

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Advance one step (Keras' cell protocol).

        Args:
            inputs: ``(batch, features)``.
            states: ``[h]``, ``(batch, units)``.
            training: Whether dropout applies.

        Returns:
            The output ``h`` and the new states ``[h]``.
        """
        hidden = states[0]
        masks = self._recurrent_masks(hidden, training)
        mapped = self._mapped_input(inputs, training)
        equations = self._reset_after if self.reset_after else self._reset_before
        update, candidate = equations(mapped, hidden, masks)
        # (1 - z) ⊙ h + z ⊙ h̃, with one product less.
        hidden = ops.add(hidden, ops.multiply(update, ops.subtract(candidate, hidden)))
        return hidden, [hidden]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the cell."""
        return {**super().get_config(), "reset_after": self.reset_after}

    def _reset_after(self, mapped: Any, hidden: Any, masks: Any) -> tuple[Any, Any]:
        recalled = masked_product(hidden, masks, self.recurrent_kernel)
        if not self.layer_norm:
            mapped, recalled = ops.add(mapped, self.bias[0]), ops.add(recalled, self.bias[1])
            update, reset, candidate = ops.split(mapped, 3, axis=-1)
            update_h, reset_h, candidate_h = ops.split(recalled, 3, axis=-1)
            update = ops.sigmoid(ops.add(update, update_h))
            reset = ops.sigmoid(ops.add(reset, reset_h))
            return update, ops.tanh(ops.add(candidate, ops.multiply(reset, candidate_h)))
        # The bias within r's product belongs to the linear map that is normalised.
        gates, candidate = self._parts(mapped)
        gates_h, candidate_h = self._parts(recalled)
        gates_b, candidate_b = self._parts(self.bias)
        update, reset = self._opened(ops.add(gates, gates_h), ops.add(gates_b[0], gates_b[1]))
        recalled = ops.multiply(reset, ops.add(candidate_h, candidate_b[1]))
        return update, self._candidate(ops.add(candidate, recalled), candidate_b[0])

    def _reset_before(self, mapped: Any, hidden: Any, masks: Any) -> tuple[Any, Any]:
        of_gates, of_candidate = masks, masks
        if isinstance(masks, list):
            of_gates, of_candidate = masks[:2], masks[2]
        gates, candidate = self._parts(mapped)
        gates_kernel, candidate_kernel = self._parts(self.recurrent_kernel)
        gates_b, candidate_b = self._parts(self.bias)
        recalled = masked_product(hidden, of_gates, gates_kernel)
        update, reset = self._opened(ops.add(gates, recalled), gates_b)
        recalled = masked_product(ops.multiply(reset, hidden), of_candidate, candidate_kernel)
        return update, self._candidate(ops.add(candidate, recalled), candidate_b)

    def _parts(self, columns: Any) -> tuple[Any, Any]:
        """Split columns into those of the gates and those of the candidate."""
        gates, candidate = ops.split(columns, [2 * self.units], axis=-1)
        return gates, candidate

    def _opened(self, linear: Any, bias: Any) -> tuple[Any, Any]:
        """Return the gates ``z`` and ``r`` of their linear maps."""
        linear = ops.add(self._normalized(linear, slice(None, 2 * self.units)), bias)
        update, reset = ops.split(ops.sigmoid(linear), 2, axis=-1)
        return update, reset

    def _candidate(self, linear: Any, bias: Any) -> Any:
        return ops.tanh(ops.add(self._normalized(linear, slice(2 * self.units, None)), bias))

    def _bias_shape(self) -> tuple[int, ...]:
        width = len(self.gates) * self.units
        return (2, width) if self.reset_after else (width,)
