from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.multitest import multipletests

from harnn.errors import DataError
from harnn.evaluation import Interval, holm, mcnemar, paired_difference, percentile_interval


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_mcnemar_agrees_with_statsmodels(seed):
    rng = np.random.default_rng(seed)
    documents = int(rng.integers(1, 200))
    first, second = rng.random((2, documents)) < rng.random((2, 1))
    table = [
        [np.sum(first & second), np.sum(first & ~second)],
        [np.sum(~first & second), np.sum(~first & ~second)],
    ]
    test = mcnemar(first, second)
    assert [[test.both_right, test.only_first], [test.only_second, test.neither]] == table
    if test.only_first + test.only_second:
        assert test.p_value == pytest.approx(reference_mcnemar(table, exact=True).pvalue)
    else:
        assert test.p_value == 1


def test_models_that_no_document_tells_apart_have_a_p_value_of_one():
    right = np.array([True, False, True])
    test = mcnemar(right, right)
    assert (test.both_right, test.only_first, test.only_second, test.neither) == (2, 0, 0, 1)
    assert test.p_value == 1


def test_mcnemar_of_no_documents_has_a_p_value_of_one():
    nothing = np.zeros(0, bool)
    assert mcnemar(nothing, nothing).p_value == 1


def test_six_documents_that_only_one_model_gets_right_are_six_tosses_of_a_coin():
    assert mcnemar(np.ones(6, bool), np.zeros(6, bool)).p_value == pytest.approx(2 / 2**6)


def test_mcnemar_refuses_what_is_not_right_or_wrong():
    right = np.array([True, False])
    with pytest.raises(DataError, match="second_right has dtype int64"):
        mcnemar(right, np.array([1, 0]))
    with pytest.raises(DataError, match="first_right has dtype bool and shape"):
        mcnemar(right[None], right)
    with pytest.raises(DataError, match="first_right has 2 documents, second_right 1"):
        mcnemar(right, right[:1])


@pytest.mark.parametrize("seed", range(30))
def test_holm_agrees_with_statsmodels(seed):
    rng = np.random.default_rng(seed)
    # Rounded, so that some are equal.
    p_values = np.round(rng.random(int(rng.integers(1, 12))) ** 3, 2)
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_by_hand():
    # 3 * 0.02 = 0.06 stands above 2 * 0.025 = 0.05, and keeps it from falling below.
    assert holm([0.9, 0.02, 0.025]) == pytest.approx([0.9, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]


def test_one_test_needs_no_correction_and_none_has_none():
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_holm_refuses_what_is_no_p_value(wrong):
    with pytest.raises(DataError, match="at index 1"):
        holm([0.5, wrong])


def test_holm_refuses_a_table():
    with pytest.raises(DataError, match=r"shape \(1, 2\)"):
        holm([[0.5, 0.1]])


def test_a_difference_that_is_nearly_always_positive_by_hand():
    first = np.array([0.75, 0.75, 0.75, 0.5])
    second = np.array([0.5, 0.5, 0.5, 0.75])
    test = paired_difference(first, second, observed=0.25)
    # One of four differences lies on the other side: 2 * (1 + 1) / (4 + 1).
    assert test.p_value == pytest.approx(0.8)
    assert test.difference == 0.25
    assert test.interval == percentile_interval(np.array([0.25, 0.25, 0.25, -0.25]))


def test_the_order_of_the_models_turns_the_sign_and_keeps_the_p_value():
    rng = np.random.default_rng(0)
    first, second = 0.7 + 0.01 * rng.random(500), 0.695 + 0.01 * rng.random(500)
    one = paired_difference(first, second, observed=0.005)
    other = paired_difference(second, first, observed=-0.005)
    assert one.p_value == other.p_value
    assert 0 < one.p_value < 1
    assert (other.interval.low, other.interval.high) == pytest.approx(
        (-one.interval.high, -one.interval.low)
    )


def test_the_smallest_p_value_is_limited_by_the_number_of_resamples():
    test = paired_difference(np.full(999, 0.75), np.full(999, 0.5), observed=0.25)
    assert test.p_value == pytest.approx(2 / 1000)
    assert test.interval == Interval(0.25, 0.25)


def test_equal_models_do_not_differ():
    samples = np.random.default_rng(0).random(50)
    test = paired_difference(samples, samples, observed=0.0)
    assert (test.difference, test.interval, test.p_value) == (0.0, Interval(0, 0), 1.0)


def test_what_is_lost_in_rounding_is_no_difference():
    samples = np.random.default_rng(0).random(200)
    assert paired_difference(samples + 1e-15, samples, observed=0.0).p_value == 1


def test_a_resample_in_which_either_score_is_undefined_is_dropped():
    first = np.array([0.5, np.nan, 0.75, 0.75, 0.75])
    second = np.array([np.nan, 0.5, 0.5, 0.5, 0.5])
    test = paired_difference(first, second, observed=0.25)
    assert test.p_value == pytest.approx(2 / 4)
    assert test.interval == Interval(0.25, 0.25)


@pytest.mark.parametrize("samples", [[], [np.nan, np.nan], [0.5, np.nan, np.nan]])
def test_a_difference_that_is_hardly_ever_defined_has_no_interval_and_no_p_value(samples):
    first = np.array(samples, float)
    test = paired_difference(first, np.zeros(len(first)), observed=0.5)
    assert (test.difference, test.interval, test.p_value) == (0.5, None, None)


def test_the_p_value_and_the_normal_test_of_paired_scores_agree():
    difference = np.repeat([-1.0, 0.0, 1.0], [40, 300, 60])
    drawn = np.random.default_rng(1).multinomial(400, np.full(400, 1 / 400), size=4000)
    means = drawn @ difference / 400
    test = paired_difference(means, np.zeros(4000), observed=difference.mean())
    z = difference.mean() / (difference.std() / np.sqrt(400))
    # About 0.04, of which 4000 resamples can tell two digits.
    assert test.p_value == pytest.approx(2 * norm.sf(z), rel=0.3)


def test_samples_of_other_resamples_or_none_are_refused():
    samples = np.array([0.5, 0.6])
    with pytest.raises(DataError, match="first has 2 resamples, second 1"):
        paired_difference(samples, samples[:1], observed=0.0)
    with pytest.raises(DataError, match="second has dtype int64"):
        paired_difference(samples, np.array([0, 1]), observed=0.0)
    with pytest.raises(DataError, match="first has dtype float64 and shape"):
        paired_difference(samples[None], samples, observed=0.0)
    with pytest.raises(DataError, match="observed is nan"):
        paired_difference(samples, samples, observed=float("nan"))
