from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.corpora.word_model import LIST_WORDS, WordModel, word_strings


@pytest.fixture(scope="module")
def model() -> WordModel:
    return WordModel((3, 6, 14), seed=5, noise=0.3, median_words=20)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=4), st.integers(0, 100))
def test_every_category_has_a_parent_and_every_parent_a_child(sizes: list[int], seed: int) -> None:
    categories = tuple(sorted(sizes))
    model = WordModel(categories, seed, noise=0.2, median_words=10)
    assert [len(level) for level in model.names] == list(categories)
    for above, parents in zip(categories, model.parents[1:], strict=False):
        assert set(parents.tolist()) == set(range(above))
    for above, below in pairwise(model.names):
        assert all(name.rsplit(".", 1)[0] in above for name in below)
        assert len(set(below)) == len(below)
    assert model.channel.sum(axis=1) == pytest.approx(1)
    assert model.prior.sum() == pytest.approx(1)
    assert model.word_probabilities().sum(axis=1) == pytest.approx(1)
    assert 0 < model.best_accuracy <= 1 + 1e-12


def test_dbpedias_shape_has_many_single_child_chains() -> None:
    model = WordModel((9, 70, 219), seed=0, noise=0.1, median_words=52)
    single = sum((np.bincount(parents) == 1).sum() for parents in model.parents[1:])
    assert 20 <= single <= 50  # of 79; DBpedia has 35


def test_the_best_accuracy_of_two_siblings_is_what_is_worked_out_by_hand() -> None:
    model = WordModel((1, 2), seed=0, noise=0.25, median_words=10)
    model.prior = np.array([0.7, 0.3])
    # z = 0: max(.7 * .75, .3 * .25) = .525;  z = 1: max(.7 * .25, .3 * .75) = .225.
    assert model.best_accuracy == pytest.approx(0.75)
    model.prior = np.array([0.9, 0.1])
    # The larger class is always the better answer: .9 * .75 + .9 * .25.
    assert model.best_accuracy == pytest.approx(0.9)


def test_words_are_drawn_with_the_probabilities_it_states(model: WordModel) -> None:
    rng = np.random.default_rng(0)
    leaves, ids, ends = model.draw(20_000, rng)
    starts = np.concatenate([[0], ends[:-1]])
    first = model.list_starts[-2]
    document = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    own = ids >= first
    # Every document has a word of one list of the last level, and of one alone.
    lists = (ids[own] - first) // LIST_WORDS
    low = np.full(len(ends), 10**9)
    high = np.full(len(ends), -1)
    np.minimum.at(low, document[own], lists)
    np.maximum.at(high, document[own], lists)
    assert (low == high).all()
    # The channel from category to list, and the priors, as stated.
    joint = np.zeros((14, 14))
    np.add.at(joint, (leaves, low), 1 / len(leaves))
    expected = model.prior[:, None] * model.channel
    assert np.abs(joint - expected).max() < 5 * np.sqrt(expected.max() / len(leaves))
    assert (joint[expected == 0] == 0).all()
    # The words that are not of the last level's list, given the list they go with.
    speaker = low[document]
    stated = model.word_probabilities()
    rest = ~own & (speaker == speaker[0])
    counted = np.bincount(ids[rest], minlength=model.vocabulary_size)[:first] / rest.sum()
    share = stated[speaker[0], :first] / stated[speaker[0], :first].sum()
    assert np.abs(counted - share).max() < 5 * np.sqrt(share.max() / rest.sum())
    assert np.median(ends - starts) == pytest.approx(20, abs=1)


def test_words_are_distinct_and_of_letters() -> None:
    words = word_strings(5000).tolist()
    assert len(set(words)) == 5000
    assert all(word.isalpha() and word.islower() for word in words)
