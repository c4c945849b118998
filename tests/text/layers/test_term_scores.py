from __future__ import annotations

import keras
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from harnn.text.layers import TermScores

RNG = np.random.default_rng(0)
TOKENS = RNG.integers(0, 9, size=(6, 12)).astype("int32")
TOKENS[:, 9:] = 0  # padding
TOKENS[5] = [1, 1, 1] + [0] * 9  # no known word


def layer() -> TermScores:
    built = TermScores(vocabulary_size=9, level_sizes=(2, 3))
    built.build((None, None))
    kernel, bias, idf = RNG.normal(size=(9, 5)), RNG.normal(size=5), RNG.gamma(2.0, size=9)
    built.set_weights([kernel, bias, idf])
    return built


def test_frequencies_are_those_of_scikit_learn() -> None:
    words = [" ".join(f"w{token}" for token in row if token > 1) for row in TOKENS[:5]]
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    expected = vectorizer.fit_transform(words).toarray()
    scores = layer()
    idf = np.ones(9)
    for word, column in vectorizer.vocabulary_.items():
        idf[int(word[1:])] = vectorizer.idf_[column]
    scores.idf.assign(idf)
    found = np.asarray(scores.frequencies(TOKENS[:5]))
    for word, column in vectorizer.vocabulary_.items():
        here = np.where(TOKENS[:5] == int(word[1:]), found, 0.0).sum(axis=1)
        np.testing.assert_allclose(here, expected[:, column], atol=1e-6)


def test_padding_and_unknown_words_weigh_nothing() -> None:
    found = np.asarray(layer().frequencies(TOKENS))
    assert (found[TOKENS <= 1] == 0).all()
    assert (found[5] == 0).all()
    assert (found[TOKENS > 1] > 0).all()


def test_scores_are_linear_in_the_frequencies_and_split_by_level() -> None:
    scores = layer()
    kernel, bias, _ = (np.asarray(weight) for weight in scores.weights)
    total = np.einsum("bt,bto->bo", np.asarray(scores.frequencies(TOKENS)), kernel[TOKENS]) + bias
    first, second = scores(TOKENS)
    np.testing.assert_allclose(first, total[:, :2], atol=1e-5)
    np.testing.assert_allclose(second, total[:, 2:], atol=1e-5)
    contributions = np.asarray(scores.contributions(TOKENS)).sum(axis=1)
    np.testing.assert_allclose(
        np.concatenate(scores.levels(contributions), axis=1), total, atol=1e-5
    )


def test_neither_order_nor_padding_changes_a_score() -> None:
    scores = layer()
    turned = np.concatenate([TOKENS[:, :9][:, ::-1], np.zeros((6, 20), "int32")], axis=1)
    for level, other in zip(scores(TOKENS), scores(turned), strict=True):
        np.testing.assert_allclose(level, other, atol=1e-5)


def test_no_gradient_reaches_the_weights() -> None:
    assert layer().trainable_weights == []


def test_the_layer_survives_being_saved(tmp_path) -> None:
    tokens = keras.Input((None,), dtype="int32")
    model = keras.Model(tokens, layer()(tokens))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for level, other in zip(model(TOKENS), loaded(TOKENS), strict=True):
        np.testing.assert_array_equal(level, other)
    assert loaded.trainable_weights == []
