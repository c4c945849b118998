"""The share of the linear scores, as validation documents speak for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import expit, softmax

from harnn import HARNNClassifier
from harnn.text.linear_scores.term_share import ENOUGH, best_share

TOPICS = ["place/river", "place/lake", "person/tennis", "person/runner"]
SMALL: dict[str, Any] = {
    "preset": "adapted",
    "embedding_dim": 8,
    "recurrent_units": 4,
    "attention_units": 4,
    "dense_units": 8,
    "min_count": 1,
    "random_state": 0,
    "verbose": False,
}
UNTAUGHT: dict[str, Any] = SMALL | {"epochs": 1, "learning_rate": 1e-9}


def documents(count: int, seed: int) -> tuple[list[str], list[str]]:
    """Documents whose topic shows in three of their words."""
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(count):
        topic = number % 4
        own = [f"w{5 * topic + word}" for word in rng.integers(0, 5, size=3)]
        other = [f"w{word}" for word in rng.integers(20, 40, size=9)]
        texts.append(" ".join(rng.permutation([*own, *other])))
        labels.append(TOPICS[topic])
    return texts, labels


TRAIN, VALIDATION = documents(120, seed=0), documents(60, seed=1)


def shares(classifier: HARNNClassifier) -> list[float]:
    return [classifier.model_.get_layer(f"level_{level}_mixed").get_share() for level in (1, 2)]


def levels(activation: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Two levels of which the network and the scores know something each; parts are not known."""
    rng = np.random.default_rng(0)
    probabilities, scores, truth = [], [], []
    for outputs in (3, 5):
        ids = rng.integers(0, outputs, size=200)
        hot = np.eye(outputs, dtype=int)[ids]
        squash = softmax if activation == "softmax" else expit
        logits = rng.normal(size=(200, outputs)) + 1.5 * hot
        options = {"axis": 1} if activation == "softmax" else {}
        probabilities.append(squash(logits, **options).astype(np.float32))
        scores.append((2 * rng.normal(size=(200, outputs)) + 3 * hot).astype(np.float32))
        known = rng.random(200) < 0.8
        truth.append(np.where(known[:, None], hot, -1))
    return probabilities, scores, truth


def log_loss(share: float, given: tuple[list[Any], list[Any], list[Any]], activation: str) -> float:
    """The definition, over powers of probabilities in place of logits."""
    total = 0.0
    for of_network, scores, truth in zip(*given, strict=True):
        network = of_network.astype(np.float64)
        if activation == "softmax":
            pooled = network ** (1 - share) * softmax(scores, axis=1) ** share
            pooled /= pooled.sum(axis=1, keepdims=True)
            total -= np.log(pooled[truth == 1]).sum()
        else:
            linear = expit(scores.astype(np.float64))
            yes = network ** (1 - share) * linear**share
            no = (1 - network) ** (1 - share) * (1 - linear) ** share
            total -= np.log(yes / (yes + no))[truth == 1].sum()
            total -= np.log(no / (yes + no))[truth == 0].sum()
    return total


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_no_share_of_a_grid_has_a_smaller_log_loss(activation: str) -> None:
    given = levels(activation)
    share = best_share(*given, activation, otherwise=0.4)
    assert 0.05 < share < 0.95
    grid = np.linspace(0, 1, 101)
    losses = [log_loss(at, given, activation) for at in grid]
    assert log_loss(share, given, activation) <= min(losses) + 1e-6
    assert abs(share - grid[np.argmin(losses)]) < 0.011


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_what_is_not_known_takes_no_part(activation: str) -> None:
    probabilities, scores, truth = levels(activation)
    other = [level.copy() for level in scores]
    for level, true in zip(other, truth, strict=True):
        level[true[:, 0] < 0] = 50.0
    found = best_share(probabilities, other, truth, activation, otherwise=0.4)
    assert found == best_share(probabilities, scores, truth, activation, otherwise=0.4)


def test_where_no_document_tells_the_share_stays() -> None:
    probabilities, scores, truth = levels("softmax")
    nothing = [np.full_like(level, -1) for level in truth]
    assert best_share(probabilities, scores, nothing, "softmax", otherwise=0.4) == 0.4


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_network_that_is_certain_and_wrong_loses_its_share(activation: str) -> None:
    certain = np.array([[1.0, 0.0]] * 4, dtype=np.float32)
    scores = np.array([[-1.0, 1.0]] * 4, dtype=np.float32)
    truth = np.array([[0, 1]] * 4)
    assert best_share([certain], [scores], [truth], activation, otherwise=0.4) > 0.9


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_scores_of_no_meaning_lose_theirs(activation: str) -> None:
    probabilities, scores, truth = levels(activation)
    shuffled = [np.random.default_rng(1).permutation(level) for level in scores]
    assert best_share(probabilities, shuffled, truth, activation, otherwise=0.4) < 0.1


@pytest.mark.parametrize("several", [False, True], ids=["one path", "several paths"])
def test_a_network_that_has_learned_nothing_leaves_it_to_the_words(several: bool) -> None:
    (texts, labels), (held_out, true) = TRAIN, VALIDATION
    if several:
        labels, true = [[label] for label in labels], [[label] for label in true]
    options = UNTAUGHT | {"term_share": 0.1}
    fixed = HARNNClassifier(**options).fit(texts, labels, (held_out, true))
    tuned = HARNNClassifier(**options, tune_term_share=True).fit(texts, labels, (held_out, true))
    assert shares(fixed) == pytest.approx([0.1, 0.1])
    assert fixed.term_share_ == pytest.approx(0.1)
    first, second = shares(tuned)
    assert first == second == tuned.term_share_ > 0.8
    columns = [tuned.classes_.tolist().index(path) for path in VALIDATION[1]]
    rows = np.arange(len(columns))
    sure, unsure = (one.predict_proba(held_out)[rows, columns] for one in (tuned, fixed))
    assert sure.mean() > unsure.mean() + 0.2


def test_few_validation_documents_say_too_little() -> None:
    held_out = [part[: ENOUGH - 1] for part in VALIDATION]
    tuned = HARNNClassifier(**UNTAUGHT, term_share=0.1, tune_term_share=True)
    assert shares(tuned.fit(*TRAIN, tuple(held_out))) == pytest.approx([0.1, 0.1])


def test_without_linear_scores_there_is_nothing_to_choose() -> None:
    found = [
        HARNNClassifier(**UNTAUGHT, tune_term_share=tune).fit(*TRAIN, VALIDATION)
        for tune in (False, True)
    ]
    np.testing.assert_array_equal(*(one.predict_proba(VALIDATION[0]) for one in found))
    assert [one.term_share_ for one in found] == [0, 0]


def test_a_saved_classifier_keeps_the_share(tmp_path) -> None:
    tuned = HARNNClassifier(**UNTAUGHT, term_share=0.1, tune_term_share=True)
    tuned.fit(*TRAIN, VALIDATION).save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    assert shares(loaded) == shares(tuned)
    assert loaded.term_share_ == tuned.term_share_
    np.testing.assert_array_equal(
        loaded.predict_proba(VALIDATION[0]), tuned.predict_proba(VALIDATION[0])
    )
