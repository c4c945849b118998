from __future__ import annotations

import numpy as np
import pytest

from harnn.cells.gated_fusion import GatedFusion


def _directions() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(2, 3, 5, 4))


def test_agrees_with_the_equations() -> None:
    forward, backward = _directions()
    layer = GatedFusion(dtype="float64")
    layer.build(forward.shape, backward.shape)
    generator = np.random.default_rng(1)
    kernel, bias = generator.normal(size=(8, 4)), generator.normal(size=4)
    layer.set_weights([kernel, bias])
    fused = np.asarray(layer(forward, backward))
    for place in np.ndindex(3, 5):
        both = np.concatenate([forward[place], backward[place]])
        gate = 1 / (1 + np.exp(-(both @ kernel + bias)))
        expected = gate * forward[place] + (1 - gate) * backward[place]
        np.testing.assert_allclose(fused[place], expected, rtol=0, atol=1e-10)


def test_without_weight_it_is_the_average_and_the_bias_starts_there() -> None:
    forward, backward = _directions()
    layer = GatedFusion(kernel_initializer="zeros", dtype="float64")
    np.testing.assert_allclose(layer(forward, backward), (forward + backward) / 2, atol=1e-15)


@pytest.mark.parametrize(("bias", "chosen"), [(1e3, 0), (-1e3, 1)])
def test_an_open_gate_is_the_forward_direction_and_a_shut_one_the_backward(
    bias: float, chosen: int
) -> None:
    directions = _directions()
    layer = GatedFusion(dtype="float64")
    layer.build(*(direction.shape for direction in directions))
    layer.bias.assign(np.full(4, bias))
    np.testing.assert_allclose(layer(*directions), directions[chosen], atol=1e-15)


def test_directions_of_different_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="has 4 units and the backward one 3; a gate mixes"):
        GatedFusion()(np.zeros((2, 5, 4), "float32"), np.zeros((2, 5, 3), "float32"))
