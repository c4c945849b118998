from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from harnn import load_corpus
from harnn.comparison.fitting import FittedModel
from harnn.comparison.judge import Judge
from harnn.comparison.prediction_files import write_documents, write_predictions
from harnn.comparison.predictions import Predictions
from harnn.evaluation.report import Cost

COST = Cost(
    fit_seconds=1.0,
    predict_seconds=1.0,
    documents_per_second=1.0,
    peak_memory_bytes=None,
    parameters=None,
    disk_bytes=None,
)


def test_every_document_has_a_row_that_says_what_is_true_and_what_was_predicted(tmp_path):
    corpus = load_corpus(
        ["one", "two"],
        labels=[["a", "b"], ["c", "d"]],
        test=(["three", "four", "five"], [["a", "b"], ["c", "d"], ["c", None]]),
        label_form="levels",
    )
    judge = Judge.of(corpus)  # a, c, a/b, c/d
    decisions = np.array([[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1]], dtype=bool)
    probabilities = np.full((3, 4), 0.25, dtype=np.float32)
    runs = {
        0: FittedModel({"test": Predictions(decisions, decisions, probabilities)}, COST, {}),
        1: FittedModel({"test": Predictions(decisions)}, COST, {}),
    }
    write_documents(tmp_path, corpus.test, judge, "test")
    write_predictions(tmp_path, "model", runs, judge, "test")
    documents = pd.read_parquet(tmp_path / "documents.parquet")
    assert documents["text"].tolist() == ["three", "four", "five"]
    assert [list(paths) for paths in documents["true"]] == [["a/b"], ["c/d"], ["c/d"]]
    said = pd.read_parquet(tmp_path / "model-seed-0.parquet")
    assert [list(paths) for paths in said["predicted"]] == [["a/b"], ["a/b"], ["c/d"]]
    assert [list(paths) for paths in said["each_level"]] == [
        ["a", "a/b"],
        ["a", "a/b"],
        ["c", "c/d"],
    ]
    assert [list(values) for values in said["confidence"]] == [[0.25]] * 3
    assert said["right"].tolist() == [True, False, True]
    bare = pd.read_parquet(tmp_path / "model-seed-1.parquet")
    assert bare["confidence"].isna().all()
    assert bare["each_level"].isna().all()


@pytest.mark.parametrize(("seed", "name"), [(None, "model.parquet"), (2, "model-seed-2.parquet")])
def test_right_is_null_where_a_level_is_not_known(tmp_path, seed, name):
    corpus = load_corpus(
        ["one", "two", "three"],
        labels=[["a", "b"], ["a", "c"], ["d", "e"]],
        test=(["four", "five"], [["a", None], ["a", "b"]]),
        label_form="levels",
    )
    judge = Judge.of(corpus)
    decisions = judge.targets["test"].indicator
    runs = {seed: FittedModel({"test": Predictions(decisions)}, COST, {})}
    write_predictions(tmp_path, "model", runs, judge, "test")
    right = pd.read_parquet(tmp_path / name)["right"]
    assert right.isna().tolist() == [True, False]
    assert bool(right[1]) is True
