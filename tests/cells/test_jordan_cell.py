from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import ElmanCell, JordanCell, Recurrent

FUNCTIONS: dict[str, Any] = {
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "relu": lambda a: np.maximum(a, 0),
    "linear": lambda a: a,
}


def _cell(randomise: Any, **options: Any) -> JordanCell:
    cell = JordanCell(4, dtype="float64", **options)
    cell.build((None, 3))
    return randomise(cell)


@pytest.mark.parametrize("output_activation", FUNCTIONS)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_a_step_agrees_with_the_equations(
    activation: str, output_activation: str, randomise: Any
) -> None:
    cell = _cell(randomise, outputs=2, activation=activation, output_activation=output_activation)
    w, u, b, v, b_y = cell.get_weights()
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(5, 3)), generator.normal(size=(5, 2))
    hidden = FUNCTIONS[activation](x @ w + y @ u + b)
    expected = FUNCTIONS[output_activation](hidden @ v + b_y)
    output, (state,) = cell(x, [y])
    np.testing.assert_allclose(output, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(output, state)


@pytest.mark.parametrize("outputs", [None, 1, 7])
def test_the_context_is_as_wide_as_the_output(outputs: int | None, randomise: Any) -> None:
    cell = _cell(randomise, outputs=outputs)
    size = 4 if outputs is None else outputs
    assert cell.state_size == [size]
    assert cell.output_size == size
    shapes = {weight.name: weight.shape for weight in cell.weights}
    assert shapes["recurrent_kernel"] == (size, 4)
    assert shapes["output_kernel"] == (4, size)
    (state,) = cell.get_initial_state(5)
    assert tuple(state.shape) == (5, size)


def test_what_the_output_does_not_say_is_forgotten(randomise: Any, sequences: Any) -> None:
    cell = _cell(randomise, outputs=2)
    cell.output_kernel.assign(np.zeros((4, 2)))
    layer = Recurrent(cell, dtype="float64")
    changed = sequences.copy()
    changed[:, :-1] += 1
    # The output is constant, so that nothing of the earlier steps is left.
    np.testing.assert_array_equal(layer(sequences), layer(changed))


def test_with_the_identity_as_its_output_layer_it_is_elmans(
    randomise: Any, sequences: Any, lengths: Any
) -> None:
    jordan = _cell(randomise, output_activation="linear")
    jordan.output_kernel.assign(np.eye(4))
    jordan.output_bias.assign(np.zeros(4))
    elman = ElmanCell(4, dtype="float64")
    elman.build((None, 3))
    elman.set_weights(jordan.get_weights()[:3])
    ours, theirs = (
        np.asarray(Recurrent(cell, dtype="float64")(sequences, lengths=lengths))
        for cell in (jordan, elman)
    )
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_the_output_layer_starts_as_it_is_told_to() -> None:
    cell = JordanCell(4, outputs=2, output_initializer=keras.initializers.Constant(0.5))
    cell.build((None, 3))
    assert (cell.get_weights()[3] == 0.5).all()
    assert not cell.get_weights()[4].any()


@pytest.mark.parametrize("outputs", [0, -1, 2.0, True, "2"])
def test_outputs_must_be_a_positive_integer(outputs: Any) -> None:
    with pytest.raises(ValueError, match="outputs must be a positive integer, not"):
        JordanCell(4, outputs=outputs)


@pytest.mark.parametrize("name", ["activation", "output_activation"])
def test_an_unknown_activation_is_refused_and_the_known_ones_are_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be one of 'tanh', .*, not 'selu'"):
        JordanCell(4, **dict[str, Any]({name: "selu"}))


def test_the_hidden_layer_is_never_linear() -> None:
    with pytest.raises(ValueError, match="activation must be one of 'tanh', 'sigmoid', 'relu'"):
        JordanCell(4, activation="linear")
