from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from harnn.text.losses import LevelBinaryCrossentropy, LevelCategoricalCrossentropy

LOGITS = np.random.default_rng(0).normal(scale=3, size=(6, 4)).astype("float32")
CLASSES = np.array([0, 3, 2, 1, 1, 0], dtype="int32")
ONE_HOT = np.eye(4, dtype="int8")[CLASSES]
INDICATOR = np.random.default_rng(1).integers(0, 2, size=(6, 4)).astype("float32")


def _gradient(loss: Any, targets: Any, logits: Any) -> np.ndarray:
    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(targets, logits)
    return tape.gradient(value, logits).numpy()


def test_categorical_is_keras_own_where_nothing_is_unknown() -> None:
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ours = LevelCategoricalCrossentropy()
    expected = float(theirs(CLASSES, LOGITS))
    assert float(ours(ONE_HOT, LOGITS)) == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(
        _gradient(ours, ONE_HOT, LOGITS), _gradient(theirs, CLASSES, LOGITS), atol=1e-7
    )


def test_binary_is_keras_own_times_the_categories_where_all_is_known() -> None:
    theirs = keras.losses.BinaryCrossentropy(from_logits=True)  # a mean over the categories
    ours = LevelBinaryCrossentropy()
    expected = 4 * float(theirs(INDICATOR, LOGITS))
    assert float(ours(INDICATOR, LOGITS)) == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(
        _gradient(ours, INDICATOR, LOGITS), 4 * _gradient(theirs, INDICATOR, LOGITS), atol=1e-6
    )


def test_categorical_with_unknowns_worked_by_hand() -> None:
    # Softmax of (0, ln 3) is (1/4, 3/4); the second document counts in the batch's size only.
    targets = np.array([[1, 0], [-1, -1], [0, 1]])
    logits = np.array([[0, np.log(3)], [5, -5], [0, np.log(3)]], dtype="float32")
    loss = LevelCategoricalCrossentropy()(targets, logits)
    assert float(loss) == pytest.approx((np.log(4) + np.log(4 / 3)) / 3, rel=1e-6)


def test_categorical_of_a_partial_label_is_that_of_the_sum_over_what_it_may_be() -> None:
    targets = np.array([[-1, -1, 0, 0], [0, -1, -1, -1], [0, 0, 1, 0]])
    shares = np.exp(LOGITS[:3].astype("float64"))
    shares /= shares.sum(axis=1, keepdims=True)
    expected = -np.log((shares * (targets != 0)).sum(axis=1)).mean()
    ours = LevelCategoricalCrossentropy()
    assert float(ours(targets, LOGITS[:3])) == pytest.approx(expected, rel=1e-6)
    # The gradient draws towards what may be, each as far as it is believed already.
    among = shares * (targets != 0)
    np.testing.assert_allclose(
        _gradient(ours, targets, LOGITS[:3]),
        (shares - among / among.sum(axis=1, keepdims=True)) / 3,
        atol=1e-7,
    )


def test_categorical_takes_known_and_partly_known_documents_in_one_batch() -> None:
    targets = np.array([[0, 1, 0, 0], [0, -1, -1, 0], [-1, -1, -1, -1]], dtype="float32")
    ours = LevelCategoricalCrossentropy()
    alone = [float(ours(targets[k : k + 1], LOGITS[k : k + 1])) for k in range(3)]
    assert alone[2] == 0
    assert float(ours(targets, LOGITS[:3])) == pytest.approx(sum(alone) / 3, rel=1e-6)


def test_binary_with_unknowns_worked_by_hand() -> None:
    # σ(ln 3) = 3/4.
    logits = np.full((2, 3), np.log(3), dtype="float32")
    targets = np.array([[1, 0, -1], [-1, -1, -1]], dtype="float32")
    loss = LevelBinaryCrossentropy()(targets, logits)
    assert float(loss) == pytest.approx((np.log(4 / 3) + np.log(4)) / 2, rel=1e-6)


def test_binary_weighs_a_half_known_document_by_what_is_known() -> None:
    targets = np.array([[1, 0, -1, -1]], dtype="float32")
    known = LevelBinaryCrossentropy()(targets[:, :2], LOGITS[:1, :2])
    assert float(LevelBinaryCrossentropy()(targets, LOGITS[:1])) == pytest.approx(float(known))


def test_numbers_of_categories_are_refused() -> None:
    with pytest.raises(ValueError, match="one column a category is needed"):
        LevelCategoricalCrossentropy()(CLASSES, LOGITS)


def test_nothing_known_costs_nothing() -> None:
    assert float(LevelCategoricalCrossentropy()(np.full((6, 4), -1), LOGITS)) == 0.0
    assert float(LevelBinaryCrossentropy()(np.full((6, 4), -1.0), LOGITS)) == 0.0


def test_no_gradient_comes_from_what_is_unknown() -> None:
    classes = np.where(np.arange(6)[:, None] % 2, ONE_HOT, -1)
    gradient = _gradient(LevelCategoricalCrossentropy(), classes, LOGITS)
    assert not gradient[::2].any()
    assert (gradient[1::2] != 0).all()
    indicator = np.where(np.arange(4) % 2, INDICATOR, -1)
    gradient = _gradient(LevelBinaryCrossentropy(), indicator, LOGITS)
    assert not gradient[:, ::2].any()
    assert (gradient[:, 1::2] != 0).all()


@pytest.mark.parametrize("size", [1e2, 1e4, 1e30])
@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (LevelCategoricalCrossentropy(), [[1, 0], [0, 1], [-1, -1]]),
        (LevelBinaryCrossentropy(), [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]),
    ],
    ids=["categorical", "binary"],
)
def test_extreme_logits_stay_finite(loss: Any, targets: Any, size: float) -> None:
    logits = np.array([[-size, size], [size, -size], [size, -size]], dtype="float32")
    value = float(loss(np.array(targets), logits))
    assert np.isfinite(value)
    assert value > size  # every known decision is as wrong as can be
    assert np.isfinite(_gradient(loss, np.array(targets), logits)).all()
    assert float(loss(np.array(targets), -logits)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("loss", [LevelCategoricalCrossentropy, LevelBinaryCrossentropy])
def test_survives_its_configuration(loss: Any) -> None:
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(loss(name="level"))
    )
    assert type(copy) is loss
    assert copy.name == "level"
