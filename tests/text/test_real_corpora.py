"""The three lines of the README on real corpora of every kind of label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harnn import HARNNClassifier, load_corpus


@pytest.mark.parametrize(
    ("name", "documents", "unknown", "levels"),
    [
        ("dbpedia", 600, True, 3),  # levels that are not known
        ("newsgroups", 300, False, 3),  # paths that end early
        ("goemotions", 600, False, 3),  # several paths, one name on two levels
    ],
)
@pytest.mark.filterwarnings("ignore:.*no training document")
def test_real_labels_of_every_kind_fit_through_the_same_lines(
    data_dir: Path, small: dict[str, Any], name: str, documents: int, unknown: bool, levels: int
) -> None:
    corpus = load_corpus(name)
    train, test = corpus.train.take(documents, seed=0), corpus.test.take(100, seed=0)
    classifier = HARNNClassifier(**{**small, "epochs": 2, "max_length": 60})
    classifier.fit(train.texts, train.labels)
    predicted = classifier.predict(test.texts)
    evaluation = classifier.evaluate(test.texts, test.labels)
    assert len(predicted) == 100
    assert len(evaluation.levels) == levels
    assert evaluation.incoherent_share == 0.0
    assert (evaluation.complete.documents < 100) == unknown
