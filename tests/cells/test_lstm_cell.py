from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import LSTMCell


def _randomise(layer: Any, scale: float = 0.7) -> None:
    generator = np.random.default_rng(3)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=scale, size=variable.shape))


def test_a_step_agrees_with_the_equations(numpy_lstm: Any) -> None:
    cell = LSTMCell(4, dtype="float64")
    generator = np.random.default_rng(0)
    x, h, c = (generator.normal(size=(5, size)) for size in (3, 4, 4))
    cell.build((None, 3))
    _randomise(cell)
    output, (hidden, memory) = cell(x, [h, c])
    np.testing.assert_array_equal(output, hidden)
    for row in range(5):
        _, expected_hidden, expected_memory = numpy_lstm(cell, x[row : row + 1], h[row], c[row])
        np.testing.assert_allclose(hidden[row], expected_hidden, atol=1e-10)
        np.testing.assert_allclose(memory[row], expected_memory, atol=1e-10)


def test_a_step_agrees_with_keras() -> None:
    ours, theirs = LSTMCell(4), keras.layers.LSTMCell(4)
    generator = np.random.default_rng(0)
    x, h, c = (generator.normal(size=(5, size)).astype("float32") for size in (3, 4, 4))
    theirs(x, [h, c]), ours(x, [h, c])
    _randomise(theirs)
    ours.set_weights(theirs.get_weights())
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


def test_runs_inside_keras_own_loop() -> None:
    ours = keras.layers.RNN(LSTMCell(4), return_sequences=True)
    theirs = keras.layers.LSTM(4, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    ours(x), theirs(x)
    _randomise(theirs)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-6)


def test_the_initial_state_is_zero_in_the_cells_own_type() -> None:
    hidden, memory = LSTMCell(4, dtype="float64").get_initial_state(3)
    assert keras.backend.standardize_dtype(hidden.dtype) == "float64"
    assert np.asarray(hidden).tolist() == np.asarray(memory).tolist() == [[0.0] * 4] * 3


@pytest.mark.parametrize("units", [0, -1, 2.0, "4", None, True])
def test_units_must_be_a_positive_integer(units: Any) -> None:
    with pytest.raises(ValueError, match="units must be a positive integer, not"):
        LSTMCell(units)


def test_survives_its_configuration() -> None:
    cell = LSTMCell(
        3,
        unit_forget_bias=False,
        kernel_initializer=keras.initializers.RandomUniform(-0.5, 0.5, seed=1),
        recurrent_initializer="zeros",
        name="memory",
    )
    config = cell.get_config()
    copy = LSTMCell.from_config(config)
    assert copy.get_config() == config
    assert (copy.units, copy.unit_forget_bias, copy.name) == (3, False, "memory")
    cell.build((None, 2)), copy.build((None, 2))
    for a, b in zip(cell.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not copy.get_weights()[1].any()
