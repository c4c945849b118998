from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn import HARNNClassifier
from harnn.text import training_round
from harnn.text.batches import TrainingBatches
from harnn.text.predictor import Predictor
from harnn.text.self_training import has_gaps, sharpened, with_gaps_filled
from harnn.training import loop

# Paths a/c, a/d and b/e. Known: all of the first document, the top of the second, nothing of the
# third.
PATHS = np.array([[0, 0], [0, 1], [1, 2]])
LEVELS = [
    np.array([[1, 0], [1, 0], [-1, -1]], dtype=np.int8),
    np.array([[0, 1, 0], [-1, -1, 0], [-1, -1, -1]], dtype=np.int8),
]
TARGETS = {
    "local_1": LEVELS[0].astype(np.float16),
    "local_2": LEVELS[1].astype(np.float16),
    "paths": np.array([[0, 1, 0], [-1, -1, 0], [-1, -1, -1]], dtype=np.float16),
}
BELIEFS = np.array([[0.9, 0.05, 0.05], [0.3, 0.1, 0.6], [0.2, 0.2, 0.4]])


def filled(levels: list[np.ndarray] = LEVELS) -> tuple[dict[str, np.ndarray], list[list[int]]]:
    asked: list[list[int]] = []

    def answer(rows: np.ndarray) -> np.ndarray:
        asked.append(rows.tolist())
        return BELIEFS[rows]

    return with_gaps_filled(TARGETS, levels, PATHS, answer), asked


def test_gaps_hold_the_sharpened_answers_and_the_rest_stays() -> None:
    found, asked = filled()
    assert asked == [[1, 2]]  # only documents of which something is not known
    # 0.3² : 0.1² = 9 : 1, as the second document has the top a; 0.2² : 0.2² : 0.4² = 1 : 1 : 4.
    shares = np.array([[0, 1, 0], [0.9, 0.1, 0], [1 / 6, 1 / 6, 4 / 6]])
    np.testing.assert_allclose(found["paths"], shares, atol=1e-3)  # two bytes
    np.testing.assert_allclose(found["local_1"], [[1, 0], [1, 0], [2 / 6, 4 / 6]], atol=1e-3)
    np.testing.assert_allclose(found["local_2"], shares, atol=1e-3)
    assert {values.dtype for values in found.values()} == {np.dtype(np.float16)}
    assert (TARGETS["paths"] == -1).sum() == 5  # what was given stays


def test_where_all_is_known_the_network_is_not_asked() -> None:
    known = [level[:1].repeat(3, axis=0) for level in LEVELS]
    assert has_gaps(LEVELS, PATHS)
    assert not has_gaps(known, PATHS)
    found, asked = filled(known)
    assert not asked
    np.testing.assert_array_equal(found["paths"], TARGETS["paths"])


def test_a_gap_that_leaves_one_path_is_none() -> None:
    # Below b there is e alone.
    levels = [np.array([[0, 1]]), np.array([[0, 0, -1]])]
    assert not has_gaps(levels, PATHS)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_sharpening_keeps_order_and_raises_the_likeliest(seed: int) -> None:
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.full(5, 0.3), size=4).astype("float32")
    possible = generator.random((4, 5)) < 0.6
    possible[:, 2] = True
    shares = sharpened(probabilities, possible)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares[~possible] == 0).all()
    among = np.where(possible, np.maximum(probabilities, 1e-30), 0).astype("float64")
    among /= among.sum(axis=1, keepdims=True)
    assert (shares.max(axis=1) >= among.max(axis=1) - 1e-9).all()
    assert (shares.argmax(axis=1) == among.argmax(axis=1)).all()


@pytest.fixture
def gaps(ragged: Any) -> tuple[list[str], np.ndarray]:
    (texts, labels), _ = ragged
    labels = labels.copy()
    labels[::2, 1:] = None  # of every second document the top alone is known
    return texts, labels


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """What the networks of a fit answered about its own training documents."""
    answers: list[np.ndarray] = []
    original = Predictor.path_probabilities_of

    def answering(self: Predictor, *arguments: Any) -> np.ndarray:
        answers.append(original(self, *arguments))
        return answers[-1]

    monkeypatch.setattr(Predictor, "path_probabilities_of", answering)
    return answers


def test_the_first_round_is_the_fit_without_and_the_best_round_is_kept(
    gaps: Any, small: Any, asked: list[np.ndarray]
) -> None:
    options = {**small, "epochs": 3, "path_softmax": True, "unknown_levels": "implied"}
    plain = HARNNClassifier(**options).fit(*gaps)
    assert not asked
    twice = HARNNClassifier(**options, self_training=1).fit(*gaps)
    assert len(asked) == 1
    assert len(asked[0]) == pytest.approx(len(gaps[0]) / 2, rel=0.2)  # those with gaps
    rows = twice.history_
    assert [row["epoch"] for row in rows] == [1, 2, 3, 4, 5, 6]
    for before, row in zip(plain.history_, rows, strict=False):
        assert {**row, "seconds": 0} == {**before, "seconds": 0}
    ranks = [(row["all_levels_right"], -row["log_loss"]) for row in rows]
    assert twice.best_epoch_ == 1 + max(range(6), key=lambda k: ranks[k])


def test_a_second_round_learns_from_the_answers_of_the_first(
    gaps: Any, small: Any, asked: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[dict[str, np.ndarray]] = []
    seeds: list[int] = []

    def batches(words: Any, targets: Any, *others: Any, **named: Any) -> TrainingBatches:
        learnt.append(targets)
        seeds.append(others[-1])
        return TrainingBatches(words, targets, *others, **named)

    monkeypatch.setattr(training_round, "TrainingBatches", batches)
    HARNNClassifier(**small, epochs=1, path_softmax=True, self_training=1).fit(*gaps)
    first, second = (targets["paths"] for targets in learnt)
    rows = (first < 0).any(axis=1)
    np.testing.assert_array_equal(second[~rows], first[~rows])
    expected = sharpened(asked[0], first[rows] < 0)
    np.testing.assert_allclose(second[rows], expected, atol=1e-3)  # two bytes
    assert seeds[1] != seeds[0]  # another network, not the same one again


def _killed_in_epoch(number: int, monkeypatch: pytest.MonkeyPatch, error: type) -> None:
    """Let a fit end by an error as its so-manieth epoch begins, counted over all rounds."""
    original, begun = loop._one_epoch, itertools.count(1)

    def dying(*arguments: Any) -> None:
        if next(begun) == number:
            raise error
        original(*arguments)

    monkeypatch.setattr(loop, "_one_epoch", dying)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_fit_killed_in_either_round_resumes_to_the_same_end(
    number: int, gaps: Any, small: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**small, "epochs": 2, "self_training": 1}
    whole = HARNNClassifier(**options).fit(*gaps)
    options["checkpoint_dir"] = str(tmp_path)
    with monkeypatch.context() as patch:
        _killed_in_epoch(number, patch, MemoryError)
        with pytest.raises(MemoryError):
            HARNNClassifier(**options).fit(*gaps)
    resumed = HARNNClassifier(**options).fit(*gaps)
    assert [row["epoch"] for row in resumed.history_] == [1, 2, 3, 4]
    assert resumed.best_epoch_ == whole.best_epoch_
    np.testing.assert_array_equal(resumed.predict_proba(gaps[0]), whole.predict_proba(gaps[0]))


@pytest.mark.parametrize(("number", "epochs"), [(2, 1), (3, 2), (4, 3)])
def test_ctrl_c_in_either_round_keeps_the_best_so_far(
    number: int, epochs: int, gaps: Any, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _killed_in_epoch(number, monkeypatch, KeyboardInterrupt)
    classifier = HARNNClassifier(**small, epochs=2, self_training=1).fit(*gaps)
    assert classifier.interrupted_
    assert len(classifier.history_) == epochs
    assert 1 <= classifier.best_epoch_ <= epochs
    assert len(classifier.predict(gaps[0][:3])) == 3


def test_one_round_where_there_is_nothing_to_answer(
    ragged: Any, several: Any, small: Any, asked: list[np.ndarray]
) -> None:
    for (texts, labels), _ in (ragged, several):
        classifier = HARNNClassifier(**small, epochs=1, self_training=2).fit(texts, labels)
        assert len(classifier.history_) == 1
    assert not asked
