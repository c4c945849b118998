from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import ConfigError, DataError
from harnn.evaluation import risk_coverage

ANSWERS = st.lists(
    st.tuples(st.integers(1, 4).map(lambda k: k / 4), st.booleans()), min_size=1, max_size=6
)


def every_order(answers: list[tuple[float, bool]]) -> np.ndarray:
    """The risk at each coverage, averaged over all orders with falling confidence."""
    orders = [
        [not right for _, right in order]
        for order in permutations(answers)
        if all(a[0] >= b[0] for a, b in pairwise(order))
    ]
    return (np.cumsum(orders, axis=1) / np.arange(1, len(answers) + 1)).mean(axis=0)


@settings(deadline=None, max_examples=60)
@given(answers=ANSWERS)
def test_the_curve_is_the_mean_over_all_orders_of_equally_confident_answers(answers):
    confidence = np.array([answer[0] for answer in answers])
    right = np.array([answer[1] for answer in answers])
    found = risk_coverage(confidence, right, points=len(answers))
    expected = every_order(answers)
    np.testing.assert_allclose([risk for _, risk in found.curve], expected, atol=1e-12)
    np.testing.assert_allclose(found.aurc, expected.mean())
    assert found.risk == pytest.approx(1 - right.mean())


@settings(deadline=None, max_examples=60)
@given(answers=ANSWERS, precision=st.sampled_from([0.0, 0.5, 2 / 3, 0.75, 1.0]))
def test_the_coverage_at_a_precision_is_the_largest_of_all_thresholds_that_reach_it(
    answers, precision
):
    confidence = np.array([answer[0] for answer in answers])
    right = np.array([answer[1] for answer in answers])
    (point,) = risk_coverage(confidence, right, precisions=(precision,)).at
    shares = [
        (confidence >= cut).mean()
        for cut in confidence
        if right[confidence >= cut].mean() >= precision - 1e-12
    ]
    assert point.coverage == pytest.approx(max(shares, default=0.0))


def test_the_best_and_the_worst_order_of_confidence_have_the_least_and_the_largest_area():
    right = np.array([True] * 80 + [False] * 20)
    sure = np.linspace(1, 0, 100)
    best, worst = risk_coverage(sure, right), risk_coverage(-sure, right)
    even = risk_coverage(np.full(100, 0.5), right)
    assert best.aurc < 0.03
    assert worst.aurc > 0.5
    assert even.aurc == pytest.approx(0.2)
    assert [round(point.coverage, 2) for point in best.at] == [0.88, 0.84, 0.8]
    assert [point.coverage for point in even.at] == [0.0, 0.0, 0.0]


def test_a_long_curve_is_thinned_to_its_points_and_ends_where_all_is_answered():
    generator = np.random.default_rng(0)
    found = risk_coverage(generator.random(3001), generator.random(3001) < 0.7, points=40)
    coverages = [coverage for coverage, _ in found.curve]
    assert len(coverages) == 40
    assert coverages == sorted(coverages)
    assert found.curve[-1] == (1.0, found.risk)


def test_without_answers_there_is_no_risk():
    found = risk_coverage(np.zeros(0), np.zeros(0, dtype=bool), level=2)
    assert (found.level, found.count, found.risk, found.aurc, found.curve) == (2, 0, None, None, ())
    assert [point.coverage for point in found.at] == [0.0, 0.0, 0.0]


def test_arrays_and_options_that_do_not_fit_are_refused():
    sure, right = np.array([0.5, 0.6]), np.array([True, False])
    with pytest.raises(DataError, match="shapes"):
        risk_coverage(sure, right[:1])
    with pytest.raises(DataError, match="dtypes"):
        risk_coverage(sure, right.astype(int))
    with pytest.raises(DataError, match="NaN at 1"):
        risk_coverage(np.array([0.5, np.nan]), right)
    with pytest.raises(ConfigError, match="from 0 to 1"):
        risk_coverage(sure, right, precisions=(95,))
    with pytest.raises(ConfigError, match="points"):
        risk_coverage(sure, right, points=0)
