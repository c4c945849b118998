from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from harnn.errors import ConfigError, DataError
from harnn.evaluation import average_precision, precision_at_k

SEEDS = st.integers(0, 10**6)


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_micro_is_scikit_learns_over_the_known_entries_ties_included(make_case, seed):
    y_true, _, known, scores = make_case(seed)
    assume(y_true[known].any())
    ours = average_precision(y_true, scores, average="micro", known=known)
    assert ours == pytest.approx(average_precision_score(y_true[known], scores[known]))


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_macro_is_the_mean_of_scikit_learns_over_categories_with_a_positive(make_case, seed):
    y_true, _, known, scores = make_case(seed)
    theirs = [
        average_precision_score(y_true[rows, c], scores[rows, c])
        if y_true[rows, c].any()
        else np.nan
        for c, rows in enumerate(known.T)
    ]
    ours = average_precision(y_true, scores, average=None, known=known)
    np.testing.assert_allclose(ours, theirs)
    assume(not np.isnan(theirs).all())
    macro = average_precision(y_true, scores, average="macro", known=known)
    assert macro == pytest.approx(np.nanmean(theirs))


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_without_a_mask_micro_is_scikit_learns_micro(make_case, seed):
    y_true, _, _, scores = make_case(seed)
    assume(y_true.any())
    theirs = average_precision_score(y_true, scores, average="micro")
    assert average_precision(y_true, scores, average="micro") == pytest.approx(theirs)


def test_half_precision_scores_keep_their_ties():
    y_true = np.array([[1], [0], [1], [0]], bool)
    scores = np.array([[0.5], [0.5], [0.1], [0.9]], np.float16)
    # Thresholds 0.9, 0.5, 0.1: half of the recall at precision 1/3, half at 1/2.
    assert average_precision(y_true, scores, average="micro") == pytest.approx(5 / 12)


@pytest.mark.parametrize("average", ["micro", "macro"])
def test_no_positive_has_no_average_precision(average):
    assert np.isnan(average_precision(np.zeros((2, 2), bool), np.ones((2, 2)), average=average))


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, k=st.integers(1, 4))
def test_precision_at_k_is_that_of_a_stable_sort_of_the_known_entries(make_case, seed, k):
    y_true, _, known, scores = make_case(seed)
    documents = []
    for truth, score, entries in zip(y_true, scores, known, strict=True):
        if entries.sum() >= k:
            best = np.argsort(-score[entries], kind="stable")[:k]
            documents.append(truth[entries][best].mean())
    ours = precision_at_k(y_true, scores, k, known)
    assert ours == pytest.approx(np.mean(documents) if documents else np.nan, nan_ok=True)


def test_precision_at_k_leaves_the_scores_as_they_were():
    scores = np.array([[0.9, 0.1]])
    precision_at_k(np.array([[True, False]]), scores, 2)
    assert scores.tolist() == [[0.9, 0.1]]


def test_hand_worked_precision_at_k():
    y_true = np.array([[1, 0, 1, 0], [0, 1, 0, 0]], bool)
    scores = np.array([[0.9, 0.8, 0.7, 0.1], [0.9, 0.8, 0.7, 0.1]])
    assert [precision_at_k(y_true, scores, k) for k in (1, 2, 3)] == [0.5, 0.5, 0.5]
    assert precision_at_k(y_true, scores, 4) == 3 / 8


def test_a_document_with_fewer_known_entries_than_k_is_left_out():
    y_true = np.array([[True, True], [True, True]])
    known = np.array([[True, True], [True, False]])
    y_true[1] = False
    assert precision_at_k(y_true, np.ones((2, 2)), 2, known) == 1
    assert np.isnan(precision_at_k(y_true, np.ones((2, 2)), 3, known))


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_a_k_that_is_no_length_is_refused(k):
    with pytest.raises(ConfigError, match=f"k is {k}; a whole number of at least 1"):
        precision_at_k(np.ones((1, 2), bool), np.ones((1, 2)), k)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.array([[0.1, 0.2], [0.3, np.nan]]), "scores has nan at row 1, column 1"),
        (np.array([[np.inf, 0.2], [0.3, 0.4]]), "scores has inf at row 0, column 0"),
        (np.ones((2, 2), int), "scores has dtype int64"),
        (np.ones((2, 3)), r"scores has shape \(2, 3\); \(2, 2\) is needed"),
    ],
)
def test_wrong_scores_are_refused_with_their_place(scores, message):
    with pytest.raises(DataError, match=message):
        average_precision(np.ones((2, 2), bool), scores, average="micro")


def test_a_wrong_average_is_refused():
    with pytest.raises(ConfigError, match=r"average is 'mikro'.*did you mean 'micro'"):
        average_precision(np.ones((1, 1), bool), np.ones((1, 1)), average="mikro")
