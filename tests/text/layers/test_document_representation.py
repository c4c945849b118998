from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.text.layers import DocumentRepresentation

TOKENS = np.array([[3, 4, 5, 0, 0], [6, 7, 8, 9, 2], [0, 0, 0, 0, 0]], dtype=np.int32)


def _layer(**options: Any) -> DocumentRepresentation:
    return DocumentRepresentation(10, embedding_dim=4, units=3, seed=0, **options)


def test_states_agree_with_the_equations(case: Any) -> None:
    case.assert_agrees("words", lambda document: document.words)


def test_mean_agrees_with_the_equations(case: Any) -> None:
    case.assert_agrees("mean", lambda document: document.mean)


def test_mask_marks_the_real_words(case: Any) -> None:
    for row, document in zip(case.tensors["mask"], case.documents, strict=True):
        assert row.tolist() == [t < len(document.words) for t in range(len(row))]


def test_states_are_zero_on_padding(case: Any) -> None:
    assert not case.tensors["words"][~case.tensors["mask"]].any()


def test_a_document_without_a_word_has_the_mean_zero() -> None:
    words, mean, mask, vectors = _layer()(TOKENS)
    assert not np.asarray(words)[2].any()
    assert not np.asarray(mean)[2].any()
    assert not np.asarray(mask)[2].any()
    assert not np.asarray(vectors)[2].any()


def test_the_mean_counts_only_the_real_words() -> None:
    words, mean, *_ = _layer()(TOKENS)
    np.testing.assert_allclose(np.asarray(mean)[0], np.asarray(words)[0].sum(axis=0) / 3, atol=1e-7)


@pytest.mark.parametrize("rate", ["word_dropout", "embedding_dropout", "dropout"])
def test_dropout_acts_in_training_only(rate: str) -> None:
    layer = _layer(**{rate: 0.5})
    plain = _layer()
    np.testing.assert_array_equal(layer(TOKENS)[0], plain(TOKENS)[0])
    assert not np.array_equal(layer(TOKENS, training=True)[0], plain(TOKENS)[0])


def test_the_word_vectors_are_the_embeddings_with_no_dimension_dropped() -> None:
    layer = _layer(embedding_dropout=0.5, dropout=0.5)
    *_, vectors = layer(TOKENS, training=True)
    expected = np.asarray(layer.embedding.embeddings)[TOKENS] * (TOKENS > 0)[..., None]
    np.testing.assert_array_equal(np.asarray(vectors), expected)


def test_dropped_states_are_left_out_of_the_mean_as_well() -> None:
    words, mean, *_ = _layer(dropout=0.5)(TOKENS, training=True)
    np.testing.assert_allclose(np.asarray(mean)[1], np.asarray(words)[1].mean(axis=0), atol=1e-7)


def test_word_vectors_start_within_their_range() -> None:
    layer = DocumentRepresentation(1000, embedding_dim=8, units=2, embedding_range=0.2, seed=0)
    layer.build((None, None))
    vectors = np.asarray(layer.embedding.embeddings)
    assert 0.19 < np.abs(vectors).max() <= 0.2


def test_every_part_starts_with_weights_of_its_own() -> None:
    layer = DocumentRepresentation(10, embedding_dim=4, units=4, seed=0)
    layer.build((None, None))
    forward, backward = layer.encoder.forward.cell, layer.encoder.backward.cell
    for name in ("kernel", "recurrent_kernel"):
        assert not np.allclose(getattr(forward, name), getattr(backward, name)), (
            f"forward and backward {name} start equal"
        )


def test_the_same_seed_gives_the_same_weights() -> None:
    first, second, other = _layer(), _layer(), DocumentRepresentation(10, 4, 3, seed=1)
    for layer in (first, second, other):
        layer.build((None, None))
    for a, b, c in zip(*(x.trainable_variables for x in (first, second, other)), strict=True):
        np.testing.assert_array_equal(a, b)
        assert "bias" in a.path or not np.array_equal(a, c)


def test_survives_its_configuration() -> None:
    layer = DocumentRepresentation(
        10,
        embedding_dim=4,
        units=3,
        word_dropout=0.1,
        embedding_dropout=0.2,
        dropout=0.3,
        embedding_range=0.4,
        seed=5,
        name="document",
    )
    config = layer.get_config()
    copy = DocumentRepresentation.from_config(config)
    assert copy.get_config() == config
    assert (copy.vocabulary_size, copy.embedding_dim, copy.units, copy.seed) == (10, 4, 3, 5)
    assert copy.rates == (0.1, 0.2, 0.3)
    np.testing.assert_array_equal(copy(TOKENS)[0], layer(TOKENS)[0])


def test_symbolic_shapes_and_types_are_those_computed() -> None:
    layer = _layer()
    specs = layer(keras.Input((None,), dtype="int32"))
    for spec, array in zip(specs, layer(TOKENS), strict=True):
        assert spec.dtype == keras.backend.standardize_dtype(array.dtype)
        assert len(spec.shape) == len(array.shape)
        assert spec.shape[2:] == tuple(array.shape)[2:]
