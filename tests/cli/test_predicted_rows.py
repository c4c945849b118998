from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harnn import HARNNClassifier
from harnn.cli.predicted_rows import PredictedColumns, predicted_rows
from harnn.cli.record_columns import all_columns
from harnn.cli.records import Records
from harnn.errors import ConfigError
from harnn.text.decisions.held_out import HeldOut
from harnn.text.prediction.answers import Asked
from harnn.text.prediction.predictor import CHUNK


@pytest.fixture(scope="module")
def one_path(model) -> HARNNClassifier:
    return HARNNClassifier.load(model)


@pytest.fixture(scope="module")
def several(several_paths_model) -> HARNNClassifier:
    return HARNNClassifier.load(several_paths_model)


def rows_of(*texts: str):
    return (({"id": n, "text": text}, text) for n, text in enumerate(texts))


def test_one_path_a_document_gives_a_column_a_level_as_predict_does(one_path):
    texts = ["water fish shore", "pawn king", ""]
    rows = list(predicted_rows(one_path, rows_of(*texts), PredictedColumns(one_path)))
    assert [list(row) for row in rows] == [["id", "text", "section", "topic", "probability"]] * 3
    assert [[row["section"], row["topic"]] for row in rows] == one_path.predict(texts).tolist()
    best = one_path.predict_proba(texts)[:, 2:].max(axis=1)
    assert [row["probability"] for row in rows] == pytest.approx(best.tolist(), abs=1e-6)


def test_several_paths_give_lists_as_predict_does(several):
    texts = ["water fish shore pawn king board", "racket"]
    rows = list(predicted_rows(several, rows_of(*texts), PredictedColumns(several)))
    assert [row["labels"] for row in rows] == several.predict(texts)
    assert all(len(row["labels"]) == len(row["probability"]) for row in rows)


def test_the_likeliest_paths_come_first_and_all_of_them_sum_to_one(one_path):
    columns = PredictedColumns(one_path, Asked(top_k=2), probabilities=True)
    (row,) = predicted_rows(one_path, rows_of("rock climb"), columns)
    scores = [path["probability"] for path in row["probabilities"]]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0, abs=1e-5)
    assert row["top_k"] == row["probabilities"][:2]


def test_more_likeliest_paths_than_there_are_is_all_of_them(one_path):
    columns = PredictedColumns(one_path, Asked(top_k=99))
    (row,) = predicted_rows(one_path, rows_of("rock"), columns)
    assert len(row["top_k"]) == 4


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"asked": Asked(top_k=2), "probabilities": True, "prefix": "p_"},
        {"asked": Asked(coverage=0.9)},
    ],
)
def test_every_column_has_a_type(one_path, several, options):
    for classifier in (one_path, several):
        columns = PredictedColumns(classifier, **options)
        assert list(columns.types()) == columns.names


def test_rows_are_read_no_further_ahead_than_one_chunk(one_path):
    read = 0

    def rows():
        nonlocal read
        for _ in range(CHUNK + 200):
            read += 1
            yield {"text": "pawn"}, "pawn"

    given = 0
    ahead = 0
    for given, _ in enumerate(predicted_rows(one_path, rows(), PredictedColumns(one_path)), 1):
        ahead = max(ahead, read - given)
    assert given == CHUNK + 200
    assert 0 < ahead <= CHUNK


def test_columns_can_be_left_out(one_path):
    columns = PredictedColumns(one_path)
    (row,) = predicted_rows(one_path, rows_of("pawn"), columns, keep=["id"])
    assert list(row) == ["id", "section", "topic", "probability"]
    (row,) = predicted_rows(one_path, rows_of("pawn"), columns, keep=[])
    assert list(row) == ["section", "topic", "probability"]
    with pytest.raises(ConfigError, match="--keep name: there is no such column"):
        list(predicted_rows(one_path, rows_of("pawn"), columns, keep=["name"]))


def test_a_column_that_is_there_already_is_not_overwritten(one_path):
    rows = [({"text": "pawn", "topic": "sport"}, "pawn")]
    with pytest.raises(ConfigError, match="'topic' already: --prefix predicted_"):
        list(predicted_rows(one_path, rows, PredictedColumns(one_path)))
    columns = PredictedColumns(one_path, prefix="predicted_")
    (row,) = predicted_rows(one_path, rows, columns)
    assert row["topic"] == "sport"
    assert "predicted_topic" in row


@pytest.mark.parametrize("names", [("section", "probability"), ("text", "topic")])
def test_level_names_that_are_taken_get_a_prefix_all_of_them(one_path, monkeypatch, names):
    monkeypatch.setattr(one_path, "level_names_", names)
    columns = PredictedColumns(one_path, taken=["text", "id"])
    expected = [f"predicted_{name}" for name in names]
    assert columns.names == [*expected, "probability"]
    (row,) = predicted_rows(one_path, rows_of("pawn"), columns)
    assert list(row) == ["id", "text", *expected, "probability"]
    prefixed = PredictedColumns(one_path, prefix="p_", taken=["text"]).names[:2]
    free = names if "probability" not in names else expected
    assert prefixed == [f"p_{name}" for name in free]


def test_levels_without_names_are_counted(one_path, monkeypatch):
    monkeypatch.setattr(one_path, "level_names_", None)
    assert PredictedColumns(one_path, taken=["l1"]).names == ["l1", "l2", "probability"]


def test_a_column_to_keep_may_be_missing_in_some_rows(one_path):
    rows = [({"text": "pawn"}, "pawn"), ({"text": "king", "id": 7}, "king")]
    columns = PredictedColumns(one_path)
    assert [row["id"] for row in predicted_rows(one_path, rows, columns, ["id"])] == [None, 7]
    known = all_columns(Records("rows", "line", enumerate(row for row, _ in rows)))
    with pytest.raises(ConfigError, match=r"--keep idd: .* did you mean 'id'"):
        next(predicted_rows(one_path, rows, columns, ["idd"], known=known))


def test_what_is_not_sure_enough_is_null(one_path, several, monkeypatch):
    held_out = HeldOut(
        np.repeat([0, 1], 100),
        np.ones(200, dtype=np.float32),
        np.repeat([True, False], 100),
        np.ones((1, 3)),
    )
    texts = ["water fish shore", "pawn king"]
    for model in (one_path, several):
        monkeypatch.setattr(model, "_held_out", held_out)
        columns = PredictedColumns(model, Asked(stop="confident", precision=0.9))
        rows = list(predicted_rows(model, rows_of(*texts), columns))
        predicted = model.predict(texts)
        for row, label, text in zip(rows, predicted, texts, strict=True):
            if model is one_path:
                assert (row["section"], row["topic"]) == (label[0], None)
                level = [path == label[0] for path in model.taxonomy_.path_strings].index(True)
                probability = model.predict_proba([text])[0, level]
                assert row["probability"] == pytest.approx(float(probability), abs=1e-5)
            else:
                assert row["labels"] == sorted({path.split("/")[0] for path in label})
        # Nothing may be given: not even the first level.
        monkeypatch.setattr(model, "_held_out", replace(held_out, right=~held_out.right))
        for row in predicted_rows(model, rows_of(*texts), columns):
            assert {row[name] for name in columns.names} == {None}
