from __future__ import annotations

import keras
import numpy as np
from scipy.special import expit, logit, softmax

from harnn.text.layers import ExpertMixture

RNG = np.random.default_rng(0)
PROBABILITIES = softmax(RNG.normal(size=(4, 3)), axis=1).astype("float32")
SCORES = RNG.normal(size=(4, 3)).astype("float32")


def test_a_softmax_of_both_logarithms() -> None:
    expected = softmax(0.7 * np.log(PROBABILITIES) + 0.3 * SCORES, axis=1)
    np.testing.assert_allclose(ExpertMixture("softmax", 0.3)(PROBABILITIES, SCORES), expected, 1e-5)


def test_a_sigmoid_of_both_log_odds() -> None:
    expected = expit(0.7 * logit(PROBABILITIES) + 0.3 * SCORES)
    np.testing.assert_allclose(ExpertMixture("sigmoid", 0.3)(PROBABILITIES, SCORES), expected, 1e-5)


def test_without_a_share_the_probabilities_stay() -> None:
    for activation in ("softmax", "sigmoid"):
        found = ExpertMixture(activation, 0.0)(PROBABILITIES, SCORES)
        np.testing.assert_allclose(found, PROBABILITIES, atol=1e-6)


def test_certainty_stays_finite() -> None:
    certain = np.array([[1.0, 0.0, 0.0]], dtype="float32")
    for activation in ("softmax", "sigmoid"):
        assert np.isfinite(ExpertMixture(activation, 0.5)(certain, SCORES[:1])).all()


def test_another_share_takes_the_place_of_the_first_and_no_gradient_changes_it() -> None:
    layer = ExpertMixture("softmax", 0.3)
    layer(PROBABILITIES, SCORES)
    layer.set_share(0.75)
    assert layer.get_share() == 0.75
    expected = softmax(0.25 * np.log(PROBABILITIES) + 0.75 * SCORES, axis=1)
    np.testing.assert_allclose(layer(PROBABILITIES, SCORES), expected, 1e-5)
    assert not layer.trainable_variables


def test_a_saved_layer_keeps_its_share(tmp_path) -> None:
    inputs = keras.Input((3,)), keras.Input((3,))
    model = keras.Model(inputs, ExpertMixture("softmax", 0.3, name="mixed")(*inputs))
    model.get_layer("mixed").set_share(0.75)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    found = loaded([PROBABILITIES, SCORES])
    np.testing.assert_allclose(found, model([PROBABILITIES, SCORES]), 1e-6)
    assert loaded.get_layer("mixed").get_share() == 0.75
