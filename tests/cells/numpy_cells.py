"""The recurrent cells in plain NumPy and float64, written from their equations.

One sequence, one step and one gate at a time: slow, and easy to check by eye. Of a cell of the
library only its weights and its options are read.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

Array = np.ndarray

EPSILON = 1e-5


def sigmoid(x: Array) -> Array:
    """Return σ(x)."""
    return 1 / (1 + np.exp(-x))


ACTIVATIONS: dict[str, Any] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: np.maximum(x, 0),
    "linear": lambda x: x,
}


class NumpyCell:
    """A cell's weights, gate by gate, and its equations, for one sequence.

    Args:
        cell: A cell of the library, built.
        input_mask: Factors of the inputs, ``(features,)``, or a row a gate.
        recurrent_mask: Factors of the state that is fed back, ``(hidden,)``, or a row a gate.
    """

    def __init__(self, cell: Any, input_mask: Any = 1.0, recurrent_mask: Any = 1.0) -> None:
        self.step: Any = {
            "LSTMCell": self.lstm,
            "GRUCell": self.gru,
            "ElmanCell": self.elman,
            "JordanCell": self.jordan,
        }[type(cell).__name__]
        self.options = cell.get_config()
        self.state_size = cell.state_size
        gates = len(cell.gates)
        weights = {
            weight.name: np.asarray(keras.ops.convert_to_numpy(weight), dtype=np.float64)
            for weight in cell.weights
        }
        self.kernel = np.split(weights["kernel"], gates, axis=1)
        self.recurrent_kernel = np.split(weights["recurrent_kernel"], gates, axis=1)
        self.bias = np.split(weights["bias"], gates, axis=-1)
        self.gamma = np.split(weights["gamma"], gates) if "gamma" in weights else None
        self.output_kernel = weights.get("output_kernel")
        self.output_bias = weights.get("output_bias")
        self.input_mask = np.broadcast_to(input_mask, (gates, len(weights["kernel"])))
        self.recurrent_mask = np.broadcast_to(
            recurrent_mask, (gates, len(weights["recurrent_kernel"]))
        )

    def run(
        self,
        sequence: Array,
        states: Any = None,
        real: Any = None,
        go_backwards: bool = False,
    ) -> tuple[Array, list[Array]]:
        """Run over a sequence, past the steps that are not real.

        Returns:
            The outputs ``(time, size)``, zero at steps that are not real, and the last states.
        """
        time = len(sequence)
        states = [np.zeros(size) for size in self.state_size] if states is None else list(states)
        outputs = np.zeros((time, self.state_size[0]))
        for t in reversed(range(time)) if go_backwards else range(time):
            if real is None or real[t]:
                states = self.step(sequence[t], *states)
                outputs[t] = states[0]
        return outputs, states

    # Linear maps -------------------------------------------------------------------------------

    def read(self, k: int, x: Array) -> Array:
        """Return ``(x ⊙ m_k) W_k``."""
        return (x * self.input_mask[k]) @ self.kernel[k]

    def recall(self, k: int, h: Array) -> Array:
        """Return ``(h ⊙ n_k) U_k``."""
        return (h * self.recurrent_mask[k]) @ self.recurrent_kernel[k]

    def norm(self, k: int, a: Array) -> Array:
        """Return ``γ_k ⊙ (a - mean(a)) / std(a)``, or ``a`` without layer normalisation."""
        if self.gamma is None:
            return a
        return self.gamma[k] * (a - np.mean(a)) / np.sqrt(np.var(a) + EPSILON)

    def gate(self, k: int, x: Array, h: Array) -> Array:
        """Return ``norm(x W_k + h U_k) + b_k``."""
        return self.norm(k, self.read(k, x) + self.recall(k, h)) + self.bias[k]

    # Cells -------------------------------------------------------------------------------------

    def elman(self, x: Array, h: Array) -> list[Array]:
        """Return ``h_t = φ(x W + h U + b)``."""
        return [ACTIVATIONS[self.options["activation"]](self.gate(0, x, h))]

    def jordan(self, x: Array, y: Array) -> list[Array]:
        """Return ``y_t = ψ(φ(x W + y U + b) V + b_y)``."""
        h = ACTIVATIONS[self.options["activation"]](self.gate(0, x, y))
        linear = h @ self.output_kernel + self.output_bias
        return [ACTIVATIONS[self.options["output_activation"]](linear)]

    def lstm(self, x: Array, h: Array, c: Array) -> list[Array]:
        """Return ``h_t = σ(o) ⊙ tanh(c_t)`` and ``c_t = σ(f) ⊙ c + σ(i) ⊙ tanh(g)``."""
        i, f, g, o = (self.gate(k, x, h) for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return [sigmoid(o) * np.tanh(c), c]

    def gru(self, x: Array, h: Array) -> list[Array]:
        """Return ``h_t = (1 - z) ⊙ h + z ⊙ h̃``."""
        if self.options["reset_after"]:
            # Two biases a gate: one beside the input, one beside the state.
            z, r = (
                sigmoid(self.norm(k, self.read(k, x) + self.recall(k, h)) + sum(self.bias[k]))
                for k in (0, 1)
            )
            linear = self.read(2, x) + r * (self.recall(2, h) + self.bias[2][1])
            candidate = np.tanh(self.norm(2, linear) + self.bias[2][0])
        else:
            z, r = (sigmoid(self.gate(k, x, h)) for k in (0, 1))
            candidate = np.tanh(self.gate(2, x, r * h))
        return [(1 - z) * h + z * candidate]


def run_batch(
    cell: Any,
    sequences: Array,
    real: Any = None,
    states: Any = None,
    go_backwards: bool = False,
    input_masks: Any = None,
    recurrent_masks: Any = None,
) -> tuple[Array, list[Array]]:
    """Run a cell over each sequence of a batch by itself.

    Args:
        cell: A cell of the library, built.
        sequences: ``(batch, time, features)``.
        real: ``(batch, time)``, true where there is a step; everywhere if not given.
        states: Before the first step, each ``(batch, size)``; zeros if not given.
        go_backwards: Read from the last step to the first.
        input_masks: Dropout's factors, ``(batch, features)`` or ``(batch, gates, features)``.
        recurrent_masks: The same of the recurrent connection.

    Returns:
        The outputs ``(batch, time, size)`` and the last states, each ``(batch, size)``.
    """
    rows = [
        NumpyCell(
            cell,
            1.0 if input_masks is None else input_masks[row],
            1.0 if recurrent_masks is None else recurrent_masks[row],
        ).run(
            sequence,
            None if states is None else [state[row] for state in states],
            None if real is None else real[row],
            go_backwards,
        )
        for row, sequence in enumerate(sequences)
    ]
    outputs = np.stack([outputs for outputs, _ in rows])
    return outputs, [np.stack(parts) for parts in zip(*(last for _, last in rows), strict=True)]


def dropout_masks(cell: Any, sequences: Array) -> dict[str, Any]:
    """Return the masks that a cell of these options and this seed draws first.

    They come from a twin of the cell, which leaves the cell's own seed where it is.
    """
    twin = type(cell).from_config(cell.get_config())
    dtype = cell.compute_dtype
    step = keras.ops.convert_to_tensor(sequences[:, 0], dtype=dtype)
    hidden = keras.ops.zeros((len(sequences), cell.state_size[0]), dtype=dtype)

    def rows(masks: Any) -> Any:
        if isinstance(masks, list):
            return np.stack([keras.ops.convert_to_numpy(mask) for mask in masks], axis=1)
        return None if masks is None else keras.ops.convert_to_numpy(masks)

    return {
        "input_masks": rows(twin.get_dropout_mask(step)),
        "recurrent_masks": rows(twin.get_recurrent_dropout_mask(hidden)),
    }
