from __future__ import annotations

import io

import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.decisions.decoding import BestPathDecoder
from harnn.text.decisions.held_out import HeldOut, answer_probabilities
from harnn.text.labels.label_codec import Targets
from harnn.text.taxonomy import Taxonomy

RAGGED = Taxonomy.from_paths(["a", "a/b", "a/b/c", "d/e/f"])


def indicator(taxonomy: Taxonomy, *documents: tuple[str, ...]) -> np.ndarray:
    rows = np.zeros((len(documents), len(taxonomy)), dtype=bool)
    for row, paths in enumerate(documents):
        rows[row, [taxonomy.find(path) for path in paths]] = True
    return taxonomy.close(rows)


def known(*depths: int, levels: int = 3) -> np.ndarray:
    return np.arange(levels) < np.array(depths)[:, None]


def test_a_path_is_as_probable_as_all_paths_together_that_agree_with_it_down_to_the_level():
    decoder = BestPathDecoder(RAGGED, may_be_empty=True)
    generator = np.random.default_rng(0)
    levels = [generator.random((20, size)) for size in decoder.level_sizes]
    each = decoder.path_probabilities(levels).astype(np.float64)
    probabilities = decoder.probabilities(levels)
    for number, outputs in enumerate(decoder.outputs):
        path = np.tile(decoder.through[number], (20, 1))
        answers = answer_probabilities(RAGGED, probabilities, path)
        for level in range(3):
            agree = (decoder.outputs[:, : level + 1] == outputs[: level + 1]).all(axis=1)
            expected = each[:, agree].sum(axis=1)
            np.testing.assert_allclose(answers[:, level], expected, atol=1e-6)


def test_an_answer_is_right_where_all_levels_down_to_it_are():
    predicted = indicator(RAGGED, ("a/b",), ("a/b/c",), ("a",), ("d/e/f",))
    truth = indicator(RAGGED, ("a/b/c",), ("a/b/c",), ("a/b",), ("a",))
    targets = Targets(truth, known(3, 3, 2, 3))
    held_out = HeldOut.of(RAGGED, True, np.full((4, 6), 0.25), predicted, targets)
    assert held_out.level.tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 2]
    # The third ends where the truth goes on; the fourth is another path altogether.
    assert held_out.right.tolist() == [
        *(True, True, False), *(True, True, True), *(True, False), *(False, False, False)
    ]  # fmt: skip


def test_what_is_not_known_has_no_probability_and_what_the_model_does_not_have_none_above_zero():
    truth = indicator(RAGGED, ("a/b/c",), ("a",), ("a",))
    targets = Targets(truth, known(3, 2, 3))
    unseen = np.array([[False] * 3, [False] * 3, [False, True, False]])
    probabilities = np.tile([0.9, 0.1, 0.6, 0.1, 0.5, 0.1], (3, 1))
    held_out = HeldOut.of(RAGGED, True, probabilities, truth, targets, unseen)
    np.testing.assert_allclose(
        held_out.true,
        [[0.9, 0.6, 0.5, 0.5], [0.9, 0.3, np.nan, np.nan], [0.9, 0.0, 0.0, 0.0]],
        atol=1e-12,
    )
    assert held_out.right[-3:].tolist() == [True, False, False]


def test_of_several_paths_each_predicted_category_is_an_answer():
    taxonomy = Taxonomy.from_paths(["a/b", "a/c", "d"])
    predicted = indicator(taxonomy, ("a/b", "d"), ())
    truth = indicator(taxonomy, ("a/b", "a/c"), ())
    probabilities = np.array([[0.9, 0.8, 0.7, 0.4], [0.3, 0.2, 0.1, 0.1]])
    held_out = HeldOut.of(
        taxonomy, False, probabilities, predicted, Targets(truth, known(2, 1, levels=2))
    )
    assert held_out.level.tolist() == [0, 0, 1]
    assert held_out.right.tolist() == [True, False, True]
    np.testing.assert_allclose(held_out.confidence, [0.9, 0.8, 0.7], atol=1e-7)
    # The least probable of the true categories; of none, all are in any set.
    np.testing.assert_allclose(held_out.true, [[0.9, 0.4, 0.4], [1.0, np.nan, np.nan]])


def test_it_comes_back_from_a_file_as_it_was_and_a_damaged_one_is_refused():
    truth = indicator(RAGGED, ("a/b/c",), ("a",))
    held_out = HeldOut.of(RAGGED, True, np.full((2, 6), 0.25), truth, Targets(truth, known(3, 2)))
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **held_out.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        stored = dict(arrays)
    read = HeldOut.from_arrays(stored, 3)
    for name, array in held_out.to_arrays().items():
        np.testing.assert_array_equal(read.to_arrays()[name], array)
    for change in (
        {"right": stored["level"]},
        {"level": stored["level"] + 3},
        {"true": stored["true"][:, :2]},
        {"confidence": stored["confidence"][:1]},
        {"more": stored["true"]},
    ):
        with pytest.raises(DataError, match="held-out"):
            HeldOut.from_arrays({**stored, **change}, 3)
