from __future__ import annotations

import datasets
import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.corpora import Corpus, Split


def levels_split(n: int = 6) -> Split:
    rows = {
        "text": [f"text {i}" for i in range(n)],
        "l1": ["a", "b"] * (n // 2),
        "l2": ["x", "", None] * (n // 3),
    }
    return Split(datasets.Dataset.from_dict(rows), levels=("l1", "l2"))


def test_labels_tell_an_ended_path_from_an_unknown_level() -> None:
    labels = levels_split().labels
    assert isinstance(labels, np.ndarray)
    assert labels.dtype == object
    assert labels.tolist() == [
        ["a", "x"],
        ["b", ""],
        ["a", None],
        ["b", "x"],
        ["a", ""],
        ["b", None],
    ]


def test_a_column_of_nothing_but_unknown_names_gives_none() -> None:
    import pyarrow as pa

    column = {"text": pa.array(["a", "b"]), "l1": pa.array([None, None], pa.string())}
    assert Split(datasets.Dataset.from_dict(column), levels=("l1",)).labels.tolist() == [
        [None],
        [None],
    ]


def test_paths_come_as_lists_and_may_be_empty() -> None:
    rows = {"text": ["t", "u"], "labels": [["a/b", "c"], []]}
    split = Split(datasets.Dataset.from_dict(rows), paths="labels")
    assert split.label_form == "paths"
    assert split.labels == [["a/b", "c"], []]


def test_a_part_unpacks_as_texts_and_labels_and_counts_documents() -> None:
    split = levels_split()
    texts, labels = split
    assert len(split) == len(texts) == len(labels) == 6


def test_a_part_without_label_columns_is_unlabelled() -> None:
    split = Split(datasets.Dataset.from_dict({"text": ["t"]}))
    assert split.label_form is None
    assert split.labels is None


def test_take_draws_that_many_different_documents_the_same_for_the_same_seed() -> None:
    split = levels_split(60)
    drawn = split.take(20, seed=3)
    assert list(drawn.texts) == list(split.take(20, seed=3).texts)
    assert list(drawn.texts) != list(split.take(20, seed=4).texts)
    assert len(set(drawn.texts)) == 20
    whole = dict(zip(split.texts, split.labels.tolist(), strict=True))
    assert [whole[text] for text in drawn.texts] == drawn.labels.tolist()


@pytest.mark.parametrize("n", [0, -1, 7])
def test_take_refuses_what_it_cannot_give(n: int) -> None:
    with pytest.raises(DataError, match="of 6 documents"):
        levels_split().take(n)


def test_a_missing_column_is_named_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r"no column 'texts'.*did you mean 'text'"):
        Split(datasets.Dataset.from_dict({"text": ["t"]}), text="texts")


def test_a_part_without_documents_is_refused() -> None:
    with pytest.raises(DataError, match="no documents"):
        Split(datasets.Dataset.from_dict({"text": []}))


def test_parts_with_labels_of_different_forms_are_refused() -> None:
    other = Split(datasets.Dataset.from_dict({"text": ["t"], "l1": ["a"]}), levels=("l1",))
    with pytest.raises(DataError, match="'test' has labels in the form 'levels'"):
        Corpus("c", levels_split(), test=other)


def test_the_summary_counts_every_part() -> None:
    corpus = Corpus("c", levels_split(), validation=levels_split(12), best_accuracy=0.5)
    assert corpus.summary().splitlines() == [
        "c: 2 levels (l1, l2), labels in the form 'levels'",
        "  train          6 documents",
        "  validation    12 documents",
        "  best reachable share right at every level: 0.5000",
    ]
