from __future__ import annotations

import contextlib
import json
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import ConfigError, DataError, UnknownLevelsWarning
from harnn.text.corpora import Split, load_corpus
from harnn.text.corpora.frames import read_frame, read_frames, read_lists
from harnn.text.taxonomy.path import join_path, split_path


def test_every_mark_of_a_missing_name_is_an_unknown_level() -> None:
    frame = pd.DataFrame({"text": list("tuvw"), "l1": ["a", None, float("nan"), pd.NA]})
    with pytest.warns(UnknownLevelsWarning, match=r"3 labels are NaN \(column 'l1': 3\)"):
        split = read_frame(frame)
    assert split.labels.tolist() == [["a"], [None], [None], [None]]


def test_lists_of_paths_in_a_column_are_read() -> None:
    frame = pd.DataFrame({"text": ["t", "u"], "labels": [["a/b"], np.array(["c", "d"])]})
    assert read_frame(frame).labels == [["a/b"], ["c", "d"]]


def test_paths_given_as_tuples_of_names_are_spelt_with_slashes() -> None:
    split = read_lists(["t", "u"], [[("a", "b"), "c"], []])
    assert split.labels == [["a/b", "c"], []]


NAME = st.text("ab/\\|é", min_size=1, max_size=4)


@settings(deadline=None, max_examples=30)
@given(paths=st.lists(st.lists(NAME, min_size=1, max_size=3).map(tuple), min_size=1, unique=True))
def test_names_with_slashes_and_backslashes_keep_their_bounds(
    paths: list[tuple[str, ...]],
) -> None:
    def names(split: Split) -> list[tuple[str, ...]]:
        return [split_path(path) for path in split.labels[0]]

    assert names(read_lists(["t"], [paths])) == paths
    assert names(read_lists(["t"], [list(map(join_path, paths))], label_form="paths")) == paths
    nested = pd.DataFrame({"text": ["t"], "labels": [[list(path) for path in paths]]})
    assert names(read_frame(nested)) == paths
    assert names(read_frame(nested.assign(labels=[json.dumps(paths)]))) == paths


def test_a_path_may_be_unknown_below_some_point_and_a_document_as_a_whole() -> None:
    labels = [[("a", None), "c"], None, []]
    assert read_lists(["t", "u", "v"], labels).labels == labels
    frame = pd.DataFrame({"text": ["t", "u", "v"], "labels": labels})
    assert read_frame(frame).labels == labels


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_table_of_any_library_is_read_by_its_names(library: Any) -> None:
    rows = {"l2": ["b", None], "text": ["t", "u"], "l1": ["a", "c"]}
    table = library(rows)
    warned = (
        pytest.warns(UnknownLevelsWarning) if library is pd.DataFrame else contextlib.nullcontext()
    )
    with warned:
        split = load_corpus(table).train
    assert list(split.texts) == ["t", "u"]
    assert split.labels.tolist() == [["a", "b"], ["c", None]]
    paths = load_corpus(library({"text": ["t", "u"], "labels": [["a/b", "c"], []]})).train
    assert paths.labels == [["a/b", "c"], []]
    parts = load_corpus({"train": table, "test": table}, labels=["l1"])
    assert parts.test is not None
    assert parts.test.labels.tolist() == [["a"], ["c"]]


def test_a_lazy_table_is_refused_with_the_cure() -> None:
    with pytest.raises(DataError, match=r"collect\(\)"):
        load_corpus(pl.DataFrame({"text": ["t"], "l1": ["a"]}).lazy())


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"text": ["t", None], "l1": ["a", "b"]}, "row 2, column 'text': the text is missing"),
        ({"text": ["t", 3], "l1": ["a", "b"]}, r"row 2, column 'text': 3 \(int\)"),
        ({"text": ["t", "u"], "l1": [1, 2]}, r"row 1, column 'l1': 1 \(int\)"),
        ({"text": [], "l1": []}, "there are no rows"),
        ({"txt": ["t"], "l1": ["a"]}, "did you mean 'txt'"),
        ({"text": ["t"], "labels": [3]}, r"row 1, column 'labels': 3 \(int\) is not a list"),
        ({"text": ["t"], "labels": [["a//b"]]}, "row 1, column 'labels': path 'a//b'"),
    ],
)
def test_a_bad_cell_is_named(frame: dict[str, list[Any]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_frame(pd.DataFrame(frame))


def test_columns_of_one_name_are_refused() -> None:
    frame = pd.DataFrame([["t", "a", "b"]], columns=["text", "l1", "l1"])
    with pytest.raises(DataError, match="2 columns named 'l1'"):
        read_frame(frame)


def test_a_dict_of_frames_gives_the_parts() -> None:
    frame = pd.DataFrame({"text": ["t"], "l1": ["a"]})
    corpus = read_frames({"all": frame, "test": frame, "unlabelled": frame}, split="all")
    assert list(corpus.parts) == ["train", "test", "unlabelled"]
    assert corpus.unlabelled is not None
    assert corpus.unlabelled.labels is None


def test_an_unknown_part_is_refused_with_the_nearest() -> None:
    frame = pd.DataFrame({"text": ["t"], "l1": ["a"]})
    with pytest.raises(DataError, match="did you mean 'validation'"):
        read_frames({"train": frame, "validaton": frame})
    with pytest.raises(DataError, match="no part 'train'"):
        read_frames({"test": frame})


@pytest.mark.parametrize(
    ("labels", "form", "read"),
    [
        (["a", None], None, [["a"], [None]]),
        (np.array([["a", "b"], ["c", ""]]), None, [["a", "b"], ["c", ""]]),
        (pl.DataFrame({"x": ["a", "c"], "y": ["b", None]}), None, [["a", "b"], ["c", None]]),
        (["a/b", "c"], None, [["a", "b"], ["c", ""]]),
        (["a/b", None], None, [["a", "b"], [None, None]]),
        (["a/b", ""], "path", [["a", "b"], ["", ""]]),
        ([["a", "b"], ["c", ""]], None, [["a", "b"], ["c", ""]]),
        ([["a", "b"], ["c", "d"]], "levels", [["a", "b"], ["c", "d"]]),
        ([["a", "b"], ["c", "d"]], "paths", [["a", "b"], ["c", "d"]]),
        ([["a/b", "c"], []], None, [["a/b", "c"], []]),
    ],
)
def test_lists_are_read_in_every_form_of_the_contract(
    labels: Any, form: str | None, read: list[list[str]]
) -> None:
    split = read_lists(["t", "u"], labels, label_form=form)
    found = split.labels
    assert (found.tolist() if isinstance(found, np.ndarray) else found) == read
    assert form in (None, "path", split.label_form)


def test_a_list_that_reads_both_ways_is_refused_and_the_argument_named() -> None:
    with pytest.raises(DataError, match='label_form="levels" or label_form="paths"'):
        read_lists(["t", "u"], [["a", "b"], ["c", "d"]])


def test_lists_that_do_not_match_are_refused() -> None:
    with pytest.raises(DataError, match="2 texts but 1 labels"):
        read_lists(["t", "u"], ["a"])
    with pytest.raises(DataError, match=r"row 2: 1 levels .*\['c'\] is not 2 names"):
        read_lists(["t", "u"], [["a", "b"], ["c"]], label_form="levels")
    with pytest.raises(DataError, match="row 1, column 'text': b't'"):
        read_lists([b"t"], ["a"])  # type: ignore[list-item]  # wrong on purpose
    with pytest.raises(ConfigError, match="label_form='path'"):
        read_lists(["t"], [["a", ""]], label_form="path")


def test_path_strings_of_all_parts_have_as_many_levels_as_the_longest() -> None:
    corpus = load_corpus(["t", "u"], labels=["a/b", "c"], test=(["v"], ["c"]))
    assert corpus.test is not None
    assert corpus.test.labels.tolist() == [["c", ""]]
    deeper = load_corpus(["t"], labels=["a/b"], test=(["v"], ["a/b/d"]))
    assert deeper.train.labels.tolist() == [["a", "b", ""]]


def test_the_form_of_the_first_part_is_that_of_all() -> None:
    corpus = load_corpus(["t"], labels=[["a/b", "c/d"]], test=(["v"], [["a", "c"]]))
    assert corpus.test is not None
    assert corpus.test.labels == [["a", "c"]]


def test_a_part_that_is_no_pair_is_refused() -> None:
    with pytest.raises(DataError, match=r"test must be a pair: \(texts, labels\)"):
        load_corpus(["t"], labels=["a"], test=3)


def test_the_columns_of_a_table_of_labels_name_the_levels() -> None:
    labels = pd.DataFrame({"section": ["a", "c"], "topic": ["b", "d"]})
    assert read_lists(["t", "u"], labels).levels == ("section", "topic")
    assert read_lists(["t", "u"], labels.to_numpy()).levels == ("level 1", "level 2")
    taken = labels.rename(columns={"topic": "text"})
    assert read_lists(["t", "u"], taken).levels == ("level 1", "level 2")
