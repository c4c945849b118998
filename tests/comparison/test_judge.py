from __future__ import annotations

import datasets
import numpy as np
import pytest

from harnn import Corpus, load_corpus
from harnn.comparison.judge import Judge
from harnn.errors import DataError
from harnn.text.corpora.corpus import Split


def test_categories_of_every_part_are_known_and_those_without_a_training_document_named():
    corpus = load_corpus(
        ["one", "two"],
        labels=[["a", "b"], ["c", "d"]],
        validation=(["three"], [["a", "v"]]),
        test=(["four"], [["t", "u"]]),
        label_form="levels",
    )
    judge = Judge.of(corpus)
    assert set(judge.hierarchy.names) == {"a", "c", "t", "a/b", "a/v", "c/d", "t/u"}
    assert set(judge.unseen) == {"t", "a/v", "t/u"}
    assert judge.targets["test"].indicator.sum() == 2


def test_training_documents_are_counted_where_the_level_is_known():
    corpus = load_corpus(
        ["1", "2", "3"], labels=[["a", "b"], ["a", None], ["a", "c"]], label_form="levels"
    )
    judge = Judge.of(corpus)
    counts = dict(zip(judge.hierarchy.names, judge.training_documents.tolist(), strict=True))
    assert counts == {"a": 3, "a/b": 1, "a/c": 1}


def test_a_models_columns_find_their_place_and_missing_ones_are_zero():
    judge = Judge.of(
        load_corpus(["1", "2", "3"], labels=[["a"], ["b"], ["c"]], label_form="levels")
    )
    aligned = judge.aligned(np.array([[0.25, 0.75]]), ("c", "a"))
    assert aligned.tolist() == [[0.75, 0.0, 0.25]]


def test_a_category_that_the_corpus_does_not_have_is_refused_by_name():
    judge = Judge.of(load_corpus(["1", "2"], labels=[["a"], ["b"]], label_form="levels"))
    with pytest.raises(DataError, match="does not have all categories of the model, such as 'z'"):
        judge.aligned(np.zeros((1, 2)), ("a", "z"))


def test_the_digest_tells_corpora_apart_by_any_text_or_label():
    def digest(texts: list[str], labels: list[list[str]]) -> str:
        return Judge.of(load_corpus(texts, labels=labels, label_form="levels")).digest

    first = digest(["ab", "c"], [["x"], ["y"]])
    assert first == digest(["ab", "c"], [["x"], ["y"]])
    others = [
        digest(["a", "bc"], [["x"], ["y"]]),
        digest(["ab", "c"], [["y"], ["x"]]),
        digest(["c", "ab"], [["y"], ["x"]]),
    ]
    assert len({first, *others}) == 4


def test_a_corpus_without_labels_is_refused():
    with pytest.raises(DataError, match="no labels to learn from"):
        Judge.of(Corpus("texts", Split(datasets.Dataset.from_dict({"text": ["one", "two"]}))))


def test_a_given_taxonomy_adds_categories_without_documents():
    corpus = load_corpus(["one", "two"], labels=[["a", "b"], ["a", "c"]], label_form="levels")
    judge = Judge.of(corpus, taxonomy=["a/b", "a/c", "a/d"])
    assert judge.unseen == ("a/d",)
