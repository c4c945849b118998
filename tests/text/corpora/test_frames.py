from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from harnn.errors import ConfigError, DataError
from harnn.text.corpora.frames import read_frame, read_frames, read_lists


def test_every_mark_of_a_missing_name_is_an_unknown_level() -> None:
    frame = pd.DataFrame({"text": list("tuvw"), "l1": ["a", None, float("nan"), pd.NA]})
    assert read_frame(frame).labels.tolist() == [["a"], [None], [None], [None]]


def test_lists_of_paths_in_a_column_are_read() -> None:
    frame = pd.DataFrame({"text": ["t", "u"], "labels": [["a/b"], np.array(["c", "d"])]})
    assert read_frame(frame).labels == [["a/b"], ["c", "d"]]


def test_paths_given_as_tuples_of_names_are_spelt_with_slashes() -> None:
    split = read_lists(["t", "u"], [[("a", "b"), "c"], []])
    assert split.labels == [["a/b", "c"], []]
    with pytest.raises(DataError, match="'a/b' holds a '/'"):
        read_lists(["t"], [[("a/b", "c")]])


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"text": ["t", None], "l1": ["a", "b"]}, "row 2, column 'text': the text is missing"),
        ({"text": ["t", 3], "l1": ["a", "b"]}, r"row 2, column 'text': 3 \(int\)"),
        ({"text": ["t", "u"], "l1": [1, 2]}, r"row 1, column 'l1': 1 \(int\)"),
        ({"text": [], "l1": []}, "there are no rows"),
        ({"txt": ["t"], "l1": ["a"]}, "did you mean 'txt'"),
        ({"text": ["t"], "labels": [None]}, "row 1, column 'labels': the labels are missing"),
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
        (pd.DataFrame({"x": ["a", "c"], "y": ["b", None]}), None, [["a", "b"], ["c", None]]),
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
    assert form in (None, split.label_form)


def test_a_list_that_reads_both_ways_is_refused_and_the_argument_named() -> None:
    with pytest.raises(DataError, match="label_form='levels' or label_form='paths'"):
        read_lists(["t", "u"], [["a", "b"], ["c", "d"]])


def test_lists_that_do_not_match_are_refused() -> None:
    with pytest.raises(DataError, match="2 texts but 1 labels"):
        read_lists(["t", "u"], ["a"])
    with pytest.raises(DataError, match=r"row 2: \['c'\] is not 2 names"):
        read_lists(["t", "u"], [["a", "b"], ["c"]], label_form="levels")
    with pytest.raises(DataError, match="row 1, column 'text': b't'"):
        read_lists([b"t"], ["a"])  # type: ignore[list-item]  # wrong on purpose
    with pytest.raises(ConfigError, match="label_form='path'"):
        read_lists(["t"], [["a", ""]], label_form="path")
