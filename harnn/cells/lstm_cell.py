"""The LSTM cell (Hochreiter & Schmidhuber, 1997), with a forget gate (Gers et al., 2000)."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

__all__ = ["LSTMCell"]


@keras.saving.register_keras_serializable(package="harnn")
class LSTMCell(keras.layers.Layer):
    """One step of a long short-term memory.

    With gates stacked in Keras' order ``i, f, c, o``::

        [i f g o] = x_t W + h_{t-1} U + b
        c_t = σ(f) ⊙ c_{t-1} + σ(i) ⊙ tanh(g)
        h_t = σ(o) ⊙ tanh(c_t)

    Args:
        units: Size of the state.
        unit_forget_bias: Start the forget gate's bias at one (Jozefowicz et al., 2015).
        kernel_initializer: Initialiser of ``W``, shape ``(features, 4 * units)``.
        recurrent_initializer: Initialiser of ``U``, shape ``(units, 4 * units)``.
        **kwargs: Of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``units`` is not a positive integer.

    Example:
        >>> import numpy as np
        >>> cell = LSTMCell(4)
        >>> h, (h, c) = cell(np.ones((2, 3)), cell.get_initial_state(2))
        >>> tuple(h.shape)
        (2, 4)
    """

    def __init__(
        self,
        units: int,
        unit_forget_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        **kwargs: Any,
    ) -> None:
        if isinstance(units, bool) or not isinstance(units, int) or units < 1:
            raise ValueError(f"units must be a positive integer, not {units!r}")
        super().__init__(**kwargs)
        self.units = units
        self.unit_forget_bias = unit_forget_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.state_size = [units, units]
        self.output_size = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights for inputs of ``input_shape[-1]`` features."""
        gates = 4 * self.units
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[-1], gates), initializer=self.kernel_initializer
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.units, gates),
            initializer=self.recurrent_initializer,
        )
        self.bias = self.add_weight(name="bias", shape=(gates,), initializer=self._initial_bias)

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Advance one step (Keras' cell protocol).

        Args:
            inputs: ``(batch, features)``.
            states: ``[h, c]``, each ``(batch, units)``.
            training: Unused; part of the protocol.

        Returns:
            The output ``h`` and the new states ``[h, c]``.
        """
        hidden, memory = states
        gates = ops.add(
            ops.add(ops.matmul(inputs, self.kernel), self.bias),
            ops.matmul(hidden, self.recurrent_kernel),
        )
        input_gate, forget_gate, candidate, output_gate = ops.split(gates, 4, axis=-1)
        memory = ops.add(
            ops.multiply(ops.sigmoid(forget_gate), memory),
            ops.multiply(ops.sigmoid(input_gate), ops.tanh(candidate)),
        )
        hidden = ops.multiply(ops.sigmoid(output_gate), ops.tanh(memory))
        return hidden, [hidden, memory]

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Return the zero state ``[h, c]``, each ``(batch, units)``."""
        zero = ops.zeros((batch_size, self.units), dtype=self.compute_dtype)
        return [zero, zero]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the cell."""
        return {
            **super().get_config(),
            "units": self.units,
            "unit_forget_bias": self.unit_forget_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": keras.initializers.serialize(self.recurrent_initializer),
        }

    def _initial_bias(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        forget = ops.full((self.units,), 1.0 if self.unit_forget_bias else 0.0, dtype=dtype)
        return ops.concatenate(
            [
                ops.zeros((self.units,), dtype=dtype),
                forget,
                ops.zeros((2 * self.units,), dtype=dtype),
            ]
        )
