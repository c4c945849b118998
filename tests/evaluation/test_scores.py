from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from harnn.errors import ConfigError, DataError
from harnn.evaluation import precision_recall_f1

SEEDS = st.integers(0, 10**6)


def sklearn_scores(y_true, y_pred, average):
    return precision_recall_fscore_support(y_true, y_pred, average=average, zero_division=0)[:3]


@pytest.mark.parametrize("average", ["micro", "samples", "weighted", None])
@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_without_a_mask_the_scores_are_scikit_learns(make_case, average, seed):
    case = make_case(seed)
    assume(average is None or case.y_true.any() or case.y_pred.any())
    ours = precision_recall_f1(case.y_true, case.y_pred, average=average)
    np.testing.assert_allclose(ours, sklearn_scores(case.y_true, case.y_pred, average))


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_macro_is_scikit_learns_over_the_categories_that_occur(make_case, seed):
    case = make_case(seed)
    occurs = (case.y_true | case.y_pred).any(axis=0)
    assume(occurs.any())
    ours = precision_recall_f1(case.y_true, case.y_pred, average="macro")
    per_category = np.array(sklearn_scores(case.y_true, case.y_pred, None))
    np.testing.assert_allclose(ours, per_category[:, occurs].mean(axis=1))


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_under_a_mask_each_category_is_scikit_learns_over_its_known_documents(make_case, seed):
    y_true, y_pred, known, _ = make_case(seed)
    ours = precision_recall_f1(y_true, y_pred, average=None, known=known)
    for category in np.flatnonzero(known.any(axis=0)):
        rows = known[:, category]
        theirs = precision_recall_fscore_support(
            y_true[rows, category],
            y_pred[rows, category],
            average="binary",
            pos_label=True,
            zero_division=0,
        )[:3]
        np.testing.assert_allclose([values[category] for values in ours], theirs)


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_under_a_mask_micro_is_scikit_learns_over_the_flat_known_entries(make_case, seed):
    y_true, y_pred, known, _ = make_case(seed)
    assume((y_true | y_pred)[known].any())
    ours = precision_recall_f1(y_true, y_pred, average="micro", known=known)
    theirs = precision_recall_fscore_support(
        y_true[known], y_pred[known], average="binary", pos_label=True, zero_division=0
    )[:3]
    np.testing.assert_allclose(ours, theirs)


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS)
def test_under_a_mask_samples_is_scikit_learns_mean_over_documents_with_a_known_entry(
    make_case, seed
):
    y_true, y_pred, known, _ = make_case(seed)
    assume((y_true | y_pred)[known].any())
    documents = [
        precision_recall_fscore_support(
            truth[entries], guess[entries], average="binary", pos_label=True, zero_division=0
        )[:3]
        for truth, guess, entries in zip(y_true, y_pred, known, strict=True)
        if entries.any()
    ]
    ours = precision_recall_f1(y_true, y_pred, average="samples", known=known)
    np.testing.assert_allclose(ours, np.mean(documents, axis=0))


@pytest.mark.parametrize("average", ["micro", "macro", "samples", "weighted", None])
@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_what_stands_at_unknown_entries_does_not_matter(make_case, average, seed):
    y_true, y_pred, known, _ = make_case(seed)
    before = precision_recall_f1(y_true, y_pred, average=average, known=known)
    after = precision_recall_f1(y_true ^ ~known, y_pred | ~known, average=average, known=known)
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("average", ["micro", "macro", "samples", "weighted"])
@pytest.mark.parametrize("truth", [False, True])
def test_no_average_is_defined_where_nothing_known_is_true_or_predicted(average, truth):
    y_true, known = np.full((3, 2), truth), np.full((3, 2), not truth)
    y_pred = np.full((3, 2), truth)
    assert np.isnan(precision_recall_f1(y_true, y_pred, average=average, known=known)).all()


@pytest.mark.parametrize("average", ["micro", "macro", "samples", "weighted"])
def test_predictions_score_zero_where_nothing_is_true(average):
    y_true, y_pred = np.zeros((3, 1), bool), np.ones((3, 1), bool)
    assert precision_recall_f1(y_true, y_pred, average=average) == (0, 0, 0)


def test_one_category_has_the_same_micro_macro_and_weighted_scores():
    y_true, y_pred = np.array([[1], [1], [0], [1]], bool), np.array([[1], [0], [1], [1]], bool)
    for average in ("micro", "macro", "weighted"):
        assert precision_recall_f1(y_true, y_pred, average=average) == pytest.approx([2 / 3] * 3)


def test_a_category_that_does_not_occur_leaves_macro_alone():
    y_true = np.array([[True, False], [True, False]])
    y_pred = np.array([[True, False], [False, False]])
    assert precision_recall_f1(y_true, y_pred, average="macro") == pytest.approx((1, 0.5, 2 / 3))


def test_no_document_has_no_score():
    nothing = np.zeros((0, 3), bool)
    assert np.isnan(precision_recall_f1(nothing, nothing, average="micro").f1)


def test_a_wrong_average_is_refused_with_the_right_ones():
    labels = np.ones((1, 1), bool)
    with pytest.raises(ConfigError, match=r"average is 'macr'.*did you mean 'macro'"):
        precision_recall_f1(labels, labels, average="macr")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y_true": np.ones((2, 3))}, "y_true has dtype float64"),
        ({"y_true": np.ones(3, bool)}, r"y_true has shape \(3,\); \(documents, categories\)"),
        ({"y_pred": np.ones((2, 4), bool)}, r"y_pred has shape \(2, 4\); \(2, 3\) is needed"),
        ({"known": np.ones((2, 2), bool)}, r"known has shape \(2, 2\); \(2, 3\) is needed"),
    ],
)
def test_a_wrong_array_is_refused_by_name(change, message):
    arrays = {name: np.ones((2, 3), bool) for name in ("y_true", "y_pred", "known")} | change
    with pytest.raises(DataError, match=message):
        precision_recall_f1(**arrays, average="micro")
