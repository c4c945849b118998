from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn import HARNNClassifier
from harnn.text.batches import TrainingBatches
from harnn.text.documents import EncodedDocuments
from harnn.text.self_training import SelfTrainingBatches, sharpened
from harnn.text.vocabulary import Vocabulary
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


def batches(first: int, asked: list[list[int]]) -> SelfTrainingBatches:
    vocabulary = Vocabulary(["one", "two", "three"])
    documents = EncodedDocuments(["one", "two two", "three three three"], vocabulary)

    def answer(rows: np.ndarray) -> np.ndarray:
        asked.append(rows.tolist())
        return BELIEFS[rows]

    whole = TrainingBatches(documents, TARGETS, batch_size=3, multiple=1, seed=0)
    return SelfTrainingBatches(whole, LEVELS, PATHS, first, answer)


def by_document(batches: SelfTrainingBatches, epoch: int) -> dict[str, np.ndarray]:
    ((tokens, targets),) = batches.epoch(epoch)
    order = (tokens != 0).sum(axis=1).argsort()
    return {output: values[order] for output, values in targets.items()}


def test_until_its_first_epoch_nothing_is_asked_or_filled() -> None:
    asked: list[list[int]] = []
    found = by_document(batches(first=2, asked=asked), epoch=1)
    assert not asked
    for output, expected in TARGETS.items():
        np.testing.assert_array_equal(found[output], expected)


def test_then_gaps_hold_the_sharpened_answers_and_the_rest_stays() -> None:
    asked: list[list[int]] = []
    training = batches(first=2, asked=asked)
    found = by_document(training, epoch=2)
    assert asked == [[1, 2]]  # only documents of which something is not known
    # 0.3² : 0.1² = 9 : 1, as the second document has the top a; 0.2² : 0.2² : 0.4² = 1 : 1 : 4.
    shares = np.array([[0, 1, 0], [0.9, 0.1, 0], [1 / 6, 1 / 6, 4 / 6]])
    np.testing.assert_allclose(found["paths"], shares, atol=1e-3)  # float16
    np.testing.assert_allclose(found["local_1"], [[1, 0], [1, 0], [2 / 6, 4 / 6]], atol=1e-3)
    np.testing.assert_allclose(found["local_2"], shares, atol=1e-3)
    assert {values.dtype for values in found.values()} == {np.dtype(np.float16)}
    # The gaps themselves stay, to be filled anew in the next epoch.
    assert (training.batches.targets["paths"] == -1).sum() == 5
    by_document(training, epoch=3)
    assert asked == [[1, 2], [1, 2]]


def test_where_all_is_known_the_network_is_not_asked() -> None:
    asked: list[list[int]] = []
    training = batches(first=0, asked=asked)
    whole = [level[:1].repeat(3, axis=0) for level in LEVELS]
    known = SelfTrainingBatches(training.batches, whole, PATHS, 0, training.answer)
    list(known.epoch(5))
    assert not asked


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


def test_a_fit_asks_its_own_network_and_differs_from_then_on(gaps: Any, small: Any) -> None:
    options = {**small, "epochs": 4, "path_softmax": True, "unknown_levels": "implied"}
    plain = HARNNClassifier(**options).fit(*gaps)
    own = HARNNClassifier(**options, self_training=0.5).fit(*gaps)
    losses = [[epoch["loss"] for epoch in one.history_] for one in (plain, own)]
    # Targets of two bytes in place of whole numbers: the same but for the last digits.
    np.testing.assert_allclose(losses[0][:2], losses[1][:2], rtol=1e-4)
    assert (np.abs(np.subtract(*losses))[2:] > 1e-2).all()


def test_a_killed_fit_asks_the_same_network_when_it_resumes(
    gaps: Any, small: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**small, "epochs": 3, "self_training": 0.7}
    whole = HARNNClassifier(**options).fit(*gaps)
    original = loop._one_epoch

    def dying(*arguments: Any) -> None:
        if next(one for one in arguments if hasattr(one, "best_rank")).epoch == 2:
            raise MemoryError
        original(*arguments)

    options["checkpoint_dir"] = str(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(loop, "_one_epoch", dying)
        with pytest.raises(MemoryError):
            HARNNClassifier(**options).fit(*gaps)
    resumed = HARNNClassifier(**options).fit(*gaps)
    assert [epoch["epoch"] for epoch in resumed.history_] == [1, 2, 3]
    np.testing.assert_array_equal(resumed.predict_proba(gaps[0]), whole.predict_proba(gaps[0]))


def test_several_paths_a_document_train_as_without_it(several: Any, small: Any) -> None:
    (texts, labels), _ = several
    plain, own = (
        HARNNClassifier(**small, epochs=2, self_training=share).fit(texts, labels)
        for share in (0.0, 0.5)
    )
    np.testing.assert_array_equal(plain.predict_proba(texts), own.predict_proba(texts))
