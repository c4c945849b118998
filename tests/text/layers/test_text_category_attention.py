from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.text.layers import TextCategoryAttention
from harnn.text.layers.text_category_attention import masked_softmax, softmax_over_words


def test_attention_agrees_with_the_equations(case: Any) -> None:
    for level in case.levels():
        case.assert_agrees(
            f"attention_{level}", lambda document, at=level - 1: document.levels[at].attention
        )


def test_summary_agrees_with_the_mean_of_the_categories_summaries(case: Any) -> None:
    for level in case.levels():
        case.assert_agrees(
            f"summary_{level}",
            lambda document, at=level - 1: document.levels[at].summaries.mean(axis=0),
        )


def test_attention_is_a_distribution_over_the_real_words(case: Any) -> None:
    mask = case.tensors["mask"]
    read = mask.any(axis=1)
    for level in case.levels():
        attention = case.tensors[f"attention_{level}"][read]
        np.testing.assert_allclose(attention.sum(axis=-1), 1.0, atol=1e-5)
        padding = np.broadcast_to(~mask[read][:, None], attention.shape)
        assert not attention[padding].any()


def test_a_uniform_weight_of_one_changes_nothing() -> None:
    layer = TextCategoryAttention(categories=3, units=4, seed=0)
    words = np.random.default_rng(0).normal(size=(2, 5, 6)).astype("float32")
    mask = np.ones((2, 5), dtype=bool)
    for plain, weighed in zip(
        layer(words, mask), layer(words, mask, np.ones((2, 5), "float32")), strict=True
    ):
        np.testing.assert_allclose(plain, weighed, atol=1e-7)


def test_a_word_of_weight_zero_adds_nothing_to_the_summary() -> None:
    layer = TextCategoryAttention(categories=3, units=4, seed=0)
    words = np.random.default_rng(0).normal(size=(1, 4, 6)).astype("float32")
    other = words.copy()
    other[0, 2] = 9.0
    weights = np.array([[1.0, 1.0, 0.0, 1.0]], dtype="float32")
    mask = np.ones((1, 4), dtype=bool)
    np.testing.assert_array_equal(layer(words, mask, weights)[1], layer(other, mask, weights)[1])


def test_words_and_categories_start_with_weights_of_their_own() -> None:
    layer = TextCategoryAttention(categories=6, units=4, seed=0)
    layer.build((None, None, 6))
    assert not np.allclose(layer.word_kernel, layer.category_embeddings)


def test_survives_its_configuration() -> None:
    layer = TextCategoryAttention(categories=3, units=4, seed=7, name="attention_1")
    config = layer.get_config()
    copy = TextCategoryAttention.from_config(config)
    assert copy.get_config() == config
    assert (copy.categories, copy.units, copy.seed, copy.name) == (3, 4, 7, "attention_1")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_masked_softmax_is_the_softmax_of_the_real_entries(dtype: str) -> None:
    scores = np.array([[2.0, -1.0, 50.0, 0.5]], dtype=dtype)
    mask = np.array([[True, True, False, True]])
    powers = np.exp(scores[mask].astype("float64"))
    probabilities = np.asarray(masked_softmax(scores, mask))
    tolerance = 1e-3 if dtype == "float16" else 1e-6
    np.testing.assert_allclose(probabilities[mask], powers / powers.sum(), atol=tolerance)
    assert probabilities[0, 2] == 0.0
    assert probabilities.dtype == dtype


def test_masked_softmax_of_nothing_is_finite() -> None:
    probabilities = np.asarray(masked_softmax(np.zeros((1, 3), "float32"), np.zeros((1, 3), bool)))
    np.testing.assert_allclose(probabilities, 1 / 3, atol=1e-6)


@pytest.mark.parametrize("documents", [1, 2])
@pytest.mark.parametrize("words", [3, 4, 5])
@pytest.mark.parametrize("categories", [1, 3, 5])
def test_the_softmax_over_words_never_takes_words_for_categories(
    documents: int, words: int, categories: int
) -> None:
    scores = np.random.default_rng(0).normal(size=(documents, words, categories))
    mask = np.tile(np.arange(words) < 2, (documents, 1))
    found = np.asarray(softmax_over_words(scores.astype(np.float32), mask))
    real = np.exp(scores[:, :2])
    np.testing.assert_allclose(found[:, :2], real / real.sum(axis=1, keepdims=True), atol=1e-6)
    assert not found[:, 2:].any()
