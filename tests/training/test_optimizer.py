from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest

from harnn.text.network import build_network
from harnn.text.options import NetworkOptions
from harnn.training.optimizer import build_optimizer, build_schedule


@pytest.mark.parametrize(("steps", "warmup"), [(100, 0.1), (100, 0.0), (7, 0.5), (1000, 0.05)])
def test_cosine_rises_linearly_and_falls_like_a_half_cosine(steps: int, warmup: float) -> None:
    schedule = build_schedule("cosine", 0.2, steps, warmup)
    rising = int(steps * warmup)
    for step in range(0, steps + 1, max(1, steps // 50)):
        if step < rising:
            expected = 0.2 * step / rising
        else:
            expected = 0.1 * (1 + math.cos(math.pi * (step - rising) / (steps - rising)))
        assert float(schedule(step)) == pytest.approx(expected, abs=1e-6)


def test_cosine_stays_at_zero_after_its_end() -> None:
    assert float(build_schedule("cosine", 0.2, 10, 0.1)(50)) == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("steps", [0, 1])
@pytest.mark.parametrize("warmup", [0.0, 0.5])
def test_cosine_of_hardly_a_step_is_a_number(steps: int, warmup: float) -> None:
    assert 0.0 <= float(build_schedule("cosine", 0.25, steps, warmup)(0)) <= 0.25


def test_exponential_takes_a_twentieth_every_500_steps() -> None:
    schedule = build_schedule("exponential", 0.1, steps=2000)
    for step in (0, 1, 499, 500, 999, 1000, 1999):
        assert float(schedule(step)) == pytest.approx(0.1 * 0.95 ** (step // 500), rel=1e-5)


def test_constant_is_a_number() -> None:
    assert build_schedule("constant", 0.1, steps=10) == 0.1


def _step(optimizer: Any, variables: list[Any], gradients: list[np.ndarray]) -> None:
    optimizer.apply(
        [keras.ops.convert_to_tensor(g.astype("float32")) for g in gradients], variables
    )


@pytest.mark.parametrize("name", ["adamw", "lazy_adamw"])
def test_only_matrices_decay(name: str) -> None:
    options = NetworkOptions(
        embedding_dim=4, recurrent_units=3, attention_units=4, dense_units=5, highway_layers=1
    )
    variables = build_network(options, 9, (2, 3), "softmax", seed=0).trainable_variables
    for variable in variables:
        variable.assign(np.ones(variable.shape))
    optimizer = build_optimizer(name, 0.1, clip_norm=1.0, weight_decay=0.5)
    _step(optimizer, variables, [np.zeros(v.shape) for v in variables])
    # With no gradient Adam moves nothing: what is left of 1 is 1 − rate · decay, or 1.
    left = {v.path: float(keras.ops.max(v)) for v in variables}
    kernels = {path: value for path, value in left.items() if "kernel" in path}
    still = {p: value for p, value in left.items() if p.endswith(("/bias", "embedding/embeddings"))}
    assert len(kernels) == 4 + 2 + 4 + 4
    assert list(kernels.values()) == pytest.approx([0.95] * len(kernels))
    assert len(still) == 2 + 4 + 4 + 1
    assert set(still.values()) == {1.0}


def test_decay_takes_the_weights_and_not_the_gradient() -> None:
    variable = keras.Variable(np.array([2.0, -2.0], "float32"), name="kernel")
    optimizer = build_optimizer("adamw", 0.1, clip_norm=1e9, weight_decay=0.5)
    _step(optimizer, [variable], [np.array([3.0, 3.0])])
    # Decoupled: first w − rate · decay · w, then a first Adam step of size rate.
    np.testing.assert_allclose(variable.numpy(), [2 * 0.95 - 0.1, -2 * 0.95 - 0.1], atol=1e-5)


def test_adam_does_not_decay() -> None:
    variable = keras.Variable(np.ones(2, "float32"), name="kernel")
    _step(build_optimizer("adam", 0.1, clip_norm=1.0), [variable], [np.zeros(2)])
    assert variable.numpy().tolist() == [1.0, 1.0]


@pytest.mark.parametrize("name", ["adam", "adamw", "lazy_adamw"])
def test_the_global_norm_of_the_gradient_is_clipped(name: str) -> None:
    variables = [keras.Variable(np.zeros(1, "float32"), name=f"kernel_{k}") for k in range(2)]
    optimizer = build_optimizer(name, 0.1, clip_norm=1.0)
    _step(optimizer, variables, [np.array([3.0]), np.array([4.0])])
    # The first moment after one step is (1 − β₁) g = 0.1 g, and the clipped g is (3/5, 4/5).
    moments = [v.numpy() for v in optimizer.variables if "momentum" in v.path]
    np.testing.assert_allclose(np.concatenate(moments), [0.06, 0.08], rtol=1e-5)


@pytest.mark.parametrize("name", ["adam", "adamw", "lazy_adamw"])
def test_a_gradient_within_the_norm_is_left_alone(name: str) -> None:
    variable = keras.Variable(np.zeros(2, "float32"), name="kernel")
    optimizer = build_optimizer(name, 0.1, clip_norm=10.0)
    _step(optimizer, [variable], [np.array([3.0, 4.0])])
    moments = next(v.numpy() for v in optimizer.variables if "momentum" in v.path)
    np.testing.assert_allclose(moments, [0.3, 0.4], rtol=1e-5)
