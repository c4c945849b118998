from __future__ import annotations

import pytest
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from baselines import LinearSVM, MajorityPath
from harnn import HARNNClassifier
from harnn.comparison.floor import is_floor


class Plain:
    """An estimator that knows nothing of scikit-learn."""


@pytest.mark.parametrize(
    "model",
    [MajorityPath(), DummyClassifier(), make_pipeline(TfidfVectorizer(), DummyClassifier())],
)
def test_what_learns_nothing_is_a_floor(model):
    assert is_floor(model)


@pytest.mark.parametrize(
    "model",
    [
        HARNNClassifier(),
        LinearSVM(),
        make_pipeline(TfidfVectorizer(), LogisticRegression()),
        Plain(),
    ],
)
def test_what_learns_is_none(model):
    assert not is_floor(model)
