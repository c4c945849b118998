"""A classifier that looks for the names of its categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier
from harnn.text.layers import NameMatches

WORDS = ["race", "horse", "road", "lake", "deep", "quick", "the", "a"]
# No word says which category it is but those of its name, and "mare", which is like "horse".
PATHS = ["Event/HorseRace", "Event/RoadRace", "Place/Lake"]
TEXTS = ["the race of a horse", "a road race quick", "a deep lake", "the lake quick"] * 6
LABELS = [PATHS[0], PATHS[1], PATHS[2], PATHS[2]] * 6
SMALL: dict[str, Any] = {
    "preset": "adapted",
    "recurrent_units": 4,
    "attention_units": 4,
    "dense_units": 8,
    "min_count": 1,
    "epochs": 1,
    "random_state": 0,
    "verbose": False,
    "name_matches": True,
}
UNTRAINED = {**SMALL, "learning_rate": 1e-9}


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a file in which every word has a direction of its own, but "mare" nearly horse's."""
    table = dict(zip(WORDS, np.eye(len(WORDS)), strict=True))
    table["mare"] = 0.95 * table["horse"] + 0.2 * table["deep"]
    lines = [f"{word} {' '.join(map(str, vector))}\n" for word, vector in table.items()]
    path = tmp_path_factory.mktemp("vectors") / "vectors.txt"
    path.write_text(f"{len(lines)} {len(WORDS)}\n{''.join(lines)}", encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def fitted(vectors: str) -> HARNNClassifier:
    return HARNNClassifier(**SMALL, vectors_file=vectors, category_scores=True).fit(TEXTS, LABELS)


@pytest.mark.parametrize("path_softmax", [False, True])
@pytest.mark.parametrize("labels", [LABELS, [[label] for label in LABELS]], ids=["one", "several"])
def test_names_tell_categories_apart_before_anything_is_learnt(
    vectors: str, path_softmax: bool, labels: list[Any]
) -> None:
    options = {**UNTRAINED, "vectors_file": vectors, "path_softmax": path_softmax, "alpha": 0.0}
    named = HARNNClassifier(**options).fit(TEXTS, labels)
    probabilities = named.predict_proba(["the mare race", "quick lake", "race road"])
    leaves = [named.taxonomy_.find(tuple(path.split("/"))) for path in PATHS]
    assert probabilities[:, leaves].argmax(axis=1).tolist() == [0, 2, 1]
    both = named.predict_proba(["horse quick deep", "the race horse"])[:, leaves[0]]
    assert both[1] > 2 * both[0]  # a word of the name alone is not the name


def test_without_the_option_there_is_no_such_layer(vectors: str) -> None:
    options = {**UNTRAINED, "vectors_file": vectors, "name_matches": False}
    plain = HARNNClassifier(**options).fit(TEXTS, LABELS)
    assert not any(isinstance(layer, NameMatches) for layer in plain.model_.layers)


def test_names_without_a_known_word_are_no_hindrance(vectors: str) -> None:
    labels = [{"Event": "X1", "Place": "X2"}[label.split("/")[0]] for label in LABELS]
    classifier = HARNNClassifier(**SMALL, vectors_file=vectors).fit(TEXTS, labels)
    assert np.isfinite(classifier.predict_proba(TEXTS)).all()


def test_the_weights_of_the_levels_are_learnt_and_the_names_are_not(
    fitted: HARNNClassifier, vectors: str
) -> None:
    untrained = HARNNClassifier(**{**UNTRAINED, "vectors_file": vectors}).fit(TEXTS, LABELS)
    before, after = (classifier.model_.get_layer("names") for classifier in (untrained, fitted))
    assert (np.asarray(after.scale) != after.start).all()
    np.testing.assert_array_equal(np.asarray(after.kernel), np.asarray(before.kernel))
    np.testing.assert_allclose(np.linalg.norm(np.asarray(after.kernel), axis=1), 1.0, rtol=1e-6)


def test_a_saved_classifier_has_them_too(fitted: HARNNClassifier, tmp_path: Path) -> None:
    fitted.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), fitted.predict_proba(TEXTS))


@pytest.mark.parametrize("format", ["onnx", "onnx_int8", "saved_model", "keras", "litert"])
def test_an_export_has_them_too(fitted: HARNNClassifier, tmp_path: Path, format: str) -> None:
    texts = ["the race of a horse", "mare", "", "lake " * 12]
    exported = fitted.export(tmp_path / "export", format=format, texts=texts)
    assert exported.difference < (0.1 if format == "onnx_int8" else 1e-4)
