from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from harnn.errors import ConfigError, DataError
from harnn.text.decisions.confident_stop import (
    RISK,
    STARTS,
    confidence_thresholds,
    fewest_answers,
    given_part,
    without_unknown,
)
from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.decisions.held_out import HeldOut
from harnn.text.taxonomy import Taxonomy


def answers(*levels: tuple[np.ndarray, np.ndarray]) -> HeldOut:
    """The confidences and truths of each level."""
    level = np.concatenate([np.full(len(right), k) for k, (_, right) in enumerate(levels)])
    confidence = np.concatenate([sure for sure, _ in levels]).astype(np.float32)
    right = np.concatenate([right for _, right in levels])
    return HeldOut(level, confidence, right, np.zeros((0, len(levels) + 1)))


def lower_bound(right: int, answered: int) -> float:
    """Clopper and Pearson's, at the share of the risk that one walk has."""
    return float(beta.ppf(RISK / len(STARTS), right, answered - right + 1)) if right else 0.0


def brute_force(sure: np.ndarray, right: np.ndarray, precision: float) -> float:
    """Every cut from each start on, one after another, until one fails."""
    cuts = sorted(set(sure.tolist()), reverse=True)
    least = next(n for n in range(1, 10_000) if precision**n <= RISK / len(STARTS))
    lowest = np.inf
    for share in STARTS:
        walk = [cut for cut in cuts if (sure >= cut).sum() >= max(least, share * len(sure))]
        for cut in walk:
            kept = right[sure >= cut]
            if lower_bound(int(kept.sum()), len(kept)) < precision:
                break
            lowest = min(lowest, -np.inf if cut == cuts[-1] else cut)
    return lowest


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    documents=st.integers(72, 250),
    precision=st.sampled_from([0.5, 0.8, 0.95]),
    digits=st.sampled_from([1, 6]),
    slope=st.floats(0.5, 30),
)
def test_the_threshold_is_the_lowest_that_a_walk_of_passed_tests_reaches(
    seed, documents, precision, digits, slope
):
    generator = np.random.default_rng(seed)
    sure = generator.random(documents).round(digits).astype(np.float32)
    right = generator.random(documents) < 1 - (1 - sure) ** slope
    (threshold,) = confidence_thresholds(answers((sure, right)), precision, 1)
    assert threshold == np.float32(brute_force(sure, right, precision))


def test_the_precision_is_kept_on_new_documents_in_nine_of_ten_draws():
    generator = np.random.default_rng(0)
    kept, given_anything = 0, 0
    new = generator.random(50_000)
    for _ in range(300):
        sure = generator.random(600).astype(np.float32)
        right = generator.random(600) < 0.6 + 0.4 * sure
        (threshold,) = confidence_thresholds(answers((sure, right)), 0.85, 1)
        given_anything += threshold < 1
        chosen = new[new >= threshold]
        kept += len(chosen) == 0 or (0.6 + 0.4 * chosen).mean() >= 0.85
    assert kept >= 0.9 * 300
    assert given_anything > 250


def test_the_precision_seen_above_the_lowest_empirical_cut_is_kept_in_half_of_the_draws_only():
    # Why thresholds are tested: read off the same documents, the precision flatters.
    generator = np.random.default_rng(0)
    kept = 0
    for _ in range(200):
        sure = np.sort(generator.random(600))[::-1]
        right = generator.random(600) < 0.6 + 0.4 * sure
        seen = np.cumsum(right) / np.arange(1, 601)
        threshold = sure[np.flatnonzero(seen >= 0.85)[-1]]
        kept += (0.6 + 0.4 * (1 + threshold) / 2) >= 0.85
    assert kept < 0.7 * 200


def test_a_level_needs_at_least_the_confidence_of_the_level_above():
    sure = np.linspace(0.01, 1, 500, dtype=np.float32)
    above = answers((sure, sure > 0.5), (sure, np.ones(500, dtype=bool)))
    thresholds = confidence_thresholds(above, 0.9, 2)
    assert thresholds[0] > 0.4
    assert thresholds[1] == thresholds[0]
    assert confidence_thresholds(above, 0.9, 3)[2] == np.inf  # nothing is known of the third


def test_where_everything_is_right_everything_is_given():
    sure = np.linspace(0.5, 1, 200, dtype=np.float32)
    assert confidence_thresholds(answers((sure, sure > 0)), 0.95, 1).tolist() == [-np.inf]


def test_too_few_validation_documents_are_refused_with_the_number_needed():
    assert fewest_answers(0.9) == 36
    sure = np.ones(35)
    with pytest.raises(DataError, match="at least 36 validation answers on a level, and there are"):
        confidence_thresholds(answers((sure, sure > 0)), 0.9, 1)
    enough = np.ones(36)
    assert confidence_thresholds(answers((enough, enough > 0)), 0.9, 1) == [-np.inf]


@pytest.mark.parametrize("precision", [0, 1, 1.5, "0.9", True, None, float("nan")])
def test_a_precision_outside_of_zero_and_one_is_refused(precision):
    with pytest.raises(ConfigError, match="precision must be a number above 0 and below 1"):
        confidence_thresholds(answers((np.ones(99), np.ones(99, dtype=bool))), precision, 1)


PATHS = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple), min_size=1, max_size=10
)


@settings(deadline=None, max_examples=60)
@given(paths=PATHS, seed=st.integers(0, 100), one_path=st.booleans(), start=st.floats(0, 0.6))
def test_what_is_given_is_part_of_the_prediction_and_consistent(paths, seed, one_path, start):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy) if one_path else ThresholdDecoder(taxonomy)
    generator = np.random.default_rng(seed)
    levels = [generator.random((8, size)) for size in decoder.level_sizes]
    probabilities = decoder.probabilities(levels)
    decided = decoder.decide(probabilities)
    thresholds = np.linspace(start, start + 0.3, taxonomy.n_levels).astype(np.float32)
    given, depth = given_part(taxonomy, one_path, probabilities, decided, thresholds)
    assert not (given & ~decided).any()
    assert taxonomy.is_consistent(given).all()
    assert (
        probabilities[given] >= np.broadcast_to(thresholds[taxonomy.levels], given.shape)[given]
    ).all()
    if one_path:
        reached = np.where(given.any(1), (given * (taxonomy.levels + 1)).max(1), 0)
        assert (reached <= depth).all()
    none, depth = given_part(taxonomy, one_path, probabilities, decided, thresholds + np.inf)
    assert not none.any()
    assert not depth.any()
    every, depth = given_part(taxonomy, one_path, probabilities, decided, thresholds - np.inf)
    np.testing.assert_array_equal(every, decided)
    assert (depth == taxonomy.n_levels).all()


def test_an_end_above_the_last_level_is_given_only_where_it_is_sure():
    taxonomy = Taxonomy.from_paths(["a", "a/b", "c/d"])
    path = np.array([[True, False, False, False]] * 2)
    probabilities = np.array([[0.9, 0.1, 0.1, 0.1], [0.9, 0.1, 0.4, 0.1]])  # ends: 0.8 and 0.5
    given, depth = given_part(taxonomy, True, probabilities, path, np.array([0.6, 0.7]))
    np.testing.assert_array_equal(given, path)
    assert depth.tolist() == [2, 1]


def test_what_is_not_given_is_written_as_not_known_in_every_form():
    depth = np.array([2, 1, 0])
    frame = pd.DataFrame([["a", "b"], ["a", ""], ["", ""]], columns=["one", "two"])
    written = without_unknown(frame, depth, 2)
    assert written.columns.tolist() == ["one", "two"]
    assert written.to_numpy().tolist() == [["a", "b"], ["a", None], [None, None]]
    spelled = np.array(["a/b", "a", ""], dtype=object)
    assert without_unknown(spelled, depth, 2).tolist() == ["a/b", "a", None]
    assert without_unknown([["a/b"], ["a"], []], depth, 2) == [["a/b"], ["a"], None]
    # A column beyond the hierarchy is not unknown where all of its levels are given.
    wide = np.array([["a", "b", ""], ["a", "", ""]], dtype=object)
    assert without_unknown(wide, depth[:2], 2).tolist() == [["a", "b", ""], ["a", None, None]]
