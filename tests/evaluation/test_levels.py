from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from harnn.evaluation import level_scores

# Categories A, B on the first level; a1, a2, b1 on the second.
LEVELS = np.array([0, 0, 1, 1, 1])


def test_hand_worked_levels():
    y_true = np.array([[1, 0, 1, 0, 0], [1, 0, 0, 1, 0], [0, 1, 0, 0, 1], [0, 1, 0, 0, 0]], bool)
    y_pred = np.array([[1, 0, 0, 1, 0], [1, 0, 0, 1, 0], [1, 0, 0, 0, 1], [0, 1, 1, 0, 0]], bool)
    known = np.array([[1, 1], [1, 1], [1, 1], [1, 0]], bool)
    first, second = level_scores(y_true, y_pred, known, LEVELS)
    # First level: one of four wrong. A: precision 2/3, recall 1; B: precision 1, recall 1/2.
    assert (first.level, first.support, first.accuracy) == (0, 4, 0.75)
    assert first.micro == (0.75, 0.75, 0.75)
    assert first.macro == pytest.approx((5 / 6, 0.75, (0.8 + 2 / 3) / 2))
    # Second level, the last document aside: a1 never found, a2 1/2 precise, b1 right.
    assert (second.level, second.support) == (1, 3)
    assert second.accuracy == pytest.approx(2 / 3)
    assert second.macro == pytest.approx((0.5, 2 / 3, (0 + 2 / 3 + 1) / 3))


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_with_one_category_a_level_the_scores_are_those_of_a_multiclass_problem(seed):
    rng = np.random.default_rng(seed)
    known = rng.random((20, 2)) < 0.7
    known[0] = True
    true = [rng.integers(0, 2, 20), rng.integers(0, 3, 20)]
    guess = [rng.integers(0, 2, 20), rng.integers(0, 3, 20)]
    y_true, y_pred = (
        np.hstack([np.eye(2, dtype=bool)[top], np.eye(3, dtype=bool)[bottom]])
        for top, bottom in (true, guess)
    )
    for level, scores in enumerate(level_scores(y_true, y_pred, known, LEVELS)):
        rows = known[:, level]
        classes, guesses = true[level][rows], guess[level][rows]
        assert scores.support == rows.sum()
        assert scores.accuracy == pytest.approx(accuracy_score(classes, guesses))
        assert scores.micro.f1 == pytest.approx(f1_score(classes, guesses, average="micro"))
        assert scores.macro.f1 == pytest.approx(f1_score(classes, guesses, average="macro"))


def test_an_unknown_level_is_undefined_and_the_other_is_not():
    labels = np.array([[1, 0, 1, 0, 0]], bool)
    first, second = level_scores(labels, labels, np.array([[True, False]]), LEVELS)
    assert first.accuracy == 1
    assert (second.support, second.accuracy) == (0, None)
    assert second.micro == second.macro == (None, None, None)


def test_paths_that_all_end_above_a_level_are_right_there_and_have_no_f1():
    labels = np.array([[1, 0, 0, 0, 0]], bool)
    _, second = level_scores(labels, labels, np.ones((1, 2), bool), LEVELS)
    assert (second.support, second.accuracy, second.micro.f1) == (1, 1, None)
