"""Classifiers of documents in which one word decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier

# The word that decides, by path.
PLANTED = {
    "place/river": "Rhine",
    "place/lake": "Baikal",
    "person/poet": "Rilke",
    "person/runner": "Bolt",
}
_NOISE = ["the", "of", "and", "in", "a", "to", "is", "was", "on", "with"]


def _documents(count: int, seed: int) -> tuple[list[str], list[str]]:
    generator = np.random.default_rng(seed)
    labels = generator.choice(list(PLANTED), size=count).tolist()
    texts = []
    for label in labels:
        words = generator.choice(_NOISE, size=generator.integers(10, 16)).tolist()
        words.insert(int(generator.integers(len(words) + 1)), PLANTED[label])
        texts.append(" ".join(words))
    return texts, labels


@pytest.fixture(scope="session")
def planted() -> tuple[list[str], list[str]]:
    """Return texts with one word that decides, and their labels."""
    return _documents(40, seed=1)


@pytest.fixture(scope="session")
def planted_classifier(small: dict[str, Any]) -> HARNNClassifier:
    """Return a classifier that has learned which words decide."""
    texts, labels = _documents(160, seed=0)
    # Without dropout one word alone is learned in seconds.
    without = dict.fromkeys(
        ("word_dropout", "embedding_dropout", "encoder_dropout", "local_dropout", "global_dropout"),
        0.0,
    )
    options = {**small, **without, "recurrent_units": 4, "max_length": 16}
    classifier = HARNNClassifier(**options, epochs=12, learning_rate=0.03)
    return classifier.fit(texts, labels)
