from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from harnn.errors import ConfigError, DataError
from harnn.evaluation import Hierarchy, level_calibration

# Categories A, B on the first level; a1, a2, b1 on the second; x on the third.
HIERARCHY = Hierarchy(
    np.array([0, 0, 1, 1, 1, 2]),
    ((), (), (0,), (0,), (1,), (2,)),
    ("A", "B", "A/a1", "A/a2", "B/b1", "A/a1/x"),
)
ONE_LEVEL = Hierarchy(np.array([0, 0]), ((), ()), ("A", "B"))
ONE_CATEGORY = Hierarchy(np.array([0]), ((),), ("A",))


COLUMNS = ([0, 1], [2, 3, 4], [5])


def random_case(seed: int, dtype: type = np.float64, documents: int = 40):
    """Paths that end anywhere, and probabilities that sum to less than one, or on to one."""
    rng = np.random.default_rng(seed)
    paths = np.array([[1, 0, 1, 0, 0, 1], [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0]], bool)
    depths = rng.integers(0, 4, (documents, 1))
    y_true = paths[rng.integers(0, 3, documents)] & (HIERARCHY.levels < depths)
    probabilities = np.empty((documents, 6))
    for columns in COLUMNS:
        choices = rng.dirichlet(np.full(len(columns) + 1, 0.7), documents)
        block = choices[:, :-1]
        certain = rng.random(documents) < 0.4
        block[certain] /= block[certain].sum(axis=1, keepdims=True)
        # One digit makes ties, and falls on the bounds of bins.
        probabilities[:, columns] = np.round(block, rng.choice([1, 15]))
    known = rng.random((documents, 3)) < 0.8
    return y_true, probabilities.astype(dtype), known


def by_the_book(predictions: list[tuple[float, bool]], bins: int):
    """Expected calibration error and bins of plain numbers, one prediction after another."""
    table = []
    for index in range(bins):
        lower, upper = index / bins, (index + 1) / bins
        inside = [
            (confidence, right)
            for confidence, right in predictions
            if lower < confidence <= upper or (index == 0 and confidence == 0)
        ]
        count = len(inside)
        table.append(
            (
                count,
                sum(confidence for confidence, _ in inside) / count if count else None,
                sum(right for _, right in inside) / count if count else None,
            )
        )
    if not predictions:
        return None, table
    error = sum(count * abs(right - sure) for count, sure, right in table if count)
    return error / len(predictions), table


def assert_same(calibration, predictions: list[tuple[float, bool]], bins: int) -> None:
    ece, table = by_the_book(predictions, bins)
    assert calibration.count == len(predictions)
    assert calibration.ece == pytest.approx(ece)
    for found, (count, confidence, accuracy) in zip(calibration.bins, table, strict=True):
        assert found.count == count
        assert found.confidence == pytest.approx(confidence)
        assert found.accuracy == pytest.approx(accuracy)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    dtype=st.sampled_from([np.float32, np.float64]),
    bins=st.integers(1, 20),
)
def test_the_likeliest_choice_agrees_with_a_slow_reference(seed, dtype, bins):
    y_true, probabilities, known = random_case(seed, dtype)
    found = level_calibration(y_true, probabilities, HIERARCHY, known=known, bins=bins)
    assert [calibration.level for calibration in found] == [0, 1, 2]
    for level, columns in enumerate(COLUMNS):
        predictions = []
        for document in np.flatnonzero(known[:, level]):
            shares = [float(probabilities[document, column]) for column in columns]
            truth = [bool(y_true[document, column]) for column in columns]
            ended = 1 - float(np.sum(shares))
            if ended > 1e-5:
                shares.append(ended)
                truth.append(not any(truth))
            best = shares.index(max(shares))
            predictions.append((shares[best], truth[best]))
        assert_same(found[level], predictions, bins)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    dtype=st.sampled_from([np.float32, np.float64]),
    bins=st.integers(1, 20),
)
def test_every_known_entry_agrees_with_a_slow_reference(seed, dtype, bins):
    y_true, probabilities, known = random_case(seed, dtype)
    found = level_calibration(
        y_true, probabilities, HIERARCHY, known=known, exclusive=False, bins=bins
    )
    for level, columns in enumerate(COLUMNS):
        predictions = [
            (float(probabilities[document, column]), bool(y_true[document, column]))
            for document in np.flatnonzero(known[:, level])
            for column in columns
        ]
        assert_same(found[level], predictions, bins)


@pytest.mark.parametrize("bins", [5, 10, 15])
def test_every_entry_agrees_with_scikit_learn(bins):
    rng = np.random.default_rng(bins)
    probabilities = rng.random((500, 6))
    y_true = rng.random((500, 6)) < probabilities**2
    found = level_calibration(y_true, probabilities, HIERARCHY, exclusive=False, bins=bins)
    for calibration, columns in zip(found, COLUMNS, strict=True):
        accuracy, confidence = calibration_curve(
            y_true[:, columns].ravel(), probabilities[:, columns].ravel(), n_bins=bins
        )
        filled = [bin for bin in calibration.bins if bin.count]
        assert [bin.accuracy for bin in filled] == pytest.approx(accuracy)
        assert [bin.confidence for bin in filled] == pytest.approx(confidence)
        assert sum(bin.count for bin in filled) == 500 * len(columns)


def test_hand_worked_bins():
    y_true = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], bool)
    probabilities = np.array([[0.7, 0.3], [0.4, 0.6], [0.1, 0.9], [0.6, 0.4]])
    (calibration,) = level_calibration(y_true, probabilities, ONE_LEVEL, bins=4)
    first, second, third, fourth = calibration.bins
    assert (first.count, first.confidence, first.accuracy) == (0, None, None)
    assert (second.lower, second.upper, second.count) == (0.25, 0.5, 0)
    # 0.7 right, 0.6 twice wrong; then 0.9 right.
    assert (third.count, third.accuracy) == (3, pytest.approx(1 / 3))
    assert third.confidence == pytest.approx(1.9 / 3)
    assert (fourth.count, fourth.accuracy, fourth.confidence) == (1, 1, pytest.approx(0.9))
    assert calibration.ece == pytest.approx((0.9 + 0.1) / 4)


def test_a_bin_contains_its_upper_bound_and_the_first_also_zero():
    probabilities = np.arange(6)[:, None] / 5
    (calibration,) = level_calibration(
        np.ones((6, 1), bool), probabilities, ONE_CATEGORY, exclusive=False, bins=5
    )
    assert [bin.count for bin in calibration.bins] == [2, 1, 1, 1, 1]
    assert [bin.upper for bin in calibration.bins] == [0.2, 0.4, 0.6, 0.8, 1.0]


def test_a_path_that_probably_ends_above_a_level_is_predicted_to():
    y_true = np.array([[True, False], [False, False]])
    probabilities = np.array([[0.2, 0.1], [0.2, 0.1]])
    (calibration,) = level_calibration(y_true, probabilities, ONE_LEVEL, bins=10)
    (filled,) = [bin for bin in calibration.bins if bin.count]
    # It is 0.7 sure that the path has ended, and right once in two.
    assert (filled.count, filled.accuracy, filled.confidence) == (2, 0.5, pytest.approx(0.7))
    assert calibration.ece == pytest.approx(0.2)


def test_a_certain_prediction_that_comes_true_has_no_error():
    y_true = np.array([[True, False], [False, True], [False, False]])
    (calibration,) = level_calibration(y_true, y_true.astype(np.float32), ONE_LEVEL)
    assert calibration.ece == 0
    assert calibration.bins[-1].count == 3


def test_between_a_category_and_the_end_of_the_path_the_category_wins_a_tie():
    (calibration,) = level_calibration(np.array([[True]]), np.array([[0.5]]), ONE_CATEGORY, bins=2)
    assert calibration.bins[0].accuracy == 1


def test_what_rounding_takes_from_a_sum_of_one_is_no_end_of_the_path():
    # So many that what is missing is more than any category has.
    many = 200_000
    flat = Hierarchy(np.zeros(many, int), ((),) * many, tuple(map(str, range(many))))
    probabilities = np.full((1, many), (1 - 8e-6) / many, dtype=np.float32)
    (calibration,) = level_calibration(np.eye(1, many, dtype=bool), probabilities, flat)
    assert calibration.bins[0].accuracy == 1
    assert calibration.bins[0].confidence == pytest.approx(1 / many, rel=1e-4)


def test_probabilities_that_rounding_took_out_of_bounds_are_accepted():
    probabilities = np.array([[1 + 5e-7, -5e-7]])
    (calibration,) = level_calibration(np.array([[True, False]]), probabilities, ONE_LEVEL)
    assert calibration.bins[-1].confidence == 1
    assert calibration.ece == 0


def test_a_level_with_a_single_category_that_all_have_is_judged():
    (calibration,) = level_calibration(
        np.ones((4, 1), bool), np.full((4, 1), 0.75), ONE_CATEGORY, bins=4
    )
    assert (calibration.count, calibration.ece) == (4, 0.25)


def test_documents_whose_level_is_not_known_take_no_part():
    y_true, probabilities, known = random_case(3)
    known[:, 2] = False
    changed, other = y_true.copy(), probabilities.copy()
    for level, columns in enumerate(COLUMNS):
        rows = np.ix_(~known[:, level], columns)
        changed[rows], other[rows] = ~changed[rows], 0.5
    for exclusive in (True, False):
        found = level_calibration(
            y_true, probabilities, HIERARCHY, known=known, exclusive=exclusive
        )
        assert found == level_calibration(
            changed, other, HIERARCHY, known=known, exclusive=exclusive
        )
        assert (found[2].count, found[2].ece) == (0, None)
        assert all(bin.confidence is bin.accuracy is None for bin in found[2].bins)


def test_everything_is_known_by_default_and_there_are_15_bins():
    y_true, probabilities, known = random_case(4)
    found = level_calibration(y_true, probabilities, HIERARCHY)
    assert found == level_calibration(
        y_true, probabilities, HIERARCHY, known=np.ones_like(known), bins=15
    )
    assert [calibration.count for calibration in found] == [40, 40, 40]


@pytest.mark.parametrize("exclusive", [True, False])
def test_without_documents_no_level_has_an_error(exclusive):
    found = level_calibration(
        np.zeros((0, 6), bool), np.zeros((0, 6)), HIERARCHY, exclusive=exclusive
    )
    assert [(calibration.count, calibration.ece) for calibration in found] == [(0, None)] * 3


@pytest.mark.parametrize("wrong", [1.001, -0.001, np.nan, np.inf])
def test_what_is_no_probability_is_refused(wrong):
    probabilities = np.array([[0.5, 0.5], [0.5, wrong]])
    with pytest.raises(DataError, match="at row 1, column 1"):
        level_calibration(np.zeros((2, 2), bool), probabilities, ONE_LEVEL)


def test_arrays_of_another_shape_or_dtype_are_refused():
    y_true = np.zeros((2, 2), bool)
    with pytest.raises(DataError, match=r"shape \(2, 3\)"):
        level_calibration(y_true, np.zeros((2, 3)), ONE_LEVEL)
    with pytest.raises(DataError, match="dtype int64"):
        level_calibration(y_true, np.zeros((2, 2), int), ONE_LEVEL)
    with pytest.raises(DataError, match="known has shape"):
        level_calibration(y_true, np.zeros((2, 2)), ONE_LEVEL, known=np.ones((2, 2), bool))


@pytest.mark.parametrize("bins", [0, -1, 2.0, True])
def test_an_impossible_number_of_bins_is_refused(bins):
    with pytest.raises(ConfigError, match="bins is"):
        level_calibration(np.zeros((1, 2), bool), np.zeros((1, 2)), ONE_LEVEL, bins=bins)
