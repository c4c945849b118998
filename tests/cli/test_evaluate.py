from __future__ import annotations

import json

import pytest

from harnn import HARNNClassifier, load_corpus
from harnn.evaluation import Evaluation

COLUMNS = ("--text", "body", "--labels", "section,topic")


def test_all_of_a_file_is_scored_and_written(harnn, model, articles, tmp_path):
    result = harnn("evaluate", model, articles, *COLUMNS, "--json", tmp_path / "scores.json")
    assert result.exit_code == 0, result.output
    corpus = load_corpus(articles, text="body", labels=["section", "topic"])
    expected = HARNNClassifier.load(model).evaluate(*corpus.train)
    written = json.loads((tmp_path / "scores.json").read_text())
    assert Evaluation.from_dict(written) == expected
    assert expected.text() in result.stdout
    assert f"{model} on articles, train (120 documents)" in result.stdout


def test_the_test_part_of_a_runs_config_gives_the_runs_scores(harnn, fitted, run_config, tmp_path):
    result = harnn("evaluate", fitted / "model", run_config, "--json", tmp_path / "scores.json")
    assert result.exit_code == 0, result.output
    expected = json.loads((fitted / "scores.json").read_text())["test"]
    assert json.loads((tmp_path / "scores.json").read_text()) == expected
    assert harnn("evaluate", fitted / "model", run_config, "--split", "validation").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("--text", "boddy", "--labels", "section,topic"), "did you mean 'body'?", 1),
        (("--text", "body"), "name them with --labels", 1),
        (("--text", "body", "--labels", "section,topik"), "did you mean 'topic'?", 1),
        (("--text", "body", "--labels", "section,,topic"), "the name of a column is empty", 2),
        ((*COLUMNS, "--split", "tset"), "no labelled part 'tset'", 1),
        (("--text", "body", "--labels", "[]"), "the name of a column is empty", 2),
        (("--text", "body", "--labels", "topic"), "labels in the form 'paths'", 1),
    ],
)
def test_what_is_asked_wrongly_is_one_line(harnn, model, articles, arguments, said, code):
    result = harnn("evaluate", model, articles, *arguments)
    assert result.exit_code == code
    assert result.stderr.startswith("error: ")
    assert said in result.stderr


def test_columns_beside_a_config_are_refused(harnn, model, run_config):
    result = harnn("evaluate", model, run_config, "--text", "body")
    assert result.exit_code == 2
    assert "names its columns: leave out --text" in result.stderr


def test_a_damaged_model_is_one_line(harnn, model, articles, tmp_path):
    import shutil

    shutil.copytree(model, tmp_path / "model")
    weights = tmp_path / "model" / "network.weights.h5"
    weights.write_bytes(weights.read_bytes()[:1000])
    result = harnn("evaluate", tmp_path / "model", articles, *COLUMNS)
    assert result.exit_code == 1
    assert "network.weights.h5: truncated or altered since it was saved" in result.stderr
    result = harnn("evaluate", tmp_path, articles, *COLUMNS)
    assert (result.exit_code, "it has no model.json" in result.stderr) == (1, True)


@pytest.mark.filterwarnings("default")
def test_a_category_that_training_did_not_have_is_a_line_of_warning(harnn, model, tmp_path):
    path = tmp_path / "more.csv"
    path.write_text("body,section,topic\na pawn,sport,chess\na dune,nature,desert\n")
    result = harnn("evaluate", model, path, *COLUMNS)
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("warning: 1 category has no training document")
    assert "nature/desert" in result.stderr
