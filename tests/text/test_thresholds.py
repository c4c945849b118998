from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harnn.text.thresholds import tune_thresholds

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


@settings(deadline=None, max_examples=50)
@given(
    data=st.data(),
    documents=st.integers(ENOUGH, 14),
    scores=st.sampled_from([st.integers(1, 9).map(lambda k: k / 10), st.floats(0.01, 0.99)]),
)
def test_a_category_with_enough_positives_gets_the_best_of_all_cuts(data, documents, scores):
    probabilities = data.draw(arrays(np.float64, (documents, 2), elements=scores))
    truth = data.draw(arrays(np.bool_, (documents, 2)))
    truth[:ENOUGH] = True
    thresholds = tune_thresholds(probabilities, truth, everything(truth))
    for category in range(2):
        chosen = probabilities[:, category] >= thresholds[category]
        best = best_f1(probabilities[:, category], truth[:, category])
        assert abs(f1(chosen, truth[:, category]) - best) < 1e-12


@settings(deadline=None, max_examples=50)
@given(data=st.data(), documents=st.integers(1, 10))
def test_categories_with_few_positives_share_the_best_cut_of_all_entries(data, documents):
    scores = st.integers(1, 9).map(lambda k: k / 10)
    probabilities = data.draw(arrays(np.float64, (documents, 3), elements=scores))
    truth = data.draw(arrays(np.bool_, (documents, 3)))
    truth[ENOUGH - 1 :] = False
    known = data.draw(arrays(np.bool_, (documents, 3)))
    thresholds = tune_thresholds(probabilities, truth, known)
    assert len(set(thresholds.tolist())) == 1
    if (truth & known).any():
        chosen = (probabilities >= thresholds)[known]
        best = best_f1(probabilities[known], truth[known])
        assert abs(f1(chosen, truth[known]) - best) < 1e-12


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


def test_four_positives_take_the_shared_threshold_and_five_their_own():
    # The first category's own optimum is between 0.2 and 0.3; that of the crowd at 0.65.
    few = [0.3] * 4 + [0.2] * 196
    crowd = [0.7] * 100 + [0.6] * 100
    truth = np.column_stack([[1] * 4 + [0] * 196, [1] * 100 + [0] * 100]).astype(bool)
    probabilities = np.column_stack([few, crowd])
    shared = tune_thresholds(probabilities, truth, everything(truth))
    np.testing.assert_allclose(shared, [0.65, 0.65])
    probabilities[4, 0], truth[4, 0] = 0.3, True
    own = tune_thresholds(probabilities, truth, everything(truth))
    np.testing.assert_allclose(own, [0.25, 0.65])


def test_unknown_positives_do_not_count_towards_a_threshold_of_ones_own():
    probabilities = np.column_stack([[0.3] * 5 + [0.2] * 195, [0.7] * 100 + [0.6] * 100])
    truth = np.column_stack([[1] * 5 + [0] * 195, [1] * 100 + [0] * 100]).astype(bool)
    known = everything(truth)
    known[0, 0] = False
    np.testing.assert_allclose(tune_thresholds(probabilities, truth, known), [0.65, 0.65])


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
