from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.labels import read_labels
from harnn.text.labels.ground_truth import GroundTruth
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.taxonomy import Taxonomy


def codec_of(y, form="auto"):
    return LabelCodec.infer(read_labels(y, form))


# Categories a, d, a/b, a/c, d/e.
CODEC = codec_of(["a/b", "a/c", "d/e"])


def decide(*paths: str) -> np.ndarray:
    return CODEC.encode(read_labels(list(paths))).indicator


def test_scores_equal_a_case_worked_by_hand():
    truth = GroundTruth(CODEC, read_labels(["a/b", "a/c", "d/e", "a/b"]))
    scores = truth.evaluate(decide("a/b", "a/b", "d/e", "d/e"))
    # 8 true and 8 predicted entries, of which right: 2 + 1 + 2 + 0.
    assert scores.micro == pytest.approx((5 / 8, 5 / 8, 5 / 8))
    assert scores.complete.subset_accuracy == 0.5
    assert [level.accuracy for level in scores.levels] == [0.75, 0.5]
    # F1: a 4/5, d 2/3, a/b 1/2, a/c 0, d/e 2/3.
    assert scores.macro.f1 == pytest.approx((4 / 5 + 2 / 3 + 1 / 2 + 0 + 2 / 3) / 5)
    assert scores.incoherent_share == 0.0


def test_an_unseen_category_counts_as_missed():
    truth = GroundTruth(CODEC, read_labels(["a/new", "a/b", "other/x"]))
    assert truth.unseen == ("other", "a/new", "other/x")
    assert len(truth) == 3
    scores = truth.evaluate(decide("a/b", "a/b", "d/e"))
    # True: a, a/new, a, a/b, other, other/x. Right: a, a, a/b of six predicted.
    assert scores.micro == pytest.approx((3 / 6, 3 / 6, 3 / 6))
    assert scores.complete.subset_accuracy == pytest.approx(1 / 3)
    assert [level.accuracy for level in scores.levels] == pytest.approx([2 / 3, 1 / 3])


def test_a_level_below_all_that_the_model_knows_counts_as_missed():
    truth = GroundTruth(CODEC, read_labels(["a/b/deep", "a/c"]))
    scores = truth.evaluate(decide("a/b", "a/c"))
    assert truth.unseen == ("a/b/deep",)
    assert scores.complete.subset_accuracy == 0.5
    assert [level.accuracy for level in scores.levels] == [1.0, 1.0, 0.5]


def test_an_unseen_category_in_a_graph_counts_as_missed():
    film = Taxonomy.from_edges([("art", "film"), ("trade", "film")])
    codec = LabelCodec.infer(read_labels([["art/film"]], "paths"), film)
    truth = GroundTruth(codec, read_labels([["trade/film/western"], ["art"]], "paths"))
    assert len(truth.unseen) == 1
    scores = truth.evaluate(np.array([[True, True, True], [True, False, False]]))
    assert scores.micro == pytest.approx((1.0, 4 / 5, 8 / 9))


def test_what_is_not_known_takes_no_part():
    rows = [["a", "b"], ["a", None], ["d", "e"]]
    truth = GroundTruth(CODEC, read_labels(rows))
    scores = truth.evaluate(decide("a/b", "a/c", "d/e"))
    assert scores.micro == pytest.approx((1.0, 1.0, 1.0))
    assert scores.complete.documents == 2
    assert [level.support for level in scores.levels] == [3, 2]


def test_the_columns_of_the_model_are_found_among_unseen_ones():
    truth = GroundTruth(CODEC, read_labels([["0", "x"], ["a", "c"], ["a", None]]))
    indicator, known = truth.of_model()
    assert indicator.astype(int).tolist() == [[0, 0, 0, 0, 0], [1, 0, 0, 1, 0], [1, 0, 0, 0, 0]]
    assert known.astype(int).tolist() == [[1] * 5, [1] * 5, [1, 1, 0, 0, 0]]


def test_probabilities_rank_and_an_unseen_category_ranks_last():
    probabilities = np.array([[0.9, 0.1, 0.6, 0.3, 0.1], [0.6, 0.4, 0.2, 0.4, 0.4]])
    seen = GroundTruth(CODEC, read_labels(["a/b", "a/c"]))
    scores = seen.evaluate(decide("a/b", "a/c"), probabilities)
    assert scores.precision_at_k[1] == 1.0
    unseen = GroundTruth(CODEC, read_labels(["x/y", "a/c"]))
    assert unseen.evaluate(decide("a/b", "a/c"), probabilities).precision_at_k[1] == 0.5


def test_without_probabilities_what_ranks_is_undefined():
    scores = GroundTruth(CODEC, read_labels(["a/b"])).evaluate(decide("a/b"))
    assert scores.auprc_micro is None


def test_the_log_loss_equals_a_case_worked_by_hand():
    truth = GroundTruth(CODEC, read_labels([["a", "b"], ["d", None], ["d", "e"]]))
    # d has one child, so that the second document's level is implied.
    probabilities = np.array(
        [[0.8, 0.2, 0.5, 0.3, 0.2], [0.4, 0.6, 0.1, 0.3, 0.6], [0.5, 0.5, 0.25, 0.25, 0.5]]
    )
    right = [0.8, 0.8, 0.5, 0.7, 0.8, 0.6, 0.6, 0.9, 0.7, 0.6, 0.5, 0.5, 0.75, 0.75, 0.5]
    expected = -sum(map(math.log, right)) / 15
    assert truth.log_loss(probabilities) == pytest.approx(expected)


def test_the_log_loss_leaves_out_what_is_not_known_and_what_is_unseen():
    truth = GroundTruth(CODEC, read_labels([["a", None], ["x", "y"]]))
    probabilities = np.array([[0.8, 0.1, 0.5, 0.3, 0.1], [0.5, 0.5, 0.25, 0.25, 0.5]])
    right = [0.8, 0.9, 0.5, 0.5, 0.75, 0.75, 0.5]
    expected = -sum(map(math.log, right)) / 7
    assert truth.log_loss(probabilities) == pytest.approx(expected)


def test_the_log_loss_of_a_certain_mistake_is_finite():
    truth = GroundTruth(codec_of(["a", "b"]), read_labels(["a"]))
    loss = truth.log_loss(np.array([[0.0, 1.0]], dtype=np.float32))
    assert loss == pytest.approx(-math.log(1e-7), rel=1e-5)
    assert truth.log_loss(np.array([[1.0, 0.0]], dtype=np.float32)) == 0.0


def test_the_log_loss_of_nothing_known_is_zero():
    truth = GroundTruth(CODEC, read_labels([["a", "b"], [None, None]]))
    assert GroundTruth(CODEC, read_labels([[None, None]], "levels")).log_loss(np.ones((1, 5))) == 0
    assert truth.targets.known.tolist() == [[True, True], [False, False]]


@settings(deadline=None, max_examples=40)
@given(
    train=st.lists(st.sampled_from(["a/b", "a/c", "d", "d/e/f", "g"]), min_size=1, max_size=5),
    test=st.lists(
        st.sampled_from(["a/b", "a/x", "d", "d/e", "new", "0/new", "a/b/deep"]),
        min_size=1,
        max_size=5,
    ),
    seed=st.integers(0, 99),
)
def test_a_document_is_right_if_and_only_if_its_path_is_the_true_one(train, test, seed):
    codec = codec_of(train)
    guesses = np.random.default_rng(seed).choice(train, size=len(test)).tolist()
    truth = GroundTruth(codec, read_labels(test))
    scores = truth.evaluate(codec.encode(read_labels(guesses)).indicator)
    share = sum(guess == path for guess, path in zip(guesses, test, strict=True)) / len(test)
    assert scores.complete.subset_accuracy == pytest.approx(share)
    known = {path[:end] for path in train for end in [*_ends(path)]}
    asked = {path[:end] for path in test for end in [*_ends(path)]}
    assert set(truth.unseen) == asked - known


def _ends(path: str) -> list[int]:
    return [at for at, character in enumerate(path) if character == "/"] + [len(path)]
