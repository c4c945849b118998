from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import ElmanCell, Recurrent


def test_a_step_agrees_with_the_equation(randomise: Any) -> None:
    generator = np.random.default_rng(0)
    x, h = generator.normal(size=(5, 3)), generator.normal(size=(5, 4))
    for activation, phi in (("tanh", np.tanh), ("relu", lambda a: np.maximum(a, 0))):
        cell = ElmanCell(4, activation, dtype="float64")
        cell.build((None, 3))
        kernel, recurrent_kernel, bias = randomise(cell).get_weights()
        output, (state,) = cell(x, [h])
        expected = phi(x @ kernel + h @ recurrent_kernel + bias)
        np.testing.assert_allclose(output, expected, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(output, state)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_agrees_with_keras(activation: str, randomise: Any, sequences: Any, lengths: Any) -> None:
    theirs = keras.layers.SimpleRNN(4, activation, return_sequences=True, dtype="float64")
    mask = np.arange(6) < lengths[:, None]
    theirs(sequences)
    cell = ElmanCell(4, activation, dtype="float64")
    cell.build((None, 3))
    cell.set_weights(randomise(theirs).get_weights())
    ours = np.asarray(Recurrent(cell, dtype="float64")(sequences, lengths=lengths))
    np.testing.assert_allclose(ours[mask], theirs(sequences, mask=mask)[mask], rtol=0, atol=1e-12)


def test_the_gradient_is_the_sum_over_all_paths_through_time(
    randomise: Any, gradients: Any
) -> None:
    """∂L/∂U = Σ_t Σ_{k ≤ t} h_{k-1} ⊗ (diag(1 - h_k²) Π_{k < j ≤ t} U diag(1 - h_j²)) ∂L/∂h_t.

    With the states as rows, ``h_j = tanh(x_j W + h_{j-1} U + b)``, the Jacobian of a step back is
    ``∂h_j / ∂h_{j-1} = U diag(1 - h_j²)``.
    """
    time, units, features = 4, 3, 2
    generator = np.random.default_rng(0)
    x, before = generator.normal(size=(time, features)), generator.normal(size=units)
    of_loss = generator.normal(size=(time, units))  # ∂L/∂h_t, as L = Σ_t ⟨of_loss_t, h_t⟩
    layer = Recurrent(ElmanCell(units, dtype="float64"), dtype="float64")
    layer.build((1, time, features))
    w, u, b = randomise(layer).get_weights()

    h = [before]
    for step in x:
        h.append(np.tanh(step @ w + h[-1] @ u + b))
    slope = [np.diag(1 - state**2) for state in h]
    by_hand = {
        "kernel": np.zeros_like(w),
        "recurrent_kernel": np.zeros_like(u),
        "bias": np.zeros_like(b),
        "before": np.zeros_like(before),
    }
    for t in range(1, time + 1):
        for k in range(1, t + 1):
            jacobians = np.eye(units)
            for j in range(k + 1, t + 1):
                jacobians = jacobians @ u @ slope[j]
            # What the linear map of step k does to the loss by way of h_t.
            of_linear = slope[k] @ jacobians @ of_loss[t - 1]
            by_hand["kernel"] += np.outer(x[k - 1], of_linear)
            by_hand["recurrent_kernel"] += np.outer(h[k - 1], of_linear)
            by_hand["bias"] += of_linear
            if k == 1:
                by_hand["before"] += u @ of_linear

    def loss(*arguments: Any) -> Any:
        *weights, state = arguments
        outputs, _ = layer.stateless_call(weights, [], x[None], initial_state=[state])
        return keras.ops.sum(outputs * of_loss)

    found = gradients(loss, [w, u, b, before[None]])
    for ours, (name, expected) in zip(found, by_hand.items(), strict=True):
        expected = expected.reshape(ours.shape)
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-10, err_msg=name)


def test_with_relu_and_the_identity_the_state_adds_up() -> None:
    cell = ElmanCell(
        2,
        activation="relu",
        kernel_initializer="identity",
        recurrent_initializer="identity",
        dtype="float64",
    )
    ones = np.ones((1, 5, 2))
    outputs = Recurrent(cell, dtype="float64")(ones)
    np.testing.assert_array_equal(outputs, np.cumsum(ones, axis=1))


@pytest.mark.parametrize("activation", ["sigmoid", "Tanh", None, ""])
def test_an_unknown_activation_is_refused_and_the_known_ones_are_named(activation: Any) -> None:
    with pytest.raises(ValueError, match=f"one of 'tanh', 'relu', not {activation!r}"):
        ElmanCell(4, activation)
