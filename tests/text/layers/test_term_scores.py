from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from harnn.text.layers import TermScores
from harnn.text.layers.pair_table import fill_slots

RNG = np.random.default_rng(0)
TOKENS = RNG.integers(0, 9, size=(6, 12)).astype("int32")
TOKENS[:, 9:] = 0  # padding
TOKENS[5] = [1, 1, 1] + [0] * 9  # no known word


def layer() -> TermScores:
    built = TermScores(vocabulary_size=9, level_sizes=(2, 3))
    built.build((None, None))
    rng = np.random.default_rng(1)
    kernel, bias, idf = rng.normal(size=(9, 5)), rng.normal(size=5), rng.gamma(2.0, size=9)
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
    found = np.asarray(scores.frequencies(TOKENS[:5])[0])
    for word, column in vectorizer.vocabulary_.items():
        here = np.where(TOKENS[:5] == int(word[1:]), found, 0.0).sum(axis=1)
        np.testing.assert_allclose(here, expected[:, column], atol=1e-6)


def test_padding_and_unknown_words_weigh_nothing() -> None:
    found = np.asarray(layer().frequencies(TOKENS)[0])
    assert (found[TOKENS <= 1] == 0).all()
    assert (found[5] == 0).all()
    assert (found[TOKENS > 1] > 0).all()


def test_scores_are_linear_in_the_frequencies_and_split_by_level() -> None:
    scores = layer()
    kernel, bias, _ = (np.asarray(weight) for weight in scores.weights)
    total = (
        np.einsum("bt,bto->bo", np.asarray(scores.frequencies(TOKENS)[0]), kernel[TOKENS]) + bias
    )
    first, second = scores(TOKENS)
    np.testing.assert_allclose(first, total[:, :2], atol=1e-5)
    np.testing.assert_allclose(second, total[:, 2:], atol=1e-5)
    contributions = np.asarray(scores.contributions(TOKENS)).sum(axis=1)
    np.testing.assert_allclose(
        np.concatenate(scores.levels(contributions), axis=1), total, atol=1e-5
    )


PAIRS = np.array([[2, 3], [3, 2], [4, 8], [8, 8]])


def layer_of_pairs() -> TermScores:
    built = TermScores(vocabulary_size=9, level_sizes=(2, 3), pairs=len(PAIRS))
    built.build((None, None))
    slots, kept = fill_slots(PAIRS)
    assert kept.tolist() == PAIRS.tolist()
    words = np.concatenate([[[0, 0]], PAIRS])
    built.set_weights(
        [
            *(np.asarray(weight) for weight in layer().weights),
            RNG.normal(size=(5, 5)),
            RNG.gamma(2.0, size=5),
            words,
            slots,
        ]
    )
    return built


def test_pairs_are_found_where_they_begin() -> None:
    tokens = np.array([[2, 3, 2, 8, 8, 8, 0, 0], [1, 4, 8, 4, 1, 8, 2, 3]], "int32")
    rows = np.asarray(layer_of_pairs().pair_rows(tokens))
    assert rows.tolist() == [[1, 2, 0, 4, 4, 0, 0, 0], [0, 3, 0, 0, 0, 0, 1, 0]]


def test_words_and_pairs_are_weighed_together_as_scikit_learn_does() -> None:
    known = [" ".join(f"w{token}" for token in row if token) for row in TOKENS[:5]]
    names = [f"w{word}" for word in range(2, 9)]
    pairs = [f"w{first} w{second}" for first, second in PAIRS]
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), vocabulary=[*names, *pairs])
    expected = vectorizer.fit_transform(known).toarray()
    scores = layer_of_pairs()
    scores.idf.assign(np.concatenate([[1.0, 1.0], vectorizer.idf_[: len(names)]]))
    scores.pair_idf.assign(np.concatenate([[1.0], vectorizer.idf_[len(names) :]]))
    words, found = (np.asarray(weights) for weights in scores.frequencies(TOKENS[:5]))
    rows = np.asarray(scores.pair_rows(TOKENS[:5]))
    for column, word in enumerate(range(2, 9)):
        here = np.where(TOKENS[:5] == word, words, 0.0).sum(axis=1)
        np.testing.assert_allclose(here, expected[:, column], atol=1e-6)
    for row in range(1, len(PAIRS) + 1):
        here = np.where(rows == row, found, 0.0).sum(axis=1)
        np.testing.assert_allclose(here, expected[:, len(names) + row - 1], atol=1e-6)
    assert (found > 0).any()


def test_what_a_pair_adds_its_two_words_add() -> None:
    scores = layer_of_pairs()
    total = np.concatenate(scores(TOKENS), axis=1)
    added = np.asarray(scores.contributions(TOKENS))
    np.testing.assert_allclose(
        np.concatenate(scores.levels(added.sum(axis=1)), axis=1), total, atol=1e-5
    )
    alone = np.array([[1, 4, 8, 1]], "int32")
    of_words = np.asarray(layer().kernel)[alone[0]] * np.asarray(scores.frequencies(alone)[0]).T
    of_pair = np.asarray(scores.pair_kernel)[3] * np.asarray(scores.frequencies(alone)[1])[0, 1]
    np.testing.assert_allclose(
        scores.contributions(alone)[0],
        np.where(np.array([[0], [1], [1], [0]]), of_words + of_pair / 2, 0.0),
        atol=1e-5,
    )


def test_neither_order_nor_padding_changes_a_score() -> None:
    scores = layer()
    turned = np.concatenate([TOKENS[:, :9][:, ::-1], np.zeros((6, 20), "int32")], axis=1)
    for level, other in zip(scores(TOKENS), scores(turned), strict=True):
        np.testing.assert_allclose(level, other, atol=1e-5)


def test_no_gradient_reaches_the_weights() -> None:
    assert layer().trainable_weights == []


@pytest.mark.parametrize("made", [layer, layer_of_pairs])
def test_the_layer_survives_being_saved(tmp_path, made) -> None:
    tokens = keras.Input((None,), dtype="int32")
    model = keras.Model(tokens, made()(tokens))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for level, other in zip(model(TOKENS), loaded(TOKENS), strict=True):
        np.testing.assert_array_equal(level, other)
    assert loaded.trainable_weights == []
