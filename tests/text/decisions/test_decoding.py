from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.taxonomy import Taxonomy

Path = tuple[str, ...]

# Up to six levels, ragged, with paths that end above others.
PATHS = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(tuple), min_size=1, max_size=12
)
# What a float32 softmax gives, its extremes included.
EXTREMES = st.sampled_from([0.0, 1e-45, 1e-38, 1e-20, 1e-7, 0.1, 0.5, 1 - 2**-24, 1.0])


@st.composite
def graphs(draw: st.DrawFn) -> Taxonomy:
    """A directed acyclic graph: some categories have several parents, on several levels."""
    size = draw(st.integers(1, 9))
    pairs = [(parent, child) for child in range(size) for parent in range(child)]
    kept = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    names = {node: f"n{node}" for node in range(size)}
    return Taxonomy.from_edges(kept, names=names, nodes=range(size))


def softmax_levels(
    sizes: Sequence[int], documents: int, seed: int, spread: float = 3.0
) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    levels = []
    for size in sizes:
        scores = np.exp(generator.normal(scale=spread, size=(documents, size)))
        levels.append((scores / scores.sum(axis=1, keepdims=True)).astype(np.float32))
    return levels


def drawn_levels(data: st.DataObject, sizes: Sequence[int], documents: int) -> list[np.ndarray]:
    def level(size: int) -> np.ndarray:
        count = documents * size
        cells = data.draw(st.lists(EXTREMES, min_size=count, max_size=count))
        return np.array(cells, dtype=np.float32).reshape(documents, size)

    return [level(size) for size in sizes]


def enumerated(
    taxonomy: Taxonomy, levels: list[np.ndarray], may_be_empty: bool
) -> tuple[list[Path], np.ndarray]:
    """Every path and its probability: the product of its outputs, over the sum of all products."""
    paths: list[Path] = [taxonomy.paths[category] for category in taxonomy.terminals]
    if may_be_empty:
        paths.append(())
    number: dict[Path, int] = {}
    on_level = [0] * taxonomy.n_levels
    for path in taxonomy.paths:
        number[path] = on_level[len(path) - 1]
        on_level[len(path) - 1] += 1
    products = np.ones((len(levels[0]), len(paths)))
    for column, path in enumerate(paths):
        for level, probabilities in enumerate(levels):
            # "The path has ended" is the output after those of the level's categories.
            output = number[path[: level + 1]] if level < len(path) else on_level[level]
            products[:, column] *= probabilities[:, output].astype(np.float64)
    return paths, products / products.sum(axis=1, keepdims=True)


def path_of(taxonomy: Taxonomy, row: np.ndarray) -> Path:
    chosen = np.flatnonzero(taxonomy.most_specific(row[None])[0])
    return taxonomy.paths[chosen[0]] if len(chosen) else ()


def assert_parents_are_at_least_as_probable(taxonomy: Taxonomy, probabilities: np.ndarray) -> None:
    for child, parents in enumerate(taxonomy.parents):
        for parent in parents:
            assert (probabilities[:, parent] >= probabilities[:, child]).all()


# The best path -----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=80)
@given(paths=PATHS, may_be_empty=st.booleans(), seed=st.integers(0, 2**20))
def test_probabilities_equal_those_of_all_paths_enumerated(paths, may_be_empty, seed):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy, may_be_empty)
    levels = softmax_levels(decoder.level_sizes, 3, seed)
    every_path, expected = enumerated(taxonomy, levels, may_be_empty)
    np.testing.assert_allclose(decoder.path_probabilities(levels), expected, atol=1e-5)
    through = np.array(
        [[path[: len(c)] == c for c in taxonomy.paths] for path in every_path], dtype=float
    )
    probabilities = decoder.probabilities(levels)
    np.testing.assert_allclose(probabilities, expected @ through, atol=1e-5)
    decided = decoder.decide(probabilities)
    for row, products in zip(decided, expected, strict=True):
        chosen = every_path.index(path_of(taxonomy, row))
        assert products[chosen] >= products.max() - 1e-5


@settings(deadline=None, max_examples=80)
@given(paths=PATHS, may_be_empty=st.booleans(), data=st.data())
def test_a_child_is_never_more_probable_than_its_parent(paths, may_be_empty, data):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy, may_be_empty)
    probabilities = decoder.probabilities(drawn_levels(data, decoder.level_sizes, 2))
    assert np.isfinite(probabilities).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert_parents_are_at_least_as_probable(taxonomy, probabilities)


@settings(deadline=None, max_examples=80)
@given(paths=PATHS, may_be_empty=st.booleans(), data=st.data())
def test_a_parents_probability_is_its_childrens_and_its_own_ends(paths, may_be_empty, data):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy, may_be_empty)
    levels = drawn_levels(data, decoder.level_sizes, 2)
    of_paths = decoder.path_probabilities(levels)
    probabilities = decoder.probabilities(levels)
    np.testing.assert_allclose(of_paths.sum(axis=1), 1.0, atol=1e-5)
    own = dict(zip(taxonomy.terminals.tolist(), of_paths.T, strict=False))
    for category, children in enumerate(taxonomy.children):
        total = probabilities[:, list(children)].sum(axis=1) + own.get(category, 0.0)
        np.testing.assert_allclose(probabilities[:, category], total, atol=1e-5)
    top = probabilities[:, taxonomy.level_slices[0]].sum(axis=1)
    np.testing.assert_allclose(top + (of_paths[:, -1] if may_be_empty else 0.0), 1.0, atol=1e-5)


@settings(deadline=None, max_examples=100)
@given(paths=PATHS, may_be_empty=st.booleans(), data=st.data())
def test_the_path_decided_is_a_whole_one_and_the_likeliest(paths, may_be_empty, data):
    # Ties, zeros and ones included: only rounding may choose among equals.
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy, may_be_empty)
    levels = drawn_levels(data, decoder.level_sizes, 3)
    decided = decoder.decide(decoder.probabilities(levels))
    of_paths = decoder.path_probabilities(levels)
    every_path = [taxonomy.paths[category] for category in taxonomy.terminals]
    every_path += [()] if may_be_empty else []
    assert taxonomy.is_consistent(decided).all()
    for row, of_path in zip(decided, of_paths, strict=True):
        path = path_of(taxonomy, row)
        assert row.sum() == len(path)
        assert of_path[every_path.index(path)] >= of_path.max() - 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_path_is_decided_among_thousands_that_may_end_anywhere(seed):
    generator = np.random.default_rng(seed)
    paths = {tuple(f"c{k}" for k in row[:depth]) for row, depth in zip(
        generator.integers(0, 8, size=(6000, 5)), generator.integers(1, 6, size=6000), strict=True
    )}  # fmt: skip
    taxonomy = Taxonomy.from_paths(sorted(paths))
    decoder = BestPathDecoder(taxonomy, may_be_empty=True)
    # Nearly uniform: the differences between paths are as small as they get.
    levels = softmax_levels(decoder.level_sizes, 20, seed, spread=0.05)
    of_paths = decoder.path_probabilities(levels)
    probabilities = decoder.probabilities(levels)
    assert_parents_are_at_least_as_probable(taxonomy, probabilities)
    decided = decoder.decide(probabilities)
    every_path = {taxonomy.paths[c]: k for k, c in enumerate(taxonomy.terminals)}
    every_path[()] = len(every_path)
    chosen = np.array([every_path[path_of(taxonomy, row)] for row in decided])
    taken = of_paths[np.arange(20), chosen]
    # An end's probability is a difference of sums, good to a few units in float32's last place.
    assert (taken >= of_paths.max(axis=1) - 2e-6).all()


def test_an_end_above_many_children_is_judged_as_exactly_as_a_leaf():
    # The path that ends at "a" competes with 10,000 below it, nearly as likely each.
    taxonomy = Taxonomy.from_paths([*(f"a/{number}" for number in range(10_000)), "a", "b"])
    decoder = BestPathDecoder(taxonomy)
    generator = np.random.default_rng(0)
    below = generator.uniform(0.95, 1.0, size=(100, 10_001))
    below[:, -1] = generator.uniform(0.98, 1.02, size=100)
    levels = [np.tile([[0.99, 0.01]], (100, 1)), below / below.sum(axis=1, keepdims=True)]
    decided = decoder.decide(decoder.probabilities(levels))
    ended = ~decided[:, taxonomy.level_slices[1]].any(axis=1)
    best_leaf = below[:, :-1].max(axis=1)
    # Only where the two differ by more than half a percent: the rest is rounding.
    clear = np.abs(below[:, -1] / best_leaf - 1) > 0.005
    assert clear.sum() > 50
    np.testing.assert_array_equal(ended[clear], (below[:, -1] > best_leaf)[clear])


def test_a_case_worked_by_hand():
    decoder = BestPathDecoder(Taxonomy.from_paths(["a/b", "a", "c"]))
    # Level 1: b and "ended".
    assert decoder.level_sizes == (2, 2)
    levels = [np.array([[0.6, 0.4]]), np.array([[0.7, 0.3]])]
    # a 0.6 * 0.3, c 0.4 * 0.3, a/b 0.6 * 0.7, together 0.72.
    np.testing.assert_allclose(
        decoder.path_probabilities(levels), [[0.18 / 0.72, 0.12 / 0.72, 0.42 / 0.72]], atol=1e-6
    )
    probabilities = decoder.probabilities(levels)
    np.testing.assert_allclose(probabilities, [[0.60 / 0.72, 0.12 / 0.72, 0.42 / 0.72]], atol=1e-6)
    assert decoder.decide(probabilities).tolist() == [[True, False, True]]


def test_the_best_path_may_pass_by_the_best_category_of_the_first_level():
    decoder = BestPathDecoder(Taxonomy.from_paths(["a/x", "b/y"]))
    levels = [np.array([[0.6, 0.4]]), np.array([[0.1, 0.9]])]
    assert decoder.decide(decoder.probabilities(levels)).tolist() == [[False, True, False, True]]


def test_a_document_may_be_empty_only_where_that_is_said():
    taxonomy = Taxonomy.from_paths(["a/b", "c/d"])
    assert BestPathDecoder(taxonomy).level_sizes == (2, 2)
    decoder = BestPathDecoder(taxonomy, may_be_empty=True)
    assert decoder.level_sizes == (3, 3)
    levels = [np.array([[0.2, 0.2, 0.6], [0.4, 0.3, 0.3]])] * 2
    decided = decoder.decide(decoder.probabilities(levels))
    assert decided.tolist() == [[False] * 4, [True, False, True, False]]


def test_a_single_level_is_a_plain_argmax():
    decoder = BestPathDecoder(Taxonomy.from_paths(["a", "b", "c"]))
    levels = softmax_levels((3,), 50, seed=0)
    probabilities = decoder.probabilities(levels)
    np.testing.assert_allclose(probabilities, levels[0], atol=1e-6)
    decided = decoder.decide(probabilities)
    assert decided.argmax(axis=1).tolist() == levels[0].argmax(axis=1).tolist()
    assert (decided.sum(axis=1) == 1).all()


def test_a_single_category_is_certain():
    decoder = BestPathDecoder(Taxonomy.from_paths(["a"]))
    probabilities = decoder.probabilities([np.array([[0.3]])])
    assert probabilities.tolist() == [[1.0]]
    assert decoder.decide(probabilities).tolist() == [[True]]


def test_among_equal_paths_the_first_is_decided():
    decoder = BestPathDecoder(Taxonomy.from_paths(["a/b", "a/c", "d/e"]))
    levels = [np.full((1, 2), 0.5), np.full((1, 3), 0.25)]
    decided = decoder.decide(decoder.probabilities(levels))
    assert decided.tolist() == [[True, False, True, False, False]]


def test_levels_that_contradict_each_other_entirely_still_give_a_path():
    taxonomy = Taxonomy.from_paths(["a/b", "c/d"])
    decoder = BestPathDecoder(taxonomy)
    # Sure of a, and sure of d below c: no path has both.
    levels = [np.array([[1.0, 0.0]], np.float32), np.array([[0.0, 1.0]], np.float32)]
    probabilities = decoder.probabilities(levels)
    np.testing.assert_allclose(probabilities, 0.5)
    assert decoder.decide(probabilities).sum() == 2


def test_no_document_gives_empty_arrays():
    taxonomy = Taxonomy.from_paths(["a/b", "c"])
    for decoder in (BestPathDecoder(taxonomy), ThresholdDecoder(taxonomy)):
        levels = [np.zeros((0, size), dtype=np.float32) for size in decoder.level_sizes]
        probabilities = decoder.probabilities(levels)
        assert probabilities.shape == (0, 3)
        assert decoder.decide(probabilities).shape == (0, 3)


def test_a_document_is_decoded_alike_alone_and_among_others():
    taxonomy = Taxonomy.from_paths(["a/b/c", "a/b", "a/d", "e"])
    for decoder in (BestPathDecoder(taxonomy), ThresholdDecoder(taxonomy)):
        levels = softmax_levels(decoder.level_sizes, 8, seed=1)
        together = decoder.probabilities(levels)
        alone = [decoder.probabilities([level[k : k + 1] for level in levels]) for k in range(8)]
        np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-6)


# Thresholds --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=80)
@given(taxonomy=graphs(), may_be_empty=st.booleans(), data=st.data())
def test_every_category_above_its_threshold_is_chosen_with_all_its_ancestors(
    taxonomy, may_be_empty, data
):
    thresholds = np.array(
        data.draw(st.lists(st.floats(0.01, 0.99), min_size=len(taxonomy), max_size=len(taxonomy)))
    )
    decoder = ThresholdDecoder(taxonomy, thresholds, may_be_empty)
    levels = drawn_levels(data, decoder.level_sizes, 3)
    raw = np.concatenate(levels, axis=1)
    probabilities = decoder.probabilities(levels)
    # A category is as probable as the likeliest of itself and all that is below it.
    below = taxonomy.ancestors.T
    expected = np.stack([raw[:, marked].max(axis=1) for marked in below], axis=1)
    np.testing.assert_array_equal(probabilities, expected)
    assert_parents_are_at_least_as_probable(taxonomy, probabilities)
    decided = decoder.decide(probabilities)
    assert taxonomy.is_consistent(decided).all()
    above = probabilities >= thresholds
    for chosen, passed, ratios in zip(decided, above, probabilities / thresholds, strict=True):
        if passed.any() or may_be_empty:
            ends = np.flatnonzero(passed)
        else:
            ends = taxonomy.terminals[[np.argmax(ratios[taxonomy.terminals])]]
        np.testing.assert_array_equal(chosen, taxonomy.ancestors[ends].any(axis=0))


def test_the_fallback_is_the_path_that_comes_closest_to_its_threshold():
    taxonomy = Taxonomy.from_paths(["a/b", "a/c", "d"])
    # Closest: a/c, at half of its threshold; d is more probable, but at an eighth.
    thresholds = np.array([0.9, 0.8, 0.9, 0.1])
    levels = [np.array([[0.05, 0.1]]), np.array([[0.04, 0.05]])]
    decoder = ThresholdDecoder(taxonomy, thresholds)
    assert decoder.decide(decoder.probabilities(levels)).tolist() == [[True, False, False, True]]
    empty = ThresholdDecoder(taxonomy, thresholds, may_be_empty=True)
    assert not empty.decide(empty.probabilities(levels)).any()


def test_without_any_signal_the_fallback_is_still_a_path():
    decoder = ThresholdDecoder(Taxonomy.from_paths(["a/b", "c"]))
    decided = decoder.decide(decoder.probabilities([np.zeros((1, 2)), np.zeros((1, 1))]))
    assert decoder.taxonomy.is_consistent(decided).all()
    assert decided.any()


def test_a_probability_at_its_threshold_is_chosen():
    decoder = ThresholdDecoder(Taxonomy.from_paths(["a", "b"]), np.array([0.25, 0.75]))
    assert decoder.decide(np.array([[0.25, 0.75]])).tolist() == [[True, True]]
    assert decoder.decide(np.array([[0.3, 0.7]])).tolist() == [[True, False]]


def test_a_document_may_have_several_paths_and_one_may_end_above_the_leaves():
    decoder = ThresholdDecoder(Taxonomy.from_paths(["a/b", "a/c", "d/e", "d"]))
    levels = [np.array([[0.2, 0.8]]), np.array([[0.9, 0.7, 0.1]])]
    decided = decoder.decide(decoder.probabilities(levels))
    assert decided.tolist() == [[True, True, True, True, False]]


def test_decoding_changes_nothing_that_it_is_given():
    taxonomy = Taxonomy.from_paths(["a/b", "c"])
    for decoder in (BestPathDecoder(taxonomy), ThresholdDecoder(taxonomy)):
        levels = softmax_levels(decoder.level_sizes, 4, seed=2)
        copies = [level.copy() for level in levels]
        probabilities = decoder.probabilities(levels)
        copy = probabilities.copy()
        decoder.decide(probabilities)
        np.testing.assert_array_equal(probabilities, copy)
        for level, before in zip(levels, copies, strict=True):
            np.testing.assert_array_equal(level, before)


def test_each_level_for_itself_takes_its_likeliest_category_whatever_stands_above() -> None:
    decoder = BestPathDecoder(Taxonomy.from_paths(["a/b", "a/c", "d/e"]))
    levels = [np.array([[0.6, 0.4], [0.1, 0.9]]), np.array([[0.3, 0.2, 0.5], [0.6, 0.3, 0.1]])]
    separate = decoder.decide_each_level(levels)
    assert separate.astype(int).tolist() == [[1, 0, 0, 0, 1], [0, 1, 1, 0, 0]]


def test_each_level_for_itself_may_say_that_the_path_has_ended() -> None:
    decoder = BestPathDecoder(Taxonomy.from_paths(["a", "a/b"]), may_be_empty=True)
    assert decoder.level_sizes == (2, 2)
    levels = [np.array([[0.2, 0.8], [0.8, 0.2]]), np.array([[0.9, 0.1], [0.1, 0.9]])]
    assert decoder.decide_each_level(levels).astype(int).tolist() == [[0, 1], [1, 0]]


def test_each_level_for_itself_keeps_a_child_whose_parent_is_below_its_threshold() -> None:
    taxonomy = Taxonomy.from_paths(["a/b", "c"])
    decoder = ThresholdDecoder(taxonomy, thresholds=np.array([0.5, 0.5, 0.2]))
    levels = [np.array([[0.4, 0.1]]), np.array([[0.3]])]
    assert decoder.decide_each_level(levels).astype(int).tolist() == [[0, 0, 1]]
    assert decoder.decide(decoder.probabilities(levels)).astype(int).tolist() == [[1, 0, 1]]
