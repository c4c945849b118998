"""``--delimiter`` of every command that reads CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

COLUMNS = ("--text", "body", "--labels", "section,topic")


@pytest.fixture(scope="module")
def semicolons(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the articles in a file parted by semicolons, their ids with leading zeros."""
    path = tmp_path_factory.mktemp("semicolons") / "articles.csv"
    with articles.open(newline="") as source, path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerows(csv.reader(source))
    path.write_text(path.read_text().replace("\n7;", "\n007;"))
    return path


def test_the_predictions_are_those_of_the_same_file_with_commas(
    harnn, model, articles, semicolons, tmp_path
):
    asked = ("--text", "body", "--keep", "id", "-o")
    commas = harnn("predict", model, articles, *asked, tmp_path / "a.csv")
    found = harnn("predict", model, semicolons, *asked, tmp_path / "b.csv", "--delimiter", ";")
    assert (commas.exit_code, found.exit_code) == (0, 0), found.output
    expected = (tmp_path / "a.csv").read_text()
    assert (tmp_path / "b.csv").read_text() == expected.replace("\n7,", "\n007,")


def test_scores_and_tree_are_those_of_the_same_file_with_commas(
    harnn, model, articles, semicolons, tmp_path
):
    for command in (("evaluate", model), ("taxonomy",)):
        result = harnn(*command, articles, *COLUMNS, "--json", tmp_path / "a.json")
        assert result.exit_code == 0, result.output
        asked = (*COLUMNS, "--delimiter", ";", "--json", tmp_path / "b.json")
        result = harnn(*command, semicolons, *asked)
        assert result.exit_code == 0, result.output
        assert json.loads((tmp_path / "a.json").read_text()) == json.loads(
            (tmp_path / "b.json").read_text()
        )


def test_documents_to_explain_may_be_parted_by_semicolons(harnn, model, semicolons, tmp_path):
    few = tmp_path / "few.csv"
    few.write_text("".join(semicolons.read_text().splitlines(keepends=True)[:3]))
    asked = ("explain", model, "--input", few, "--text", "body", "--method", "attention")
    result = harnn(*asked, "--delimiter", ";", "--format", "json")
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)) == 2


def test_documents_to_compare_an_export_on_may_be_parted_by_semicolons(
    harnn, model, semicolons, tmp_path
):
    asked = ("export", model, tmp_path / "served", "--format", "keras", "--check", semicolons)
    result = harnn(*asked, "--text", "body", "--delimiter", ";")
    assert result.exit_code == 0, result.output
    assert "120 documents compared" in result.stdout


@pytest.mark.parametrize("command", ["predict", "evaluate", "taxonomy", "explain", "export"])
def test_a_file_of_semicolons_is_said_to_be_one(harnn, model, semicolons, tmp_path, command):
    arguments = {
        "predict": (model, semicolons, "--text", "body"),
        "evaluate": (model, semicolons, *COLUMNS),
        "taxonomy": (semicolons, *COLUMNS),
        "explain": (model, "--input", semicolons, "--text", "body"),
        "export": (model, tmp_path / "served", "--check", semicolons, "--text", "body"),
    }[command]
    result = harnn(command, *arguments)
    assert result.exit_code == 1
    assert "(--delimiter ';')" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict", "MODEL", "-", "--delimiter", ";"), "--delimiter is for .csv and .tsv"),
        (("explain", "MODEL", "a pawn", "--delimiter", ";"), "--delimiter is for the FILE"),
        (("export", "MODEL", "served", "--delimiter", ";"), "--delimiter is for the FILE"),
        (("evaluate", "MODEL", "CONFIG", "--delimiter", ";"), "leave out --delimiter"),
        (("taxonomy", "TAGGED", "--delimiter", ";"), "no meaning for a .jsonl file"),
        (("taxonomy", "FILE", "--delimiter", ";;"), "one character is needed"),
    ],
)
def test_a_delimiter_without_meaning_is_refused(
    harnn, model, run_config, tagged, semicolons, arguments, words
):
    known = {"MODEL": model, "CONFIG": run_config, "TAGGED": tagged, "FILE": semicolons}
    result = harnn(*(known.get(argument, argument) for argument in arguments))
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_config_takes_a_delimiter(harnn, run_config, semicolons, tmp_path):
    result = harnn("taxonomy", run_config)
    assert result.exit_code == 0, result.output
    path = tmp_path / "run.yaml"
    source = f"source: {semicolons}\n  delimiter: ';'\n"
    lines = run_config.read_text().splitlines(keepends=True)
    path.write_text("".join(f"  {source}" if "source:" in line else line for line in lines))
    found = harnn("taxonomy", path)
    assert found.exit_code == 0, found.output
    assert found.stdout == result.stdout
