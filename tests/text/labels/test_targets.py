from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.labels import read_labels
from harnn.text.labels.label_codec import LabelCodec, Targets
from harnn.text.labels.targets import level_targets, path_targets
from harnn.text.taxonomy import Taxonomy

# Level 0: a, d; level 1: a/b, a/c, d/e.
TREE = Taxonomy.from_paths(["a/b", "a/c", "d/e"])
ALL_KNOWN = np.ones((1, 2), dtype=bool)

PATHS = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple), min_size=1, max_size=8
)


def test_a_softmax_level_is_the_number_of_the_category_within_its_level():
    indicator = np.array([[1, 0, 0, 1, 0], [0, 1, 0, 0, 1]], dtype=bool)
    targets = Targets(indicator, np.ones((2, 2), dtype=bool))
    top, below = level_targets(targets, TREE, (2, 3), "softmax")
    assert top.tolist() == [0, 1]
    assert below.tolist() == [1, 2]
    assert top.dtype == np.int32


def test_a_sigmoid_level_is_one_and_zero_a_category():
    targets = Targets(np.array([[1, 0, 1, 1, 0]], dtype=bool), ALL_KNOWN)
    top, below = level_targets(targets, TREE, (2, 3), "sigmoid")
    assert top.tolist() == [[1, 0]]
    assert below.tolist() == [[1, 1, 0]]
    assert top.dtype == np.int8


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_an_unknown_level_is_minus_one_and_nothing_else_is(activation):
    known = np.array([[True, False], [False, True], [False, False]])
    indicator = np.array([[1, 0, 0, 0, 0], [1, 0, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=bool)
    arrays = level_targets(Targets(indicator, known), TREE, (2, 3), activation)
    for level, array in enumerate(arrays):
        unknown = (array == -1).reshape(3, -1)
        assert unknown.all(axis=1).tolist() == (~known[:, level]).tolist()
        assert unknown.any(axis=1).tolist() == (~known[:, level]).tolist()


def test_the_last_output_says_that_the_path_has_ended_where_the_level_has_one_more():
    indicator = np.array([[1, 0, 0, 0, 0], [0, 1, 0, 0, 1]], dtype=bool)
    targets = Targets(indicator, np.array([[True, True], [True, False]]))
    assert level_targets(targets, TREE, (2, 4), "softmax")[1].tolist() == [3, -1]
    assert level_targets(targets, TREE, (2, 4), "sigmoid")[1].tolist() == [
        [0, 0, 0, 1],
        [-1, -1, -1, -1],
    ]


def test_a_document_of_no_category_has_ended_on_every_level():
    targets = Targets(np.zeros((1, 5), dtype=bool), ALL_KNOWN)
    assert [a.tolist() for a in level_targets(targets, TREE, (3, 4), "softmax")] == [[2], [3]]
    assert [a.tolist() for a in level_targets(targets, TREE, (2, 3), "sigmoid")] == [
        [[0, 0]],
        [[0, 0, 0]],
    ]


def test_no_document_gives_empty_arrays():
    targets = Targets(np.zeros((0, 5), dtype=bool), np.zeros((0, 2), dtype=bool))
    assert [a.shape for a in level_targets(targets, TREE, (2, 3), "softmax")] == [(0,), (0,)]
    assert [a.shape for a in level_targets(targets, TREE, (2, 3), "sigmoid")] == [(0, 2), (0, 3)]


def test_targets_are_cut_by_rows():
    targets = Targets(np.eye(3, dtype=bool), np.array([[True], [False], [True]]))
    part = targets[np.array([2, 1])]
    assert len(targets) == 3
    assert part.indicator.tolist() == [[False, False, True], [False, True, False]]
    assert part.known.tolist() == [[True], [False]]


@settings(deadline=None, max_examples=50)
@given(paths=PATHS, empty=st.booleans())
def test_the_targets_of_a_path_are_the_outputs_that_the_decoder_takes_for_it(paths, empty):
    documents = [[path] for path in paths] + ([[]] if empty else [])
    labels = read_labels(documents, "paths")
    codec = LabelCodec.infer(labels)
    decoder = BestPathDecoder(codec.taxonomy, codec.may_be_empty)
    arrays = level_targets(codec.encode(labels), codec.taxonomy, decoder.level_sizes, "softmax")
    # A network that is sure of the targets is decoded into the labels.
    levels = [
        np.eye(size, dtype=np.float32)[array]
        for size, array in zip(decoder.level_sizes, arrays, strict=True)
    ]
    decided = decoder.decide(decoder.probabilities(levels))
    assert [tuple(paths) for paths in codec.paths_of(decided)] == [tuple(d) for d in documents]


@settings(deadline=None, max_examples=50)
@given(documents=st.lists(PATHS, min_size=1, max_size=5))
def test_sigmoid_targets_side_by_side_are_the_indicator(documents):
    labels = read_labels(documents, "paths")
    codec = LabelCodec.infer(labels)
    targets = codec.encode(labels)
    sizes = ThresholdDecoder(codec.taxonomy).level_sizes
    arrays = level_targets(targets, codec.taxonomy, sizes, "sigmoid")
    np.testing.assert_array_equal(np.concatenate(arrays, axis=1), targets.indicator)


@settings(deadline=None, max_examples=50)
@given(paths=PATHS, empty=st.booleans(), data=st.data())
def test_the_possible_paths_are_those_that_agree_with_all_that_is_known(paths, empty, data):
    documents = [[path] for path in paths] + ([[]] if empty else [])
    labels = read_labels(documents, "paths")
    codec = LabelCodec.infer(labels)
    decoder = BestPathDecoder(codec.taxonomy, codec.may_be_empty)
    depth = codec.taxonomy.n_levels
    depths = data.draw(st.lists(st.integers(0, depth), min_size=len(documents)))[: len(documents)]
    known = np.arange(depth) < np.array(depths)[:, None]
    indicator = codec.encode(labels).indicator
    levels = level_targets(
        Targets(indicator, known), codec.taxonomy, decoder.level_sizes, "sigmoid"
    )
    possible = path_targets(levels, decoder.outputs)
    whole = level_targets(
        Targets(indicator, np.ones_like(known)), codec.taxonomy, decoder.level_sizes, "softmax"
    )
    for row, count in enumerate(depths):
        taken = [level[row] for level in whole]
        agrees = [list(path[:count]) == taken[:count] for path in decoder.outputs]
        expected = [0 if not one else 1 if sum(agrees) == 1 else -1 for one in agrees]
        assert possible[row].tolist() == expected
