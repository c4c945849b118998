from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from harnn.errors import ConfigError, DataError
from harnn.evaluation import (
    CategoryScores,
    FrequencyBin,
    Hierarchy,
    category_scores,
    evaluate_predictions,
    scores_by_frequency,
    worst_categories,
)

HIERARCHY = Hierarchy(
    np.array([0, 0, 1, 1, 1]),
    ((), (), (0,), (0,), (1,)),
    ("A", "B", "A/a", "A/b", "B/c"),
)
NUMBERS = np.array([100, 7, 60, 40, 0])


def scored(name: str, f1: float | None, *, support: int = 5, training: int = 10):
    return CategoryScores(
        name=name,
        level=0,
        training_documents=training,
        support=support,
        predicted=5,
        precision=f1,
        recall=f1,
        f1=f1,
    )


def random_labels(seed: int):
    rng = np.random.default_rng(seed)
    y_true, y_pred = (rng.random((30, 5)) < rng.choice([0.02, 0.4]) for _ in range(2))
    return y_true, y_pred, rng.random((30, 2)) < 0.7


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_each_category_agrees_with_scikit_learn_over_the_documents_whose_level_is_known(seed):
    y_true, y_pred, known = random_labels(seed)
    for column, score in enumerate(
        category_scores(y_true, y_pred, HIERARCHY, NUMBERS, known=known)
    ):
        rows = known[:, HIERARCHY.levels[column]]
        truth, guess = y_true[rows, column], y_pred[rows, column]
        precision, recall, f1, _ = precision_recall_fscore_support(
            truth, guess, average="binary", zero_division=np.nan
        )
        assert (score.name, score.level) == (HIERARCHY.names[column], HIERARCHY.levels[column])
        assert score.training_documents == NUMBERS[column]
        assert (score.support, score.predicted) == (truth.sum(), guess.sum())
        assert score.precision == (pytest.approx(precision) if guess.any() else None)
        assert score.recall == (pytest.approx(recall) if truth.any() else None)
        assert score.f1 == (pytest.approx(f1) if truth.any() or guess.any() else None)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_the_mean_over_a_level_is_the_levels_macro_f1(seed):
    y_true, y_pred, known = random_labels(seed)
    scores = category_scores(y_true, y_pred, HIERARCHY, NUMBERS, known=known)
    for level in evaluate_predictions(y_true, y_pred, HIERARCHY, known=known).levels:
        values = [s.f1 for s in scores if s.level == level.level and s.f1 is not None]
        assert level.macro.f1 == (pytest.approx(np.mean(values)) if values else None)


def test_hand_worked_categories():
    y_true = np.array([[1, 0, 1, 0, 0], [1, 0, 0, 1, 0], [0, 1, 0, 0, 1]], bool)
    y_pred = np.array([[1, 0, 1, 0, 0], [1, 0, 1, 0, 0], [0, 1, 0, 0, 0]], bool)
    _, _, a, b, c = category_scores(y_true, y_pred, HIERARCHY, NUMBERS)
    assert (a.support, a.predicted, a.precision, a.recall) == (1, 2, 0.5, 1)
    assert a.f1 == pytest.approx(2 / 3)
    # Never predicted: of one document, nothing found.
    assert (b.support, b.predicted, b.precision, b.recall, b.f1) == (1, 0, None, 0, 0)
    # Only the judged documents have it.
    assert (c.training_documents, c.support, c.recall) == (0, 1, 0)


def test_a_category_that_is_neither_true_nor_predicted_has_no_scores():
    nothing = np.zeros((3, 5), bool)
    for labels in (nothing, nothing[:0]):
        for score in category_scores(labels, labels, HIERARCHY, NUMBERS):
            assert (score.support, score.predicted) == (0, 0)
            assert score.precision is score.recall is score.f1 is None


def test_wrong_numbers_of_training_documents_are_refused():
    labels = np.zeros((1, 5), bool)
    for numbers in (NUMBERS[:4], NUMBERS / 2, NUMBERS[None]):
        with pytest.raises(DataError, match=r"an int array \(5,\) is needed"):
            category_scores(labels, labels, HIERARCHY, numbers)
    with pytest.raises(DataError, match="-1 for 'A/b'"):
        category_scores(labels, labels, HIERARCHY, np.array([1, 1, 1, -1, 1]))


def test_labels_of_another_shape_are_refused():
    labels = np.zeros((2, 5), bool)
    with pytest.raises(DataError, match="y_pred has shape"):
        category_scores(labels, labels[:1], HIERARCHY, NUMBERS)
    with pytest.raises(DataError, match="known has shape"):
        category_scores(labels, labels, HIERARCHY, NUMBERS, known=np.ones((2, 3), bool))


def test_the_worst_come_first_then_the_more_frequent_then_by_name():
    scores = [
        scored("good", 0.9),
        scored("b", 0.2),
        scored("a", 0.2),
        scored("many", 0.2, support=6),
        scored("worst", 0.0, support=1),
    ]
    ranked = [score.name for score in worst_categories(scores)]
    assert ranked == ["worst", "many", "a", "b", "good"]
    assert worst_categories(scores, count=2) == (scores[4], scores[3])
    assert worst_categories(scores, count=0) == ()


def test_categories_with_too_few_documents_are_not_among_the_worst():
    scores = [scored("few", 0.0, support=2), scored("none", 0.0, support=0), scored("many", 0.5)]
    assert [score.name for score in worst_categories(scores)] == ["few", "many"]
    assert [score.name for score in worst_categories(scores, min_support=3)] == ["many"]


def test_a_category_without_an_f1_is_never_among_the_worst():
    assert worst_categories([scored("absent", None, support=0)], min_support=0) == ()


@pytest.mark.parametrize("options", [{"count": -1}, {"min_support": -1}])
def test_negative_numbers_of_worst_categories_are_refused(options):
    with pytest.raises(ConfigError, match="is -1"):
        worst_categories([], **options)


def test_hand_worked_frequency_bins():
    scores = [
        scored("unseen", 0.0, training=0),
        scored("once", 0.25, training=1),
        scored("four", 0.75, training=4),
        scored("five", 0.5, training=5),
        scored("most", 1.0, training=1234),
    ]
    assert scores_by_frequency(scores) == (
        FrequencyBin(lower=0, upper=0, categories=1, macro_f1=0.0),
        FrequencyBin(lower=1, upper=4, categories=2, macro_f1=0.5),
        FrequencyBin(lower=5, upper=9, categories=1, macro_f1=0.5),
        FrequencyBin(lower=1000, upper=1234, categories=1, macro_f1=1.0),
    )


@pytest.mark.parametrize(
    ("largest", "lower"), [(0, 0), (1, 1), (4, 1), (9, 5), (10, 10), (49, 20), (99_999, 50_000)]
)
def test_the_last_bin_ends_at_the_largest_number(largest, lower):
    (last,) = scores_by_frequency([scored("A", 0.5, training=largest)])
    assert (last.lower, last.upper) == (lower, largest)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=30))
def test_every_category_is_in_exactly_one_bin(numbers):
    bins = scores_by_frequency([scored(str(n), 0.5, training=n) for n in numbers])
    for bin in bins:
        assert bin.categories == sum(bin.lower <= number <= bin.upper for number in numbers)
    assert sum(bin.categories for bin in bins) == len(numbers)
    assert bins[-1].upper == max(numbers)


def test_categories_that_do_not_occur_have_no_part_in_their_bins_mean():
    scores = [scored("A", None, training=3), scored("B", 0.5, training=2)]
    assert scores_by_frequency(scores)[0] == FrequencyBin(1, 3, categories=1, macro_f1=0.5)
    assert scores_by_frequency(scores[:1])[0] == FrequencyBin(1, 3, categories=0, macro_f1=None)


def test_given_bounds_replace_the_usual_ones():
    scores = [scored("A", 0.25, training=n) for n in (2, 3, 7, 12)]
    assert scores_by_frequency(scores, bounds=[3, 5, 10]) == (
        FrequencyBin(3, 4, categories=1, macro_f1=0.25),
        FrequencyBin(5, 9, categories=1, macro_f1=0.25),
        FrequencyBin(10, 12, categories=1, macro_f1=0.25),
    )
    assert scores_by_frequency(scores, bounds=[20]) == ()


def test_no_categories_have_no_bins():
    assert scores_by_frequency([]) == ()


@pytest.mark.parametrize("bounds", [[], [0, 0], [5, 1], [-1, 3], [0.5, 1], [True]])
def test_bounds_that_do_not_rise_are_refused(bounds):
    with pytest.raises(ConfigError, match="rising whole numbers"):
        scores_by_frequency([scored("A", 0.5)], bounds=bounds)
