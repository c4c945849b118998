from __future__ import annotations

import numpy as np
import pytest

from harnn.evaluation import Hierarchy, evaluate_predictions, headline_names, headline_scores

HIERARCHY = Hierarchy(np.array([0, 0, 1, 1]), ((), (), (0,), (1,)), ("A", "B", "A/a", "B/b"))


def test_the_names_count_the_levels_from_one():
    assert headline_names(2) == (
        "all_levels_right",
        "micro_f1",
        "macro_f1",
        "hierarchical_f1",
        "level_1_accuracy",
        "level_1_macro_f1",
        "level_2_accuracy",
        "level_2_macro_f1",
    )


def test_hand_worked_scores_stand_under_their_names():
    y_true = np.array([[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 0]], bool)
    y_pred = np.array([[1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 1], [1, 0, 1, 0]], bool)
    known = np.array([[1, 1], [1, 1], [1, 1], [1, 0]], bool)
    scores = headline_scores(evaluate_predictions(y_true, y_pred, HIERARCHY, known=known))
    assert tuple(scores) == headline_names(2)
    # Of the three complete documents the second lacks "A/a".
    assert scores["all_levels_right"] == pytest.approx(2 / 3)
    assert scores["micro_f1"] == pytest.approx(2 * 5 / (6 + 5))
    assert scores["macro_f1"] == pytest.approx((1 + 1 + 2 / 3 + 1) / 4)
    # The last document adds its first level, which is wrong.
    assert scores["hierarchical_f1"] == pytest.approx(2 * 5 / (7 + 6))
    assert scores["level_1_accuracy"] == pytest.approx(3 / 4)
    assert scores["level_1_macro_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert scores["level_2_accuracy"] == pytest.approx(2 / 3)
    assert scores["level_2_macro_f1"] == pytest.approx((2 / 3 + 1) / 2)


def test_scores_of_no_documents_are_undefined():
    nothing = np.zeros((0, 4), bool)
    scores = headline_scores(evaluate_predictions(nothing, nothing, HIERARCHY))
    assert scores == dict.fromkeys(headline_names(2))


def test_a_level_that_is_never_known_leaves_the_others_their_scores():
    labels = np.array([[1, 0, 1, 0]], bool)
    known = np.array([[True, False]])
    scores = headline_scores(evaluate_predictions(labels, labels, HIERARCHY, known=known))
    defined = {name for name, score in scores.items() if score is not None}
    assert defined == {"hierarchical_f1", "level_1_accuracy", "level_1_macro_f1"}
