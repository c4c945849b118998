from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from harnn.text.layers import HybridPrediction


def test_global_logits_agree_with_the_equations(case: Any) -> None:
    for level in case.levels():
        case.assert_agrees(
            f"global_logits_{level}",
            lambda document, at=level - 1: document.levels[at].global_logits,
        )


def test_a_closed_gate_lets_the_features_through() -> None:
    features = [np.random.default_rng(0).normal(size=(3, 4)).astype("float32")]
    plain = HybridPrediction((2, 3), 4, seed=0)
    highway = HybridPrediction((2, 3), 4, highway_layers=2, seed=0)
    plain(features), highway(features)
    highway.features.set_weights(plain.features.get_weights())
    highway.logits.set_weights(plain.logits.get_weights())
    for _, gate in highway.highways:
        gate.bias.assign(np.full(4, -50.0))
    for a, b in zip(plain(features), highway(features), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_dropout_acts_in_training_only() -> None:
    features = [np.ones((4, 6), "float32")]
    layer = HybridPrediction((5,), 32, dropout=0.5, seed=0)
    plain = HybridPrediction((5,), 32, seed=0)
    np.testing.assert_array_equal(layer(features)[0], plain(features)[0])
    assert not np.array_equal(layer(features, training=True)[0], plain(features)[0])


def test_all_dense_layers_start_with_weights_of_their_own() -> None:
    layer = HybridPrediction((2, 4), 6, highway_layers=2, seed=0)
    layer.build([(None, 3), (None, 3)])
    kernels = [np.asarray(v) for v in layer.trainable_variables if v.name == "kernel"]
    assert [kernel.shape for kernel in kernels] == [(6, 6)] * 6
    assert not any(np.allclose(a, b) for a, b in combinations(kernels, 2))


def test_survives_its_configuration() -> None:
    layer = HybridPrediction((2, 3), 4, highway_layers=2, dropout=0.25, seed=7, name="hybrid")
    config = layer.get_config()
    copy = HybridPrediction.from_config(config)
    assert copy.get_config() == config
    assert (copy.level_sizes, copy.units, copy.highway_layers) == ((2, 3), 4, 2)
    assert (copy.rate, copy.seed, copy.name) == (0.25, 7, "hybrid")
