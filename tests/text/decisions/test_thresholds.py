from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harnn.errors import ConfigError
from harnn.text.decisions.thresholds import tune_thresholds

ENOUGH = 5


def f1(chosen: np.ndarray, truth: np.ndarray) -> float:
    found = 2 * (chosen & truth).sum()
    return float(found / max(chosen.sum() + truth.sum(), 1))


def best_f1(scores: np.ndarray, truth: np.ndarray) -> float:
    """The best F1 over every possible cut, the empty choice included."""
    cuts = [*np.unique(scores), np.inf]
    return max(f1(scores >= cut, truth) for cut in cuts)


def column(values: list[float]) -> np.ndarray:
    return np.array(values)[:, None]


def everything(array: np.ndarray) -> np.ndarray:
    return np.ones(array.shape, dtype=bool)


def log_odds(values: np.ndarray) -> np.ndarray:
    return np.log(values / (1 - values))


def drawn_entries(data, documents: int, categories: int) -> tuple[np.ndarray, np.ndarray]:
    scores = st.integers(1, 9).map(lambda k: k / 10)
    return (
        data.draw(arrays(np.float64, (documents, categories), elements=scores)),
        data.draw(arrays(np.bool_, (documents, categories))),
    )


@settings(deadline=None, max_examples=50)
@given(
    data=st.data(),
    documents=st.integers(1, 14),
    scores=st.sampled_from([st.integers(1, 9).map(lambda k: k / 10), st.floats(0.01, 0.99)]),
)
def test_a_category_alone_on_its_level_gets_the_best_of_all_cuts(data, documents, scores):
    # Its own optimum is that of its level, so that there is nothing to be drawn towards.
    probabilities = data.draw(arrays(np.float64, (documents, 1), elements=scores))
    truth = data.draw(arrays(np.bool_, (documents, 1)))
    truth[:1] = True
    chosen = probabilities >= tune_thresholds(probabilities, truth, everything(truth))
    assert abs(f1(chosen, truth) - best_f1(probabilities, truth)) < 1e-12


@settings(deadline=None, max_examples=50)
@given(data=st.data(), documents=st.integers(1, 12))
def test_a_category_with_n_positives_stands_n_in_n_plus_5_of_the_way_to_its_own_optimum(
    data, documents
):
    probabilities, truth = drawn_entries(data, documents, 3)
    known = data.draw(arrays(np.bool_, (documents, 3)))
    thresholds = tune_thresholds(probabilities, truth, known)
    shared = tune_thresholds(
        probabilities[known][:, None], truth[known][:, None], truth[known][:, None] | True
    )
    for category in range(3):
        rows = known[:, category]
        positives = int(truth[rows, category].sum())
        own = tune_thresholds(
            probabilities[rows, category, None],
            truth[rows, category, None],
            np.ones((rows.sum(), 1), bool),
        )
        weight = positives / (positives + 5)
        expected = weight * log_odds(own) + (1 - weight) * log_odds(shared)
        np.testing.assert_allclose(log_odds(thresholds[category : category + 1]), expected)


@settings(deadline=None, max_examples=40)
@given(data=st.data(), documents=st.integers(1, 4))
def test_the_thresholds_for_micro_f1_are_the_best_of_all_combinations_of_cuts(data, documents):
    # Repeated so often that hardly anything is drawn towards the level's threshold.
    probabilities, truth = drawn_entries(data, documents, 2)
    probabilities, truth = np.tile(probabilities, (4000, 1)), np.tile(truth, (4000, 1))
    thresholds = tune_thresholds(probabilities, truth, everything(truth), metric="micro_f1")
    if not truth.any():
        return
    cuts = [[*np.unique(column), 2.0] for column in probabilities.T]
    best = max(f1(probabilities >= np.array(pair), truth) for pair in product(*cuts))
    # A category without a positive has nothing of its own.
    if truth.any(axis=0).all():
        assert abs(f1(probabilities >= thresholds, truth) - best) < 1e-9


def test_the_metrics_differ_where_a_category_is_hard():
    # The second category cannot be told from noise: choosing it all is the best for its own F1.
    generator = np.random.default_rng(0)
    probabilities = generator.random((2000, 2))
    truth = np.column_stack([probabilities[:, 0] > 0.5, generator.random(2000) < 0.1])
    macro = tune_thresholds(probabilities, truth, everything(truth), metric="macro_f1")
    micro = tune_thresholds(probabilities, truth, everything(truth), metric="micro_f1")
    assert macro[1] < 0.5
    assert micro[1] > 0.9
    assert f1(probabilities >= micro, truth) > f1(probabilities >= macro, truth) + 0.1


def test_another_metric_is_refused_with_those_that_there_are():
    with pytest.raises(ConfigError, match="did you mean 'micro_f1'"):
        tune_thresholds(
            np.zeros((1, 1)), np.ones((1, 1), bool), np.ones((1, 1), bool), metric="micro-f1"
        )


def test_a_rare_category_is_drawn_towards_the_threshold_of_its_own_level():
    probabilities = np.column_stack([[0.9] * 50 + [0.7] * 50, [0.4] * 50 + [0.2] * 50, [0.5] * 100])
    truth = np.column_stack([[1] * 50 + [0] * 50, [1] * 50 + [0] * 50, [0] * 100]).astype(bool)
    for level, expected in ((0, 0.8), (1, 0.3)):
        thresholds = tune_thresholds(
            probabilities, truth, everything(truth), levels=np.array([0, 1, level])
        )
        np.testing.assert_allclose(thresholds, [0.8, 0.3, expected])


@settings(deadline=None, max_examples=50)
@given(
    data=st.data(),
    documents=st.integers(0, 12),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_every_threshold_lies_between_zero_and_one(data, documents, dtype):
    scores = st.sampled_from([0.0, 1e-30, 1e-7, 0.5, 1.0 - 2**-24, 1.0])
    probabilities = data.draw(arrays(dtype, (documents, 2), elements=scores.map(dtype)))
    truth = data.draw(arrays(np.bool_, (documents, 2)))
    known = data.draw(arrays(np.bool_, (documents, 2)))
    thresholds = tune_thresholds(probabilities, truth, known)
    assert thresholds.shape == (2,)
    assert ((thresholds > 0) & (thresholds < 1)).all()


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_the_best_cut_is_found_among_very_small_and_nearly_certain_probabilities(data):
    # What saturated float32 sigmoids give, short of exactly zero and one.
    scores = st.sampled_from([1e-9, 1e-8, 1e-7, 0.5, 1 - 2**-22, 1 - 2**-23, 1 - 2**-24])
    probabilities = data.draw(arrays(np.float32, (10, 1), elements=scores.map(np.float32)))
    truth = data.draw(arrays(np.bool_, (10, 1)))
    truth[:ENOUGH] = True
    chosen = probabilities >= tune_thresholds(probabilities, truth, everything(truth))
    assert abs(f1(chosen, truth) - best_f1(probabilities, truth)) < 1e-12


def test_the_threshold_lies_half_way_between_the_scores_on_its_two_sides():
    probabilities = column([0.9, 0.8, 0.8, 0.7, 0.6, 0.2, 0.1])
    truth = column([1, 1, 1, 1, 1, 0, 0]).astype(bool)
    np.testing.assert_allclose(tune_thresholds(probabilities, truth, everything(truth)), [0.4])


def test_below_the_lowest_score_the_threshold_lies_half_way_to_zero():
    probabilities = column([0.9, 0.8, 0.7, 0.6, 0.4])
    truth = column([1] * 5).astype(bool)
    np.testing.assert_allclose(tune_thresholds(probabilities, truth, everything(truth)), [0.2])


def test_equal_scores_are_never_cut_apart():
    probabilities = column([0.9] * 6 + [0.5] * 6)
    truth = column([1] * 5 + [0] + [0] * 6).astype(bool)
    np.testing.assert_allclose(tune_thresholds(probabilities, truth, everything(truth)), [0.7])


def test_unknown_positives_do_not_count_towards_a_threshold_of_ones_own():
    probabilities = np.column_stack([[0.3] * 5 + [0.2] * 195, [0.7] * 100 + [0.6] * 100])
    truth = np.column_stack([[1] * 5 + [0] * 195, [1] * 100 + [0] * 100]).astype(bool)
    known = everything(truth)
    five = tune_thresholds(probabilities, truth, known)[0]
    known[:3, 0] = False
    two = tune_thresholds(probabilities, truth, known)[0]
    known[:5, 0] = False
    none = tune_thresholds(probabilities, truth, known)[0]
    assert 0.25 < five < two < none
    np.testing.assert_allclose(none, 0.65)


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_unknown_entries_change_nothing(data):
    scores = st.integers(1, 99).map(lambda k: k / 100)
    probabilities = data.draw(arrays(np.float64, (12, 2), elements=scores))
    truth = data.draw(arrays(np.bool_, (12, 2)))
    known = data.draw(arrays(np.bool_, (12, 2)))
    other = np.where(known, probabilities, data.draw(arrays(np.float64, (12, 2), elements=scores)))
    flipped = np.where(known, truth, ~truth)
    np.testing.assert_array_equal(
        tune_thresholds(probabilities, truth, known), tune_thresholds(other, flipped, known)
    )


def test_without_any_positive_the_threshold_is_one_half():
    truth = np.zeros((4, 2), dtype=bool)
    np.testing.assert_array_equal(
        tune_thresholds(np.full((4, 2), 0.1), truth, everything(truth)), [0.5, 0.5]
    )
    nothing = np.zeros((0, 2), dtype=bool)
    np.testing.assert_array_equal(tune_thresholds(np.zeros((0, 2)), nothing, nothing), [0.5, 0.5])
