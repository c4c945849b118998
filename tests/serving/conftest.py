"""A small classifier, exported once."""

from __future__ import annotations

from pathlib import Path

import pytest

from harnn import HARNNClassifier
from harnn.runtime import OnnxClassifier

TEXTS = ["water flows long", "racket serve court", "verse rhyme", "water deep"]
LABELS = ["place/river", "person/tennis", "person/poet", "place/lake"]


@pytest.fixture(scope="session")
def classifier() -> HARNNClassifier:
    """Return a classifier whose labels are decided by words."""
    return HARNNClassifier(
        "adapted", epochs=8, embedding_dim=8, recurrent_units=4, min_count=1, learning_rate=0.03,
        random_state=0, verbose=False,
    ).fit(TEXTS * 30, LABELS * 30)  # fmt: skip


@pytest.fixture(scope="session")
def export(classifier: HARNNClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of its ONNX export."""
    path = tmp_path_factory.mktemp("served") / "model"
    classifier.export(path, "onnx")
    return path


@pytest.fixture(scope="session")
def served(export: Path) -> OnnxClassifier:
    """Return the export, loaded."""
    return OnnxClassifier.load(export, threads=1)
