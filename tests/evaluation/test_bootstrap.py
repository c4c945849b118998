from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from harnn.errors import ConfigError, DataError
from harnn.evaluation import (
    Hierarchy,
    Interval,
    ancestor_closure,
    bootstrap_scores,
    bootstrap_weights,
    evaluate_predictions,
    headline_names,
    headline_scores,
    percentile_interval,
)

TREE = Hierarchy(
    np.array([0, 0, 1, 1, 1, 2, 2]),
    ((), (), (0,), (0,), (1,), (2,), (4,)),
    ("A", "B", "A/a", "A/b", "B/c", "A/a/x", "B/c/y"),
)
# The last category hangs under one of each root's children and, two levels up, under a root.
DAG = Hierarchy(
    np.array([0, 0, 1, 1, 2]), ((), (), (0,), (0, 1), (2, 3, 1)), ("A", "B", "a", "ab", "x")
)


def random_case(seed: int, hierarchy: Hierarchy, documents: int = 20):
    """Labels closed or not, of any number of paths of any length, and some levels not known."""
    rng = np.random.default_rng(seed)
    shape = (documents, len(hierarchy.names))
    y_true, y_pred = (rng.random(shape) < rng.choice([0.03, 0.2, 0.6]) for _ in range(2))
    if rng.random() < 0.5:
        y_true, y_pred = (ancestor_closure(y, hierarchy.parents) for y in (y_true, y_pred))
    known = rng.random((documents, hierarchy.depth)) < rng.choice([0.2, 0.7, 1.0])
    return y_true, y_pred, known


def measured(y_true, y_pred, hierarchy, known) -> list[float]:
    scores = headline_scores(evaluate_predictions(y_true, y_pred, hierarchy, known=known))
    return [math.nan if score is None else score for score in scores.values()]


@settings(deadline=None, max_examples=80)
@given(seed=st.integers(0, 10**6), hierarchy=st.sampled_from([TREE, DAG]))
def test_drawing_every_document_once_gives_exactly_what_was_measured(seed, hierarchy):
    y_true, y_pred, known = random_case(seed, hierarchy)
    scores = bootstrap_scores(y_true, y_pred, hierarchy, np.ones((1, 20), int), known=known)
    assert tuple(scores) == headline_names(hierarchy.depth)
    np.testing.assert_array_equal(
        np.concatenate(list(scores.values())), measured(y_true, y_pred, hierarchy, known)
    )


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), hierarchy=st.sampled_from([TREE, DAG]))
def test_each_resample_has_the_scores_of_the_rows_that_were_drawn(seed, hierarchy):
    y_true, y_pred, known = random_case(seed, hierarchy)
    weights = bootstrap_weights(20, resamples=4, seed=seed)
    scores = bootstrap_scores(y_true, y_pred, hierarchy, weights, known=known)
    for resample, drawn in enumerate(weights):
        rows = np.repeat(np.arange(20), drawn)
        np.testing.assert_array_equal(
            [values[resample] for values in scores.values()],
            measured(y_true[rows], y_pred[rows], hierarchy, known[rows]),
        )


def test_the_means_over_many_categories_are_exactly_what_was_measured():
    hierarchy = Hierarchy(
        np.repeat([0, 1], [20, 300]),
        ((),) * 20 + tuple((leaf % 20,) for leaf in range(300)),
        tuple(map(str, range(320))),
    )
    y_true, y_pred, known = random_case(3, hierarchy, documents=200)
    weights = np.vstack([np.ones((1, 200), int), bootstrap_weights(200, resamples=2)])
    scores = bootstrap_scores(y_true, y_pred, hierarchy, weights, known=known)
    for resample, drawn in enumerate(weights):
        rows = np.repeat(np.arange(200), drawn)
        np.testing.assert_array_equal(
            [values[resample] for values in scores.values()],
            measured(y_true[rows], y_pred[rows], hierarchy, known[rows]),
        )


@pytest.mark.parametrize("documents", [30, 3000])
def test_a_resample_has_scikit_learns_scores_of_the_rows_that_were_drawn(documents):
    rng = np.random.default_rng(5)
    top, guess = rng.integers(0, 40, (2, documents))
    guess[: documents // 2] = top[: documents // 2]
    hierarchy = Hierarchy(
        np.repeat([0, 1], [4, 40]),
        ((),) * 4 + tuple((leaf // 10,) for leaf in range(40)),
        tuple(map(str, range(44))),
    )
    y_true, y_pred = (
        np.hstack([np.eye(4, dtype=bool)[leaf // 10], np.eye(40, dtype=bool)[leaf]])
        for leaf in (top, guess)
    )
    weights = bootstrap_weights(documents, resamples=130, seed=3)
    scores = bootstrap_scores(y_true, y_pred, hierarchy, weights)
    rows = np.repeat(np.arange(documents), weights[129])
    truth, found = top[rows], guess[rows]
    occurring = (y_true | y_pred)[rows].any(axis=0)
    assert {name: values[129] for name, values in scores.items()} == pytest.approx(
        {
            "all_levels_right": accuracy_score(truth, found),
            "micro_f1": f1_score(y_true[rows], y_pred[rows], average="micro"),
            "macro_f1": f1_score(
                y_true[rows][:, occurring], y_pred[rows][:, occurring], average="macro"
            ),
            "hierarchical_f1": f1_score(y_true[rows].ravel(), y_pred[rows].ravel()),
            "level_1_accuracy": accuracy_score(truth // 10, found // 10),
            "level_1_macro_f1": f1_score(truth // 10, found // 10, average="macro"),
            "level_2_accuracy": accuracy_score(truth, found),
            "level_2_macro_f1": f1_score(truth, found, average="macro"),
        }
    )


def test_a_level_known_only_where_another_is_not_still_has_scores():
    labels = np.array([[1, 0, 1, 0, 0, 0, 0], [0, 1, 0, 0, 1, 0, 0]], bool)
    known = np.array([[True, False, True], [False, True, True]])
    scores = bootstrap_scores(labels, labels, TREE, np.array([[1, 1], [2, 0]]), known=known)
    for name in ("all_levels_right", "micro_f1", "macro_f1"):
        assert np.isnan(scores[name]).all()
    assert scores["level_1_accuracy"].tolist() == [1, 1]
    # In the second resample the second level is known of no document.
    np.testing.assert_array_equal(scores["level_2_accuracy"], [1, np.nan])
    # All paths end above the third level, which is right and has no F1.
    assert scores["level_3_accuracy"].tolist() == [1, 1]
    assert np.isnan(scores["level_3_macro_f1"]).all()


def test_a_category_counts_in_the_mean_only_where_it_is_drawn():
    hierarchy = Hierarchy(np.array([0, 0]), ((), ()), ("A", "B"))
    y_true = np.array([[True, False], [False, True]])
    y_pred = np.array([[True, False], [False, False]])
    scores = bootstrap_scores(y_true, y_pred, hierarchy, np.array([[1, 1], [2, 0], [0, 2]]))
    assert scores["macro_f1"].tolist() == [0.5, 1.0, 0.0]


def test_counts_that_float32_cannot_hold_are_exact():
    hierarchy = Hierarchy(np.array([0]), ((),), ("A",))
    labels = np.array([[True], [True], [True]])
    guess = np.array([[True], [True], [False]])
    scores = bootstrap_scores(labels, guess, hierarchy, np.array([[2**25, 1, 2**25 - 1]]))
    assert scores["all_levels_right"][0] == (2**25 + 1) / 2**26


def test_without_documents_nothing_is_defined():
    nothing = np.zeros((0, 7), bool)
    scores = bootstrap_scores(nothing, nothing, TREE, np.zeros((3, 0), int))
    assert all(np.isnan(values).all() and values.shape == (3,) for values in scores.values())


def test_everything_is_known_by_default():
    y_true, y_pred, _ = random_case(1, TREE)
    weights = bootstrap_weights(20, resamples=3)
    everything = np.ones((20, 3), bool)
    np.testing.assert_equal(
        bootstrap_scores(y_true, y_pred, TREE, weights),
        bootstrap_scores(y_true, y_pred, TREE, weights, known=everything),
    )


def test_weights_draw_as_many_documents_as_there_are():
    weights = bootstrap_weights(50, resamples=400, seed=1)
    assert weights.shape == (400, 50)
    assert (weights.sum(axis=1) == 50).all()
    # How often a document is drawn is binomial: with mean 1 and variance 1 - 1/50.
    counts = weights.astype(float)
    assert counts.mean(axis=0) == pytest.approx(np.ones(50), abs=0.25)
    assert counts.var() == pytest.approx(0.98, abs=0.05)
    assert np.unique(weights, axis=0).shape == (400, 50)


def test_the_seed_decides_the_weights():
    np.testing.assert_array_equal(bootstrap_weights(9, 5, seed=2), bootstrap_weights(9, 5, seed=2))
    assert (bootstrap_weights(9, 5, seed=2) != bootstrap_weights(9, 5, seed=3)).any()


def test_one_document_is_drawn_every_time():
    assert bootstrap_weights(1, resamples=3).tolist() == [[1], [1], [1]]


def test_weights_hold_a_document_that_is_drawn_every_time():
    assert np.iinfo(bootstrap_weights(70_000, resamples=1).dtype).max >= 70_000


def test_the_interval_of_an_accuracy_is_that_of_the_normal_approximation():
    documents = 2000
    right = np.random.default_rng(0).random(documents) < 0.7
    hierarchy = Hierarchy(np.array([0, 0]), ((), ()), ("A", "B"))
    y_true = np.tile([True, False], (documents, 1))
    y_pred = np.column_stack([right, ~right])
    scores = bootstrap_scores(y_true, y_pred, hierarchy, bootstrap_weights(documents, 2000))
    interval = percentile_interval(scores["level_1_accuracy"])
    share = right.mean()
    error = 1.959964 * math.sqrt(share * (1 - share) / documents)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((share - error, share + error), abs=2e-3)


def test_ninety_in_a_hundred_intervals_of_90_percent_hold_the_truth():
    rng = np.random.default_rng(4)
    hierarchy = Hierarchy(np.array([0]), ((),), ("A",))
    y_true, held = np.ones((200, 1), bool), 0
    for seed in range(200):
        y_pred = rng.random((200, 1)) < 0.4
        scores = bootstrap_scores(y_true, y_pred, hierarchy, bootstrap_weights(200, 200, seed))
        interval = percentile_interval(scores["all_levels_right"], level=0.9)
        assert interval is not None
        held += interval.low <= 0.4 <= interval.high
    # Three standard errors of a share of 0.9 in 200 are 0.064.
    assert held / 200 == pytest.approx(0.9, abs=0.064)


def test_an_interval_leaves_out_as_much_on_either_side():
    samples = np.random.default_rng(0).permutation(np.arange(1001.0))
    assert percentile_interval(samples) == Interval(
        pytest.approx(25.0, abs=1e-9), pytest.approx(975.0, abs=1e-9)
    )


def test_undefined_samples_have_no_part_in_an_interval():
    samples = np.array([np.nan, 1.0, 2.0, 3.0])
    assert percentile_interval(samples, level=0.5) == Interval(1.5, 2.5)


@pytest.mark.parametrize("samples", [[], [np.nan], [1.0, np.nan, np.nan]])
def test_there_is_no_interval_where_fewer_than_half_of_the_samples_are_defined(samples):
    assert percentile_interval(np.array(samples, float)) is None


def test_half_of_the_samples_are_enough_for_an_interval():
    assert percentile_interval(np.array([0.25, np.nan])) == Interval(0.25, 0.25)


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(ConfigError, match="between 0 and 1"):
        percentile_interval(np.array([0.5]), level=level)


@pytest.mark.parametrize("samples", [np.array([1, 2]), np.ones((2, 2)), np.array(0.5)])
def test_samples_that_are_no_list_of_floats_are_refused(samples):
    with pytest.raises(DataError, match="float array"):
        percentile_interval(samples)


def test_impossible_numbers_of_documents_and_resamples_are_refused():
    for documents in (0, -1, 2.0, True):
        with pytest.raises(DataError, match="documents is"):
            bootstrap_weights(documents)
    for resamples in (0, 1.5):
        with pytest.raises(ConfigError, match="resamples is"):
            bootstrap_weights(3, resamples=resamples)
    with pytest.raises(ConfigError, match="seed is -1"):
        bootstrap_weights(3, seed=-1)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones((2, 3), int), r"\(resamples, 20\) is needed"),
        (np.ones(20, int), r"\(resamples, 20\) is needed"),
        (np.ones((2, 20)), "dtype float64"),
        (np.full((2, 20), -1), "-1 at row 0, column 0"),
    ],
)
def test_weights_that_are_no_counts_of_the_documents_are_refused(weights, message):
    y_true, y_pred, known = random_case(0, TREE)
    with pytest.raises(DataError, match=message):
        bootstrap_scores(y_true, y_pred, TREE, weights, known=known)


def test_arrays_of_another_shape_or_dtype_are_refused():
    y_true, y_pred, known = random_case(0, TREE)
    weights = bootstrap_weights(20, resamples=2)
    with pytest.raises(DataError, match="y_pred has shape"):
        bootstrap_scores(y_true, y_pred[:5], TREE, weights)
    with pytest.raises(DataError, match="y_true has dtype"):
        bootstrap_scores(y_true.astype(int), y_pred, TREE, weights)
    with pytest.raises(DataError, match="known has shape"):
        bootstrap_scores(y_true, y_pred, TREE, weights, known=known[:, :2])
