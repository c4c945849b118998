"""A corpus that is quick to learn, and models that learn it in no time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from harnn import Corpus, load_corpus

_WORDS = {"a/x": "apple", "a/y": "pear", "b/z": "stone", "b/w": "sand"}


def _documents(count: int, seed: int) -> tuple[list[str], list[list[str]]]:
    drawn = np.random.default_rng(seed).choice(list(_WORDS), size=count)
    texts = [f"{_WORDS[path]} number {row} of {seed}" for row, path in enumerate(drawn)]
    return texts, [path.split("/") for path in drawn]


@pytest.fixture
def corpus() -> Corpus:
    """Return 40 training, 12 validation and 20 test documents in two levels."""
    texts, labels = _documents(40, 0)
    return load_corpus(
        texts,
        labels=labels,
        validation=_documents(12, 1),
        test=_documents(20, 2),
        label_form="levels",
    )


class Keyword(ClassifierMixin, BaseEstimator):
    """An estimator that is none of ours: it looks for a word, and errs by chance."""

    def __init__(self, error: float = 0.0, random_state: int | None = None) -> None:
        self.error = error
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Keyword:
        self.fitted_ = True
        return self

    def predict(self, X: Any) -> list[list[str]]:
        wrong = np.random.default_rng(self.random_state).random(len(X)) < self.error
        paths = [next(path for path, word in _WORDS.items() if word in text) for text in X]
        return [
            ["a", "x"] if bad else path.split("/") for path, bad in zip(paths, wrong, strict=True)
        ]


@pytest.fixture(scope="session")
def keyword() -> type[Keyword]:
    """Return the class of that estimator."""
    return Keyword
