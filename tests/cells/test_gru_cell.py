from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import GRUCell, Recurrent

RESETS = pytest.mark.parametrize("reset_after", [False, True], ids=["before", "after"])


def _cell(randomise: Any, **options: Any) -> GRUCell:
    cell = GRUCell(4, dtype="float64", **options)
    cell.build((None, 3))
    return randomise(cell)


def _turned(weights: list[np.ndarray]) -> list[np.ndarray]:
    """Return weights with the sign of the gate z turned: σ(-a) = 1 - σ(a)."""
    sign = np.repeat([-1.0, 1.0, 1.0], 4)
    return [weight * sign for weight in weights]


@RESETS
@pytest.mark.parametrize("go_backwards", [False, True])
def test_agrees_with_keras_whose_gate_is_the_complement(
    reset_after: bool, go_backwards: bool, randomise: Any, sequences: Any
) -> None:
    theirs = keras.layers.GRU(
        4,
        reset_after=reset_after,
        return_sequences=True,
        go_backwards=go_backwards,
        dtype="float64",
    )
    theirs(sequences)
    cell = _cell(randomise, reset_after=reset_after)
    cell.set_weights(_turned(randomise(theirs).get_weights()))
    ours = np.asarray(Recurrent(cell, go_backwards=go_backwards, dtype="float64")(sequences))
    expected = np.asarray(theirs(sequences))
    # Keras gives the outputs in the order of reading.
    expected = expected[:, ::-1] if go_backwards else expected
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12)


@RESETS
def test_z_is_the_share_that_is_renewed(reset_after: bool, randomise: Any) -> None:
    cell = _cell(randomise, reset_after=reset_after)
    generator = np.random.default_rng(0)
    x, h = generator.normal(size=(5, 3)), generator.normal(size=(5, 4))

    def with_update_bias(value: float) -> np.ndarray:
        bias = cell.bias.numpy()
        bias[..., :4] = value
        cell.bias.assign(bias)
        return np.asarray(cell(x, [h])[0])

    np.testing.assert_allclose(with_update_bias(-500.0), h, rtol=0, atol=1e-12)
    renewed = with_update_bias(500.0)
    assert (np.abs(renewed) < 1).all()  # all of it is the tanh of the candidate
    # In between, each unit lies between what it was and what it would be.
    between = with_update_bias(0.0)
    share = (between - h) / (renewed - h)
    assert ((share > 0) & (share < 1)).all()


@RESETS
def test_a_closed_reset_gate_hides_the_state_from_the_candidate(
    reset_after: bool, randomise: Any
) -> None:
    cell = _cell(randomise, reset_after=reset_after)
    bias = cell.bias.numpy()
    bias[..., :4], bias[..., 4:8] = 500.0, -500.0  # renew all, recall nothing
    cell.bias.assign(bias)
    generator = np.random.default_rng(0)
    x, h = generator.normal(size=(5, 3)), generator.normal(size=(5, 4))
    of_input = bias if bias.ndim == 1 else bias[0]
    expected = np.tanh(x @ cell.kernel.numpy()[:, 8:] + of_input[8:])
    np.testing.assert_allclose(cell(x, [h])[0], expected, rtol=0, atol=1e-12)


def test_the_two_forms_differ_where_the_reset_gate_is_neither_open_nor_closed(
    randomise: Any, sequences: Any
) -> None:
    before, after = _cell(randomise, reset_after=False), _cell(randomise)
    kernel, recurrent_kernel, bias = before.get_weights()
    after.set_weights([kernel, recurrent_kernel, np.stack([bias, 0 * bias])])
    one, other = (np.asarray(Recurrent(c, dtype="float64")(sequences)) for c in (before, after))
    # The first step has no state to reset.
    np.testing.assert_allclose(one[:, 0], other[:, 0], rtol=0, atol=1e-12)
    assert np.abs(one - other).max() > 1e-3


@RESETS
def test_there_is_a_bias_beside_the_state_where_the_reset_comes_after(reset_after: bool) -> None:
    cell = GRUCell(4, reset_after=reset_after)
    cell.build((None, 3))
    assert cell.bias.shape == ((2, 12) if reset_after else (12,))
    assert not cell.get_weights()[2].any()
