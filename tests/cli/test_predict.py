from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from harnn import HARNNClassifier
from harnn.model_archive import write_archive
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor


def predicted(harnn, model, *arguments, **options) -> list[dict]:
    result = harnn("predict", model, *arguments, **options)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def expected(model, articles) -> list[list[str]]:
    with articles.open(newline="") as stream:
        texts = [row["body"] for row in csv.DictReader(stream)]
    return HARNNClassifier.load(model).predict(texts).tolist()


def test_a_file_in_is_json_lines_on_standard_output(harnn, model, articles, expected):
    rows = predicted(harnn, model, articles, "--text", "body")
    assert [[row["predicted_section"], row["predicted_topic"]] for row in rows] == expected
    assert list(rows[0]) == [
        "id",
        "body",
        "section",
        "topic",
        "predicted_section",
        "predicted_topic",
        "probability",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_every_format_out_holds_the_same(harnn, model, articles, expected, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    arguments = ("--text", "body", "--keep", "id", "--top-k", 2, "-o", path)
    result = harnn("predict", model, articles, *arguments)
    assert (result.exit_code, result.output) == (0, f"{path}: 120 rows\n")
    if suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    elif suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    else:
        with path.open(newline="") as stream:
            tab = "\t" if suffix == ".tsv" else ","
            rows = list(csv.DictReader(stream, delimiter=tab))
        rows = [{**row, "top_k": json.loads(row["top_k"])} for row in rows]
    assert list(rows[0]) == ["id", "section", "topic", "probability", "top_k"]
    assert [row["id"] for row in rows] == [str(n) for n in range(120)]
    assert [[row["section"], row["topic"]] for row in rows] == expected
    assert all(float(r["probability"]) == r["top_k"][0]["probability"] for r in rows)


def test_standard_input_may_be_lines_or_json_lines(harnn, model):
    rows = predicted(harnn, model, "-", input="a pawn\n\nwater\n")
    assert [row["text"] for row in rows] == ["a pawn", "", "water"]
    lines = '{"body": "a pawn", "n": 1}\n{"body": "water", "n": 2}\n'
    rows = predicted(harnn, model, "-", "--format", "jsonl", "--text", "body", input=lines)
    assert [row["n"] for row in rows] == [1, 2]


def test_a_model_of_several_paths_gives_lists(harnn, several_paths_model, tagged, tmp_path):
    rows = predicted(harnn, several_paths_model, tagged, "--keep", "text")
    texts = [row["text"] for row in rows]
    assert [r["labels"] for r in rows] == HARNNClassifier.load(several_paths_model).predict(texts)
    result = harnn("predict", several_paths_model, tagged, "-o", tmp_path / "x.parquet")
    assert result.exit_code == 2
    assert "the input has a column 'labels' already: --prefix predicted_" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", b"id,text\n1,a\n2\n", "rows.csv, row 2: 1 cells"),
        ("rows.csv", b"text\nzw\xf6lf\n", "is not UTF-8"),
        ("rows.csv", b"id,body\n1,a\n", "no column 'text' in ['id', 'body']"),
        ("rows.csv", b"text\n", "there are no rows"),
        ("rows.csv", b"", "the file is empty"),
        ("rows.jsonl", b'{"text": "a"}\n{"text": 3}\n', "line 2, column 'text': expected a text"),
        ("rows.jsonl", b'{"text": "a"}\n{"text"\n', "line 2: not JSON"),
        ("rows.parquet", b"PAR1", "not a Parquet file"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(harnn, model, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "out"
    out.mkdir()
    result = harnn("predict", model, tmp_path / name, "-o", out / "predictions.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert list(out.iterdir()) == []


def test_an_unknown_output_is_refused_before_anything_is_read(harnn, tmp_path):
    result = harnn("predict", "no-model", "no-input", "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 1
    assert "files of kind '.xlsx' are not written" in result.stderr


def test_a_pipe_carries_documents_in_and_predictions_out_and_not_a_word_beside(model):
    # Where the user has said nothing about TensorFlow's log, it is silent.
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-m", "harnn.cli", "predict", str(model), "-"],
        input="water fish shore\npawn king\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == ["water fish shore", "pawn king"]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_what_was_stopped_goes_on_to_the_same_file(
    harnn, model, articles, tmp_path, monkeypatch, suffix
):
    whole, path = tmp_path / f"whole{suffix}", tmp_path / f"out{suffix}"
    arguments = ("predict", model, articles, "--text", "body", "--top-k", 2, "-o")
    assert harnn(*arguments, whole).exit_code == 0
    monkeypatch.setattr("harnn.text.prediction.level_outputs.CHUNK", 16)
    read = []

    def probabilities(self, texts):
        for part in original(self, texts):
            read.append(len(part))
            if len(read) == 4:
                raise KeyboardInterrupt
            yield part

    original = HierarchicalPredictor._probabilities
    monkeypatch.setattr(HierarchicalPredictor, "_probabilities", probabilities)
    stopped = harnn(*arguments, path)
    assert stopped.exit_code == 130
    assert "keeps 48 answers; the same command goes on from there" in stopped.stderr
    assert not path.exists()
    assert (tmp_path / f"{path.name}.unfinished").is_dir()
    result = harnn(*arguments, path)
    assert result.exit_code == 0, result.output
    assert "goes on after the 48 answers of an earlier run" in result.stderr
    assert result.stdout == f"{path}: 120 rows\n"
    # The 48 that were answered are not read again: 120 in all.
    assert read[4:] == [16, 16, 16, 16, 8]
    assert path.read_bytes() == whole.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([path.name, whole.name])


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("{}", "with another model and input and --text and"),
        ("", "with another nothing that says of what"),
    ],
)
def test_answers_of_something_else_are_neither_taken_nor_lost(
    harnn, model, articles, tmp_path, of, said
):
    path = tmp_path / "out.jsonl"
    arguments = ["predict", model, articles, "--text", "body", "-o", path]
    left = tmp_path / "out.jsonl.unfinished"
    left.mkdir()
    (left / "of.json").write_text(of)
    (left / "000001-1.jsonl").write_text(json.dumps([[["sport", 1.0]], [], 2, None]) + "\n")
    refused = harnn(*arguments)
    assert refused.exit_code == 2
    assert "holds 1 answer of an earlier run" in refused.stderr
    assert said in refused.stderr
    assert not path.exists()
    assert len(list(left.iterdir())) == 2
    assert harnn(*arguments, "--overwrite").exit_code == 0
    assert json.loads(path.read_text().splitlines()[0])["probability"] < 1.0
    assert not left.exists()


def test_a_killed_run_leaves_its_answers_and_nothing_hidden(model, articles, tmp_path):
    path = tmp_path / "out.csv"
    many = tmp_path / "many.csv"
    head, *rows = articles.read_text(encoding="utf-8").splitlines(keepends=True)
    many.write_text(head + "".join(rows) * 500, encoding="utf-8")
    command = [sys.executable, "-m", "harnn.cli", "predict", str(model), str(many)]
    command += ["--text", "body", "-o", str(path)]
    left = tmp_path / "out.csv.unfinished"
    for ending in (signal.SIGKILL, signal.SIGTERM):
        before = len(list(left.glob("0*")))
        running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 300
        while len(list(left.glob("0*"))) <= before and time.monotonic() < deadline:
            assert running.poll() is None, running.communicate()
            time.sleep(0.002)
        running.send_signal(ending)
        _, said = running.communicate(timeout=120)
        assert running.returncode == (-9 if ending == signal.SIGKILL else 143)
        assert {file.name for file in tmp_path.iterdir()} == {"many.csv", "out.csv.unfinished"}
    assert "the same command goes on from there\ninterrupted" in said
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1 + 500 * len(rows)
    assert {file.name for file in tmp_path.iterdir()} == {"many.csv", "out.csv"}


def test_sets_are_those_of_the_classifier(harnn, model, articles):
    rows = predicted(harnn, model, articles, "--text", "body", "--coverage", 0.8)
    classifier = HARNNClassifier.load(model)
    texts = [row["body"] for row in rows]
    assert [row["set"] for row in rows] == classifier.predict_sets(texts, 0.8)
    refused = harnn("predict", model, articles, "--text", "body", "--coverage", 2)
    assert refused.exit_code == 2
    assert "coverage must be a number above 0 and below 1" in refused.stderr


def test_an_export_predicts_as_the_model_does(harnn, model, articles, expected, tmp_path):
    HARNNClassifier.load(model).export(tmp_path / "served", "onnx")
    rows = predicted(harnn, tmp_path / "served", articles, "--text", "body")
    assert [[row["predicted_section"], row["predicted_topic"]] for row in rows] == expected
    explained = harnn("explain", tmp_path / "served", "a pawn", "--format", "json")
    assert explained.exit_code == 0
    (category, *_) = json.loads(explained.stdout)[0]["categories"]
    assert sorted(category["weights"]) == ["attention", "occlusion"]


@pytest.mark.parametrize("command", ["predict", "serve"])
def test_a_format_that_cannot_answer_is_told_from_one_that_can(harnn, tmp_path, command):
    write_archive(tmp_path / "other", "harnn-saved_model", 1, {}, lambda folder: None)
    source = [tmp_path / "texts.txt"] if command == "predict" else []
    for path in source:
        path.write_text("a pawn\n", encoding="utf-8")
    result = harnn(command, tmp_path / "other", *source)
    assert result.exit_code == 1
    assert "a harnn-saved_model; a saved model is needed, or what harnn export" in result.stderr


def test_the_input_is_never_overwritten(harnn, model, articles):
    before = articles.read_bytes()
    result = harnn("predict", model, articles, "--text", "body", "-o", articles)
    assert result.exit_code == 2
    assert "is the input itself" in result.output
    assert articles.read_bytes() == before


def test_stopping_early_needs_enough_validation_documents_and_a_right_word(harnn, model):
    result = harnn("predict", model, "-", "--stop", "never", input="pawn")
    assert result.exit_code == 2
    assert "--stop must be leaf or confident, not never" in result.output
    # 24 validation documents show no precision of 0.95.
    result = harnn("predict", model, "-", "--stop", "confident", input="pawn")
    assert result.exit_code == 1
    assert "needs at least 72 validation answers on a level" in result.stderr
    rows = predicted(
        harnn, model, "-", "--stop", "confident", "--precision", "0.5", input="pawn king\n"
    )
    assert list(rows[0]) == ["text", "section", "topic", "probability"]


def read_rows(path) -> list[dict]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ","))


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_columns_that_only_later_rows_have_are_written(harnn, model, tmp_path, suffix):
    source, path = tmp_path / "in.jsonl", tmp_path / f"out{suffix}"
    given = [{"text": "a pawn"}] * 5000 + [{"id": 7, "text": "water"}]
    source.write_text("".join(f"{json.dumps(row)}\n" for row in given))
    assert harnn("predict", model, source, "-o", path).exit_code == 0
    rows = read_rows(path)
    assert [row["text"] for row in rows] == [row["text"] for row in given]
    assert str(rows[-1]["id"]) == "7"
    assert not rows[0].get("id")
    kept = harnn("predict", model, source, "--keep", "id", "-o", path)
    assert kept.exit_code == 0, kept.output
    assert list(read_rows(path)[0]) == ["id", "section", "topic", "probability"]


def test_a_column_to_keep_that_no_row_has_is_refused_and_nothing_is_written(harnn, model, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a"}\n{"text": "b", "id": 1}\n')
    out = tmp_path / "out"
    out.mkdir()
    asked = ("--keep", "idd", "-o", out / "rows.csv")
    for arguments, options in [
        ([source, *asked], {}),
        (["-", "--format", "jsonl", *asked], {"input": source.read_text()}),
    ]:
        result = harnn("predict", model, *arguments, **options)
        assert result.exit_code == 2
        assert "--keep idd: there is no such column" in result.stderr
        assert list(out.iterdir()) == []


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet", "-"])
def test_half_a_surrogate_pair_that_was_read_can_be_written(harnn, model, tmp_path, suffix):
    source, path = tmp_path / "in.jsonl", tmp_path / f"out{suffix}"
    row = {"text": "a \ud800pawn", "note\udc00": ["x\udfff"], "smile": "\U0001f600"}
    source.write_text(json.dumps(row) + "\n")
    result = harnn("predict", model, source, "-o", "-" if suffix == "-" else path)
    assert result.exit_code == 0, result.output
    if suffix in (".jsonl", "-"):
        said = result.stdout if suffix == "-" else path.read_text(encoding="utf-8")
        assert row.items() <= json.loads(said).items()
        assert "\U0001f600" in said
        return
    (found,) = read_rows(path)
    assert found["text"] == "a \N{REPLACEMENT CHARACTER}pawn"
    assert found["smile"] == "\U0001f600"
    assert "note\N{REPLACEMENT CHARACTER}" in found
