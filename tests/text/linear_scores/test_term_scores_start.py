"""The words' linear scores, as they are learnt and as a classifier has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier

RNG = np.random.default_rng(0)
WORDS = [f"w{number}" for number in range(40)]
TOPICS = ["place/river", "place/lake", "person/tennis", "person/runner"]


def documents(count: int = 120) -> tuple[list[str], list[str]]:
    """Documents whose topic shows in a few of their words, wherever these stand."""
    texts, labels = [], []
    for number in range(count):
        topic = number % 4
        own = RNG.choice(WORDS[5 * topic : 5 * topic + 5], size=3)
        other = RNG.choice(WORDS[20:], size=9)
        texts.append(" ".join(RNG.permutation(np.concatenate([own, other]))))
        labels.append(TOPICS[topic])
    return texts, labels


TEXTS, LABELS = documents()
SMALL: dict[str, Any] = {
    "preset": "adapted",
    "embedding_dim": 8,
    "recurrent_units": 4,
    "attention_units": 4,
    "dense_units": 8,
    "epochs": 1,
    "min_count": 1,
    "random_state": 0,
    "verbose": False,
}


@pytest.mark.parametrize("labels", [LABELS, [[label] for label in LABELS]], ids=["one", "several"])
def test_the_words_alone_are_enough_where_the_network_knows_nothing(labels: list) -> None:
    """After one epoch at a learning rate of nearly zero, what is right comes from the words."""
    scores = []
    for share in (0.0, 0.9):
        classifier = HARNNClassifier(**SMALL, term_share=share, learning_rate=1e-9)
        scores.append(classifier.fit(TEXTS, labels).score(TEXTS, labels))
    assert scores[0] < 0.6
    assert scores[1] > 0.9


def test_a_document_of_unknown_words_has_the_scores_of_none() -> None:
    classifier = HARNNClassifier(**SMALL, term_share=0.5).fit(TEXTS, LABELS)
    assert np.isfinite(classifier.predict_proba(["zzz", ""])).all()


def test_probabilities_are_still_consistent() -> None:
    classifier = HARNNClassifier(**SMALL, term_share=0.5, path_softmax=True).fit(TEXTS, LABELS)
    found = classifier.predict_proba(TEXTS)
    taxonomy = classifier.taxonomy_
    for child, parents in enumerate(taxonomy.parents):
        for parent in parents:
            assert (found[:, parent] >= found[:, child] - 1e-6).all()
    leaves = [taxonomy.find(tuple(topic.split("/"))) for topic in TOPICS]
    np.testing.assert_allclose(found[:, leaves].sum(axis=1), 1.0, atol=1e-5)


def test_a_saved_classifier_has_them_too(tmp_path) -> None:
    classifier = HARNNClassifier(**SMALL, term_share=0.5).fit(TEXTS, LABELS)
    classifier.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), classifier.predict_proba(TEXTS))


def test_gradients_attribute_what_the_words_add_to_them() -> None:
    classifier = HARNNClassifier(**SMALL, term_share=0.9, learning_rate=1e-9).fit(TEXTS, LABELS)
    (explanation,) = classifier.explain(TEXTS[:1], methods=("gradients",), steps=200)
    for category in explanation.categories:
        assert abs(category.gap) < 1e-3
    # All that the classifier knows it knows from the topic's own words.
    best = explanation.top_words("gradients")
    assert best is not None
    weights = np.array(explanation.categories[-1].weights["gradients"])
    own = [word in WORDS[:5] for word in TEXTS[0].split()]
    assert weights[own].sum() > 0.8 * weights[weights > 0].sum()


def test_pairs_tell_apart_what_words_do_not() -> None:
    """Whether "not" stands before one word or the other: the words are the same."""
    rng = np.random.default_rng(0)
    texts, labels = [], []
    for number in range(160):
        good, bad = ("not good", "bad") if number % 2 else ("good", "not bad")
        parts = [good, bad, *rng.choice(WORDS, size=6)]
        texts.append(" ".join(rng.permutation(parts)))
        labels.append("no" if number % 2 else "yes")
    scores = []
    for pairs in (0, 60):
        options = {"term_share": 0.9, "term_pairs": pairs, "learning_rate": 1e-9}
        scores.append(HARNNClassifier(**SMALL, **options).fit(texts, labels).score(texts, labels))
    assert scores[0] < 0.8
    assert scores[1] == 1.0


def test_linear_scores_read_what_the_encoder_does_not() -> None:
    texts = [f"{'w39 ' * 20}{text}" for text in TEXTS]
    options = {"encoder_length": 10, "term_share": 0.9, "term_pairs": 500, "learning_rate": 1e-9}
    classifier = HARNNClassifier(**SMALL, **options).fit(texts, LABELS)
    assert classifier.score(texts, LABELS) > 0.9
    cut = HARNNClassifier(**SMALL, **options, max_length=10).fit(texts, LABELS)
    assert cut.score(texts, LABELS) < 0.6


def test_there_are_as_many_pairs_as_the_documents_have(tmp_path) -> None:
    classifier = HARNNClassifier(**SMALL, term_share=0.5, term_pairs=10**6).fit(TEXTS, LABELS)
    assert 0 < classifier.options_.network.term_pairs < 1_000
    classifier.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), classifier.predict_proba(TEXTS))


# Documents that were held out ---------------------------------------------------------------------


def _with_held_out(limit: int, **options: Any) -> HARNNClassifier:
    given = {**SMALL, "term_share": 0.5, "validation_fraction": 0.3, **options}
    return HARNNClassifier(**given, learn_held_out=limit)


@pytest.mark.parametrize("labels", [LABELS, [[label] for label in LABELS]], ids=["one", "several"])
def test_few_documents_are_all_learnt_from_in_the_end(labels: list) -> None:
    before = _with_held_out(0).fit(TEXTS, labels)
    after = _with_held_out(1000).fit(TEXTS, labels)
    first, second = _term_weights(before), _term_weights(after)
    # Words, their weights and the table of pairs stay; what they say of the categories does not.
    np.testing.assert_array_equal(first[2], second[2])
    assert np.abs(first[0] - second[0]).max() > 0.01
    # Everything else was chosen before, by the documents that were held out.
    assert before.term_share_ == pytest.approx(after.term_share_, rel=1e-3)
    assert before.history_[0]["loss"] == pytest.approx(after.history_[0]["loss"], rel=1e-5)


def _term_weights(model: HARNNClassifier) -> list[np.ndarray]:
    return list(model.model_.get_layer("terms").get_weights())


def test_more_documents_than_that_stay_held_out() -> None:
    before = _with_held_out(0).fit(TEXTS, LABELS)
    after = _with_held_out(50).fit(TEXTS, LABELS)
    for first, second in zip(_term_weights(before), _term_weights(after), strict=True):
        np.testing.assert_array_equal(first, second)


def test_validation_documents_that_were_given_are_never_learnt_from() -> None:
    given = TEXTS[:90], LABELS[:90], (TEXTS[90:], LABELS[90:])
    before, after = _with_held_out(0).fit(*given), _with_held_out(1000).fit(*given)
    for first, second in zip(_term_weights(before), _term_weights(after), strict=True):
        np.testing.assert_array_equal(first, second)
