"""The LSTM cell (Hochreiter & Schmidhuber, 1997), with a forget gate (Gers et al., 2000)."""

from __future__ import annotations

from typing import Any

from harnn.cells.recurrent_cell import RecurrentCell
from harnn.quiet_keras import keras, ops

__all__ = ["LSTMCell"]


@keras.saving.register_keras_serializable(package="harnn")
class LSTMCell(RecurrentCell):
    """One step of a long short-term memory.

    With gates stacked in Keras' order ``i, f, c, o``::

        [i f g o] = x_t W + h_{t-1} U + b
        c_t = σ(f) ⊙ c_{t-1} + σ(i) ⊙ tanh(g)
        h_t = σ(o) ⊙ tanh(c_t)

    Layer normalisation takes in the four linear maps; the memory ``c_t`` stays as it is.

    Args:
        units: Size of the hidden state and of the memory.
        unit_forget_bias: Start the forget gate's bias at one (Jozefowicz et al., 2015).
        **kwargs: Of ``RecurrentCell``: ``dropout``, ``recurrent_dropout``, ``dropout_per_gate``,
            ``layer_norm``, initialisers, ``seed``; and of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``units`` is not a positive integer, or a rate is not in ``[0, 1)``.

    Example:
        >>> import numpy as np
        >>> cell = LSTMCell(4)
        >>> h, (h, c) = cell(np.ones((2, 3)), cell.get_initial_state(2))
        >>> tuple(h.shape)
        (2, 4)
    """

    gates = ("i", "f", "c", "o")
    # What Keras' loop asks before it hands the sequence to cuDNN.
    activation = staticmethod(keras.activations.tanh)
    recurrent_activation = staticmethod(keras.activations.sigmoid)

    def __init__(self, units: int, unit_forget_bias: bool = True, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Advance one step (Keras' cell protocol).

        Args:
            inputs: ``(batch, features)``.
            states: ``[h, c]``, each ``(batch, units)``.
            training: Whether dropout applies.

        Returns:
            The output ``h`` and the new states ``[h, c]``.
        """
        hidden, memory = states
        gates = ops.split(self._gate_inputs(inputs, hidden, training), 4, axis=-1)
        input_gate, forget_gate, candidate, output_gate = gates
        memory = ops.add(
            ops.multiply(ops.sigmoid(forget_gate), memory),
            ops.multiply(ops.sigmoid(input_gate), ops.tanh(candidate)),
        )
        hidden = ops.multiply(ops.sigmoid(output_gate), ops.tanh(memory))
        return hidden, [hidden, memory]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the cell."""
        return {**super().get_config(), "unit_forget_bias": self.unit_forget_bias}

    def _initial_bias(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        zero = ops.zeros((self.units,), dtype=dtype)
        forget = ops.ones((self.units,), dtype=dtype) if self.unit_forget_bias else zero
        return ops.concatenate([zero, forget, zero, zero])
