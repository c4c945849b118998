from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import ops

from harnn.text.explanation.backend_gradient import gradient
from harnn.text.layers import NameMatches

DIMS = 5
# Three outputs on the first level, the last of them without a name, and two on the second.
NAMES = [[0], [1, 2], [], [3, 0, 2], [1]]
SIZES = (3, 2)


def _layer(**options: float) -> NameMatches:
    layer = NameMatches(4, NAMES, SIZES, **options)
    layer.build((None, None, DIMS))
    layer.set_name_vectors(np.random.default_rng(1).normal(size=(4, DIMS)))
    return layer


def _documents() -> np.ndarray:
    vectors = np.random.default_rng(2).normal(size=(2, 6, DIMS)).astype(np.float32)
    vectors[1, 4:] = 0.0  # padding
    return vectors


def test_matches_are_those_of_the_equation() -> None:
    layer, documents = _layer(sharpness=3, start=2.5), _documents()
    names = np.asarray(layer.kernel, dtype=np.float64)
    expected = np.zeros((2, len(NAMES)))
    for row, words in enumerate(documents.astype(np.float64)):
        for output, name in enumerate(NAMES):
            best = [
                max(
                    max(0.0, names[n] @ word / (np.linalg.norm(names[n]) * np.linalg.norm(word)))
                    for word in words
                    if word.any()
                )
                for n in name
            ]
            expected[row, output] = 2.5 * min((match**3 for match in best), default=0.0)
    found = np.concatenate([np.asarray(level) for level in layer(documents)], axis=1)
    assert expected.any(axis=0).tolist() == [True, True, False, True, True]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_the_weight_is_one_a_level() -> None:
    layer, documents = _layer(start=1.0), _documents()
    plain = [np.asarray(level) for level in layer(documents)]
    layer.scale.assign([2.0, 3.0])
    first, second = (np.asarray(level) for level in layer(documents))
    np.testing.assert_allclose(first, 2 * plain[0], rtol=1e-6)
    np.testing.assert_allclose(second, 3 * plain[1], rtol=1e-6)


def test_padding_and_a_document_without_words_match_nothing() -> None:
    layer, documents = _layer(), _documents()
    longer = np.concatenate([documents, np.zeros((2, 3, DIMS), np.float32)], axis=1)
    for found, expected in zip(layer(longer), layer(documents), strict=True):
        np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-6)
    assert not any(np.asarray(level).any() for level in layer(np.zeros((1, 2, DIMS), np.float32)))


@pytest.mark.parametrize("training", [False, True])
def test_word_vectors_have_a_finite_gradient_and_none_in_training(training: bool) -> None:
    layer = _layer()
    found = gradient(
        lambda vectors: sum(ops.sum(level) for level in layer(vectors, training=training)),
        ops.convert_to_tensor(_documents()),
    )
    values = ops.convert_to_numpy(found)
    assert np.isfinite(values).all()
    assert values.any() != training


def test_the_names_are_not_trained_but_their_weight_is() -> None:
    layer = _layer()
    assert [weight.name for weight in layer.trainable_weights] == ["scale"]


def test_a_name_vector_of_zero_matches_nothing() -> None:
    layer = NameMatches(1, [[0]], (1,))
    layer.build((None, None, 2))
    layer.set_name_vectors(np.zeros((1, 2)))
    (scores,) = layer(np.ones((1, 3, 2), np.float32))
    assert np.asarray(scores).tolist() == [[0.0]]


def test_survives_its_configuration() -> None:
    layer = NameMatches(4, NAMES, SIZES, sharpness=2, start=1.5, name="names")
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert isinstance(copy, NameMatches)
    assert copy.get_config() == layer.get_config()
    assert (copy.words, copy.names, copy.level_sizes) == (4, NAMES, SIZES)
    assert (copy.sharpness, copy.start, copy.name) == (2, 1.5, "names")
