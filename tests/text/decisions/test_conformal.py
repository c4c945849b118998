from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import ConfigError, DataError
from harnn.text.decisions.conformal import choices, coverage_threshold, prediction_sets
from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.decisions.held_out import HeldOut
from harnn.text.labels.label_codec import Targets
from harnn.text.taxonomy import Taxonomy

PATHS = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple), min_size=1, max_size=10
)


@settings(deadline=None, max_examples=200)
@given(
    values=st.lists(st.integers(0, 9).map(lambda k: k / 9), min_size=1, max_size=40),
    percent=st.integers(1, 99),
)
def test_the_threshold_is_the_highest_that_enough_of_the_documents_and_a_new_one_pass(
    values, percent
):
    count = len(values)
    # At least percent of n + 1, in whole numbers: the new document is counted as one that fails.
    enough = [v for v in values if 100 * sum(w >= v for w in values) >= percent * (count + 1)]
    if not enough:
        with pytest.raises(DataError, match="validation documents"):
            coverage_threshold(np.array(values), percent / 100)
    else:
        assert coverage_threshold(np.array(values), percent / 100) == max(enough)


def test_the_coverage_holds_over_many_draws_and_is_not_much_more():
    generator = np.random.default_rng(0)
    draws = 4000
    for count, coverage in ((19, 0.9), (99, 0.9), (40, 0.8)):
        covered = [
            new >= coverage_threshold(sample, coverage)
            for *sample, new in generator.beta(2, 5, size=(draws, count + 1))
            for sample in [np.array(sample)]
        ]
        # The exact probability is ⌈(n + 1)·coverage⌉ / (n + 1).
        exact = np.ceil((count + 1) * coverage - 1e-9) / (count + 1)
        assert exact >= coverage - 1e-9
        assert abs(np.mean(covered) - exact) < 3 * np.sqrt(exact * (1 - exact) / draws)


@pytest.mark.parametrize(("coverage", "needed"), [(0.9, 9), (0.95, 19), (0.5, 1), (0.99, 99)])
def test_fewer_documents_than_the_coverage_needs_are_refused_with_their_number(coverage, needed):
    coverage_threshold(np.ones(needed), coverage)
    unknown = np.full(50, np.nan)
    with pytest.raises(DataError, match=f"at least {needed} validation documents"):
        coverage_threshold(np.concatenate([np.ones(needed - 1), unknown]), coverage)


@pytest.mark.parametrize("coverage", [0, 1, -0.1, "0.9", True, None, float("nan")])
def test_a_coverage_outside_of_zero_and_one_is_refused(coverage):
    with pytest.raises(ConfigError, match="coverage must be a number above 0 and below 1"):
        coverage_threshold(np.ones(99), coverage)


@settings(deadline=None, max_examples=60)
@given(paths=PATHS, may_be_empty=st.booleans(), seed=st.integers(0, 100))
def test_on_each_level_the_choices_of_one_path_are_a_partition_of_all_paths(
    paths, may_be_empty, seed
):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy, may_be_empty)
    generator = np.random.default_rng(seed)
    levels = [generator.random((6, size)) + 0.01 for size in decoder.level_sizes]
    probabilities = decoder.probabilities(levels)
    each = decoder.path_probabilities(levels)
    for level in range(taxonomy.n_levels):
        scores = choices(taxonomy, probabilities, level, True, may_be_empty)
        there = np.isfinite(scores)
        np.testing.assert_allclose(np.where(there, scores, 0).sum(axis=1), 1, atol=1e-5)
        assert (there[:, -1] == may_be_empty).all()
        # Every path has just one choice, and the choice the probability of all its paths.
        through = np.column_stack([decoder.through, ~decoder.through.any(axis=1)])
        deep = np.array([*taxonomy.levels, -1])
        below = through & (deep <= level)
        lowest = np.where(below, deep, -2).argmax(axis=1)
        for choice in np.flatnonzero(there[0]):
            expected = each[:, lowest == choice].sum(axis=1)
            np.testing.assert_allclose(scores[:, choice], expected, atol=1e-5)
    whole = choices(taxonomy, probabilities, taxonomy.n_levels, True, may_be_empty)
    np.testing.assert_array_equal(whole, scores)


@settings(deadline=None, max_examples=60)
@given(paths=PATHS, seed=st.integers(0, 100), threshold=st.floats(0.01, 1))
def test_a_set_of_several_paths_has_with_each_category_all_that_is_above_it(paths, seed, threshold):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = ThresholdDecoder(taxonomy)
    generator = np.random.default_rng(seed)
    levels = [generator.random((6, size)) for size in decoder.level_sizes]
    probabilities = decoder.probabilities(levels)
    whole = prediction_sets(
        choices(taxonomy, probabilities, taxonomy.n_levels, False), threshold, False
    )
    assert not whole[:, -1].any()
    assert taxonomy.is_consistent(whole[:, :-1]).all()
    for level in range(taxonomy.n_levels):
        chosen = prediction_sets(choices(taxonomy, probabilities, level, False), threshold, False)
        np.testing.assert_array_equal(chosen[:, :-1], whole[:, :-1] & (taxonomy.levels == level))


def test_the_set_of_one_path_is_never_empty():
    scores = np.array([[0.3, 0.2, -np.inf], [0.9, 0.1, -np.inf]])
    chosen = prediction_sets(scores, 0.8, True)
    assert chosen.tolist() == [[True, False, False], [True, False, False]]
    assert not prediction_sets(scores, 0.8, False)[0].any()


@pytest.mark.parametrize("one_path", [True, False])
def test_sets_of_a_wrong_model_still_hold_the_truth_as_often_as_asked_for(one_path):
    taxonomy = Taxonomy.from_paths(["a/b", "a/c", "a", "d/e", "d/f/g"])
    generator = np.random.default_rng(1)
    decoder = BestPathDecoder(taxonomy) if one_path else ThresholdDecoder(taxonomy)
    documents, kept = 6000, 500
    levels = [generator.random((documents, size)) ** 3 for size in decoder.level_sizes]
    # What is true has little to do with what the model says.
    ends = generator.choice(taxonomy.terminals, size=(documents, 2), p=[0.5, 0.2, 0.1, 0.1, 0.1])
    truth = taxonomy.ancestors[ends[:, 0]]
    if not one_path:
        truth = truth | taxonomy.ancestors[ends[:, 1]]
    probabilities = decoder.probabilities(levels)
    decided = decoder.decide(probabilities)
    known = np.ones((documents, taxonomy.n_levels), dtype=bool)
    held_out = HeldOut.of(taxonomy, one_path, probabilities, decided, Targets(truth, known))
    for level in (0, 1, 2, 3):
        threshold = coverage_threshold(held_out.true[:kept, level], 0.9)
        scores = choices(taxonomy, probabilities[kept:], level, one_path, False)
        chosen = prediction_sets(scores, threshold, one_path)[:, :-1]
        here = taxonomy.levels <= level if one_path else (taxonomy.levels == level) | (level == 3)
        asked = truth[kept:] & here
        if one_path:
            asked = taxonomy.most_specific(asked)
        covered = (~asked | chosen).all(axis=1).mean()
        assert covered > 0.86
        if level:
            assert covered < 0.96
