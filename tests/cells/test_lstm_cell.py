from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import LSTMCell


def test_a_step_agrees_with_keras(randomise: Any) -> None:
    ours, theirs = LSTMCell(4), keras.layers.LSTMCell(4)
    generator = np.random.default_rng(0)
    x, h, c = (generator.normal(size=(5, size)).astype("float32") for size in (3, 4, 4))
    theirs(x, [h, c]), ours(x, [h, c])
    ours.set_weights(randomise(theirs).get_weights())
    for a, b in zip(ours(x, [h, c])[1], theirs(x, [h, c])[1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("forget", [True, False])
def test_only_the_forget_gates_bias_starts_at_one(forget: bool) -> None:
    cell = LSTMCell(2, unit_forget_bias=forget)
    cell.build((None, 3))
    expected = [0, 0, 1, 1, 0, 0, 0, 0] if forget else [0] * 8
    assert cell.get_weights()[2].tolist() == expected


def test_the_recurrent_kernel_starts_orthogonal() -> None:
    cell = LSTMCell(4)
    cell.build((None, 3))
    kernel = cell.get_weights()[1]
    np.testing.assert_allclose(kernel @ kernel.T, np.eye(4), atol=1e-5)


def test_runs_inside_keras_own_loop(randomise: Any) -> None:
    ours = keras.layers.RNN(LSTMCell(4), return_sequences=True)
    theirs = keras.layers.LSTM(4, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    ours(x), theirs(x)
    ours.set_weights(randomise(theirs).get_weights())
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-6)


def test_with_the_forget_gate_open_and_the_input_gate_closed_the_memory_stays(
    randomise: Any,
) -> None:
    cell = LSTMCell(4, dtype="float64")
    cell.build((None, 3))
    randomise(cell)
    cell.bias.assign(np.repeat([-500.0, 500.0, 0.0, 500.0], 4))
    generator = np.random.default_rng(0)
    x, h, c = (generator.normal(size=(5, size)) for size in (3, 4, 4))
    hidden, (_, memory) = cell(x, [h, c])
    np.testing.assert_allclose(memory, c, rtol=0, atol=1e-12)
    np.testing.assert_allclose(hidden, np.tanh(c), rtol=0, atol=1e-12)


def test_the_initial_state_is_zero_in_the_cells_own_type() -> None:
    hidden, memory = LSTMCell(4, dtype="float64").get_initial_state(3)
    assert keras.backend.standardize_dtype(hidden.dtype) == "float64"
    assert np.asarray(hidden).tolist() == np.asarray(memory).tolist() == [[0.0] * 4] * 3
