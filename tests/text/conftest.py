"""Small corpora that a small network learns in seconds, and the networks that learned them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier

SMALL: dict[str, Any] = {
    "preset": "adapted",
    "embedding_dim": 16,
    "recurrent_units": 8,
    "attention_units": 8,
    "dense_units": 32,
    "batch_size": 16,
    "min_count": 1,
    "random_state": 0,
    "verbose": False,
}

# Every category has words of its own; a document has the words of its path and some of no meaning.
_WORDS = {
    "place": "where near north",
    "place/river": "water flows long",
    "place/lake": "water deep still",
    "person": "born who lived",
    "person/athlete": "won ran medal",
    "person/athlete/tennis": "racket serve court",
    "person/athlete/runner": "marathon track sprint",
    "person/poet": "verse rhyme wrote",
}
_NOISE = ["the", "of", "and", "in", "a", "to", "is", "was", "on", "with"]


def _text(paths: list[str], generator: np.random.Generator) -> str:
    words = list(generator.choice(_NOISE, size=generator.integers(2, 8)))
    for path in paths:
        names = path.split("/")
        for depth in range(1, len(names) + 1):
            words += list(generator.choice(_WORDS["/".join(names[:depth])].split(), size=2))
    generator.shuffle(words)
    return " ".join(words)


def _ragged(count: int, seed: int) -> tuple[list[str], np.ndarray]:
    generator = np.random.default_rng(seed)
    ends = ["place/river", "place/lake", "person/poet", "person/athlete/tennis",
            "person/athlete/runner", "person/athlete"]  # fmt: skip
    paths = generator.choice(ends, size=count)
    rows = [path.split("/") + [""] * (2 - path.count("/")) for path in paths]
    return [_text([path], generator) for path in paths], np.array(rows, dtype=object)


def _several(count: int, seed: int) -> tuple[list[str], list[list[str]]]:
    generator = np.random.default_rng(seed)
    ends = ["place/river", "place/lake", "person/poet", "person/athlete/tennis"]
    labels = [
        sorted(generator.choice(ends, size=generator.choice([0, 1, 2]), replace=False).tolist())
        for _ in range(count)
    ]
    return [_text(paths, generator) for paths in labels], labels


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    """Return the options of a network that is small and quick."""
    return dict(SMALL)


@pytest.fixture(scope="session")
def ragged() -> tuple[tuple[list[str], np.ndarray], tuple[list[str], np.ndarray]]:
    """Return training and test documents with one path each, two or three levels deep."""
    return _ragged(240, seed=0), _ragged(60, seed=1)


@pytest.fixture(scope="session")
def several() -> tuple[tuple[list[str], list[list[str]]], tuple[list[str], list[list[str]]]]:
    """Return training and test documents with none, one or two paths each."""
    return _several(240, seed=0), _several(60, seed=1)


@pytest.fixture(scope="session")
def one_path_classifier(ragged: Any) -> HARNNClassifier:
    """Return a classifier fitted on documents with one path each."""
    (texts, labels), _ = ragged
    return HARNNClassifier(**SMALL, epochs=25, learning_rate=0.01).fit(texts, labels)


@pytest.fixture(scope="session")
def pairs_classifier(ragged: Any) -> HARNNClassifier:
    """Return a classifier with linear scores of pairs, which read more than its encoder does."""
    (texts, labels), _ = ragged
    terms = {"term_share": 0.5, "term_pairs": 300, "encoder_length": 4}
    tuned = {"tune_term_share": True, "validation_fraction": 0.25}
    return HARNNClassifier(**SMALL, **terms, **tuned, epochs=5, learning_rate=0.01).fit(
        texts, labels
    )


@pytest.fixture(scope="session")
def several_paths_classifier(several: Any) -> HARNNClassifier:
    """Return a classifier fitted on documents with several paths each."""
    (texts, labels), _ = several
    return HARNNClassifier(**SMALL, epochs=25, learning_rate=0.01).fit(texts, labels)
