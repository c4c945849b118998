from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.cells import GRUCell, LSTMCell
from harnn.cells.recurrent_fusion import RecurrentFusion

CELLS = {"gru": GRUCell, "lstm": LSTMCell}
UNITS, TIME = 4, 6


def _layer(cell: str) -> RecurrentFusion:
    layer = RecurrentFusion(CELLS[cell](UNITS, dtype="float64"), dtype="float64")
    layer.build((None, None, 3), (None, None, 2))
    generator = np.random.default_rng(3)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=0.7, size=variable.shape))
    return layer


def _directions() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.normal(size=(5, TIME, 3)), generator.normal(size=(5, TIME, 2))


def _numpy_gru(cell: Any, sequence: np.ndarray) -> np.ndarray:
    """Return all outputs of a GRU that applies the reset gate after the recurrent product."""
    kernel, recurrent_kernel, (bias, recurrent_bias) = cell.get_weights()
    hidden, outputs = np.zeros(UNITS), []
    for x in sequence:
        mapped = np.split(x @ kernel + bias, 3)
        recalled = np.split(hidden @ recurrent_kernel + recurrent_bias, 3)
        renewed, reset = (1 / (1 + np.exp(-(mapped[k] + recalled[k]))) for k in (0, 1))
        candidate = np.tanh(mapped[2] + reset * recalled[2])
        hidden = (1 - renewed) * hidden + renewed * candidate
        outputs.append(hidden)
    return np.array(outputs).reshape(len(sequence), UNITS)


@pytest.mark.parametrize("cell", CELLS)
def test_ragged_sequences_agree_with_the_equations(
    cell: str, numpy_lstm: Any, lengths: np.ndarray
) -> None:
    layer = _layer(cell)
    forward, backward = _directions()
    fused = np.asarray(layer(forward, backward, lengths=lengths))
    for row, length in enumerate(lengths):
        both = np.concatenate([forward, backward], axis=-1)[row, :length]
        gru = cell == "gru"
        expected = _numpy_gru(layer.cell, both) if gru else numpy_lstm(layer.cell, both)[0]
        np.testing.assert_allclose(fused[row, :length], expected, rtol=0, atol=1e-10)
        assert not fused[row, length:].any()


@pytest.fixture(scope="module")
def layers() -> dict[str, RecurrentFusion]:
    return {cell: _layer(cell) for cell in CELLS}


@pytest.mark.parametrize("cell", CELLS)
@given(step=st.integers(0, TIME - 1), which=st.integers(0, 1), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=15)
def test_what_either_direction_says_later_changes_nothing_before(
    cell: str, layers: dict[str, RecurrentFusion], step: int, which: int, seed: int
) -> None:
    directions = list(_directions())
    before = np.asarray(layers[cell](*directions))
    changed = directions[which].copy()
    changed[:, step:] = np.random.default_rng([1, seed]).normal(size=changed[:, step:].shape)
    directions[which] = changed
    after = np.asarray(layers[cell](*directions))
    np.testing.assert_array_equal(before[:, :step], after[:, :step])
    assert (before[:, step] != after[:, step]).any()


def test_a_masked_step_is_passed_over() -> None:
    layer = _layer("gru")
    forward, backward = _directions()
    mask = np.random.default_rng(2).random((5, TIME)) < 0.5
    fused = np.asarray(layer(forward, backward, mask=mask))
    for row, real in enumerate(mask):
        alone = np.asarray(layer(forward[row : row + 1, real], backward[row : row + 1, real]))
        np.testing.assert_allclose(fused[row, real], alone[0], atol=1e-12)
        assert not fused[row, ~real].any()


def test_the_cells_dropout_applies_in_training_only() -> None:
    layer = RecurrentFusion(GRUCell(UNITS, dropout=0.5, seed=0, dtype="float64"), dtype="float64")
    directions = _directions()
    alone = np.asarray(layer(*directions))
    np.testing.assert_array_equal(layer(*directions, training=False), alone)
    assert not np.allclose(layer(*directions, training=True), alone)
