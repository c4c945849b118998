from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.text.layers import CategoryPrediction


@pytest.mark.parametrize("name", ["features", "local_logits", "local_probabilities"])
def test_agrees_with_the_equations(case: Any, name: str) -> None:
    for level in case.levels():
        case.assert_agrees(
            f"{name}_{level}", lambda document, at=level - 1: getattr(document.levels[at], name)
        )


def test_dropout_acts_in_training_only() -> None:
    document, summary = np.ones((4, 6), "float32"), np.ones((4, 6), "float32")
    layer = CategoryPrediction(5, 16, dropout=0.5, seed=0)
    plain = CategoryPrediction(5, 16, seed=0)
    np.testing.assert_array_equal(layer(document, summary)[1], plain(document, summary)[1])
    features, logits, _ = layer(document, summary, training=True)
    kept = np.asarray(plain(document, summary)[0])
    # Inverted dropout: what stays is twice as large, so that its expectation is the same.
    dropped = np.asarray(features)
    np.testing.assert_allclose(dropped[dropped != 0], 2 * kept[dropped != 0], rtol=1e-6)
    assert (dropped[kept != 0] == 0).any()
    assert not np.array_equal(logits, plain(document, summary)[1])


def test_the_two_dense_layers_start_with_weights_of_their_own() -> None:
    layer = CategoryPrediction(categories=6, units=6, seed=0)
    layer.build((None, 3), (None, 3))
    assert not np.allclose(layer.features.kernel, layer.logits.kernel)


def test_survives_its_configuration() -> None:
    layer = CategoryPrediction(3, 4, activation="softmax", dropout=0.25, seed=7, name="p")
    config = layer.get_config()
    copy = CategoryPrediction.from_config(config)
    assert copy.get_config() == config
    assert (copy.categories, copy.units, copy.activation) == (3, 4, "softmax")
    assert (copy.rate, copy.seed, copy.name) == (0.25, 7, "p")
