from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from baselines import LinearSVM
from baselines.registry import BASELINES
from harnn import HARNNClassifier, Taxonomy
from harnn.errors import ConfigError
from harnn.text.few_labels import FEW
from harnn.text.name_documents import name_texts, with_name_documents
from harnn.text.training_documents import TrainingDocuments, read_training_documents

TREE = {"Event": {"HorseRace": {}, "RoadRace": {}}, "Place": {"Lake": {}, "Xylem": {}}}
TEXTS = ["a quick gallop", "the deep water", "water and more water", "a gallop at noon"] * 6
LABELS = ["Event/HorseRace", "Place/Lake", "Place/Lake", "Event/HorseRace"] * 6


def read(labels: Any = None, **options: Any) -> TrainingDocuments:
    options = {"taxonomy": TREE} | options
    return read_training_documents(TEXTS, labels or LABELS, **options)


def added(before: TrainingDocuments, after: TrainingDocuments) -> list[tuple[str, list[str]]]:
    """Return the texts after those that were there, each with all categories that it has."""
    assert list(after.texts)[: len(before.texts)] == list(before.texts)
    np.testing.assert_array_equal(
        after.targets.indicator[: len(before.texts)], before.targets.indicator
    )
    new = slice(len(before.texts), None)
    assert after.targets.known[new].all()
    paths = after.codec.taxonomy.path_strings
    rows = after.targets.indicator[new]
    texts = list(after.texts)[new]
    return [
        (text, [paths[category] for category in np.flatnonzero(row)])
        for text, row in zip(texts, rows, strict=True)
    ]


def test_each_path_gets_its_name_as_a_document() -> None:
    documents = read()
    assert added(documents, with_name_documents(documents, 1)) == [
        ("horse race", ["Event", "Event/HorseRace"]),
        ("road race", ["Event", "Event/RoadRace"]),
        ("lake", ["Place", "Place/Lake"]),
        ("xylem", ["Place", "Place/Xylem"]),
    ]


def test_categories_with_many_documents_are_left_alone() -> None:
    """Lake has as many documents as a category may have, HorseRace one more."""
    labels = ["Event/HorseRace"] * (FEW + 1) + ["Place/Lake"] * FEW
    texts = [f"text {row}" for row in range(len(labels))]
    documents = read_training_documents(texts, labels, taxonomy=TREE)
    named = [text for text, _ in added(documents, with_name_documents(documents, 1))]
    assert named == ["road race", "lake", "xylem"]


def test_a_name_counts_as_many_documents_as_asked_for() -> None:
    documents = read()
    counts = [len(added(documents, with_name_documents(documents, n))) for n in (0, 1, 3)]
    assert counts == [0, 4, 12]


def test_names_without_a_word_that_can_be_learnt_from_are_left_out() -> None:
    documents = read()
    named = with_name_documents(documents, 1, {"race", "horse", "lake"}.__contains__)
    assert [text for text, _ in added(documents, named)] == ["horse race", "road race", "lake"]


def test_documents_held_out_are_left_alone() -> None:
    documents = read(validation_fraction=0.25)
    named = with_name_documents(documents, 1)
    assert named.validation_texts is documents.validation_texts
    assert named.validation is documents.validation


def test_a_path_that_may_end_above_the_leaves_is_named_where_it_ends() -> None:
    documents = read(["Event" if "gallop" in text else "Place/Lake" for text in TEXTS])
    found = added(documents, with_name_documents(documents, 1))
    assert ("event", ["Event"]) in found
    assert ("place", ["Place"]) not in found


def test_a_category_of_two_parents_is_named_once_with_both() -> None:
    graph = Taxonomy.from_edges([("art", "film"), ("trade", "film"), ("trade", "ship")])
    labels = [["art/film"] if "gallop" in text else ["trade/ship"] for text in TEXTS]
    documents = read(labels, taxonomy=graph, label_form="paths", paths="several")
    film = [names for text, names in added(documents, with_name_documents(documents, 1))]
    assert [len(names) for names in film] == [3, 2]


@pytest.mark.parametrize(
    "texts",
    [
        {"a/Other": "a other", "b/Other": "b other", "b/Lake": "lake"},
        {"x/a/Other": "x a other", "y/a/Other": "y a other"},
        {"joy/joy": "joy", "joy/love": "love"},
        {"...": "", "lake": "lake"},
    ],
)
def test_names_take_those_above_them_only_where_they_are_not_alone(texts: dict[str, str]) -> None:
    taxonomy = Taxonomy.from_paths(list(texts))
    paths = [taxonomy.path_strings[category] for category in taxonomy.terminals]
    assert dict(zip(paths, name_texts(taxonomy), strict=True)) == texts


NEW = ["road race", "xylem"]
SMALL: dict[str, Any] = {
    "preset": "adapted",
    "min_count": 1,
    "embedding_dim": 16,
    "recurrent_units": 8,
    "attention_units": 8,
    "dense_units": 16,
    "epochs": 1,
    "minimum_steps": 300,
    "word_dropout": 0.0,
    "embedding_dropout": 0.0,
    "encoder_dropout": 0.0,
    "local_dropout": 0.0,
    "global_dropout": 0.0,
    "batch_size": 8,
    "random_state": 0,
    "verbose": False,
}


def test_a_network_finds_categories_of_which_there_is_no_document() -> None:
    """The words of their names stand in no text."""
    named = HARNNClassifier(taxonomy=TREE, name_documents=3, **SMALL).fit(TEXTS, LABELS)
    assert named.predict(NEW).tolist() == ["Event/RoadRace", "Place/Xylem"]
    bare = HARNNClassifier(taxonomy=TREE, **SMALL).fit(TEXTS, LABELS)
    assert set(bare.predict(NEW)) <= set(LABELS)
    assert "xylem" in named.vocabulary_
    assert "xylem" not in bare.vocabulary_


@pytest.mark.parametrize("name", ["linear_svm", "logistic_regression", "top_down"])
def test_a_linear_model_finds_categories_of_which_there_is_no_document(name: str) -> None:
    settings = {"taxonomy": TREE, "min_count": 1}
    named = BASELINES[name].build(name_documents=1, **settings).fit(TEXTS, LABELS)
    assert named.predict(NEW).tolist() == ["Event/RoadRace", "Place/Xylem"]
    bare = BASELINES[name].build(**settings).fit(TEXTS, LABELS)
    assert set(bare.predict(NEW)) <= set(LABELS)


@pytest.mark.parametrize("copies", [-1, 1.5, True])
def test_a_number_of_documents_that_is_none_is_refused(copies: Any) -> None:
    with pytest.raises(ConfigError, match="name_documents must be a whole number of at least 0"):
        LinearSVM(name_documents=copies).fit(TEXTS, LABELS)
    with pytest.raises(ConfigError, match="name_documents"):
        HARNNClassifier(name_documents=copies).fit(TEXTS, LABELS)
