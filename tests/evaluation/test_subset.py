from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from harnn.errors import DataError
from harnn.evaluation import subset_accuracy

LEVELS = np.array([0, 0, 1, 1])


def test_only_documents_with_every_level_known_are_judged():
    y_true = np.array([[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 0]], bool)
    y_pred = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 0, 1], [1, 0, 0, 0]], bool)
    known = np.array([[1, 1], [1, 1], [1, 1], [1, 0]], bool)
    result = subset_accuracy(y_true, y_pred, known, LEVELS)
    assert result.documents == 3
    assert result.accuracy == pytest.approx(2 / 3)


def test_a_path_that_ends_early_is_right_only_if_nothing_below_is_predicted():
    y_true = np.array([[1, 0, 0, 0], [1, 0, 0, 0]], bool)
    y_pred = np.array([[1, 0, 0, 0], [1, 0, 1, 0]], bool)
    assert subset_accuracy(y_true, y_pred, np.ones((2, 2), bool), LEVELS) == (0.5, 2)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_it_is_scikit_learns_accuracy_on_the_complete_documents(seed):
    rng = np.random.default_rng(seed)
    y_true, flips = rng.random((12, 4)) < 0.5, rng.random((12, 4)) < 0.1
    known = rng.random((12, 2)) < 0.8
    known[0] = True
    complete = known.all(axis=1)
    result = subset_accuracy(y_true, y_true ^ flips, known, LEVELS)
    assert result.documents == complete.sum()
    assert result.accuracy == pytest.approx(
        accuracy_score(y_true[complete], (y_true ^ flips)[complete])
    )


def test_without_a_complete_document_the_accuracy_is_undefined_and_not_zero():
    labels = np.ones((2, 4), bool)
    result = subset_accuracy(labels, labels, np.array([[1, 0], [0, 1]], bool), LEVELS)
    assert np.isnan(result.accuracy)
    assert result.documents == 0


@pytest.mark.parametrize(
    ("known", "levels", "message"),
    [
        (np.ones((2, 3), bool), LEVELS, r"known has shape \(2, 3\); \(2, 2\) is needed"),
        (np.ones((2, 2)), LEVELS, "known has dtype float64"),
        (np.ones((2, 2), bool), LEVELS[:3], r"y_true has shape \(2, 4\); \(documents, 3\)"),
        (np.ones((2, 2), bool), np.array([0, 0, 1, np.nan]), "levels has dtype float64"),
        (np.ones((2, 2), bool), np.array([0, -1, 1, 1]), "levels has -1 at index 1"),
        (np.ones((2, 2), bool), np.array([0, 0, 2, 2]), "no category on level 1"),
    ],
)
def test_a_wrong_array_is_refused_by_name(known, levels, message):
    labels = np.ones((2, 4), bool)
    with pytest.raises(DataError, match=message):
        subset_accuracy(labels, labels, known, levels)
