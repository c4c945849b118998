"""An LSTM in plain NumPy, one sequence and one step at a time, in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Array = np.ndarray
Reference = Callable[..., tuple[Array, Array, Array]]


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _numpy_lstm(
    cell: Any, sequence: Array, hidden: Array | None = None, memory: Array | None = None
) -> tuple[Array, Array, Array]:
    """Return all outputs ``(time, units)`` and the last h and c of a cell run over a sequence."""
    kernel, recurrent_kernel, bias = (weight.astype(np.float64) for weight in cell.get_weights())
    units = recurrent_kernel.shape[0]
    hidden = np.zeros(units) if hidden is None else hidden
    memory = np.zeros(units) if memory is None else memory
    outputs = []
    for x in sequence:
        gates = x @ kernel + hidden @ recurrent_kernel + bias
        i, f, g, o = (gates[k * units : (k + 1) * units] for k in range(4))
        memory = _sigmoid(f) * memory + _sigmoid(i) * np.tanh(g)
        hidden = _sigmoid(o) * np.tanh(memory)
        outputs.append(hidden)
    return np.array(outputs).reshape(len(sequence), units), hidden, memory


@pytest.fixture(scope="session")
def numpy_lstm() -> Reference:
    """Return the function that runs a cell's weights over one sequence."""
    return _numpy_lstm


@pytest.fixture
def sequences() -> Array:
    """Return a batch ``(5, 6, 3)``; what stands beyond a sequence's end is noise on purpose."""
    return np.random.default_rng(0).normal(size=(5, 6, 3))


@pytest.fixture
def lengths() -> Array:
    """Return the lengths of the sequences: full, short, one and none among them."""
    return np.array([6, 3, 1, 0, 5], dtype=np.int32)
