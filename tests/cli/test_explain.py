from __future__ import annotations

import json

import pytest

from harnn import HARNNClassifier


def explained(harnn, model, *arguments, **options) -> list[dict]:
    result = harnn("explain", model, *arguments, "--format", "json", **options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_several_texts_are_several_arguments(harnn, model):
    found = explained(harnn, model, "a pawn", "Water fish", "--steps", 4)
    assert [row["text"] for row in found] == ["a pawn", "Water fish"]
    expected = HARNNClassifier.load(model).predict(["a pawn", "Water fish"]).tolist()
    assert [[c["path"] for c in row["categories"]] for row in found] == [
        [first, f"{first}/{second}"] for first, second in expected
    ]
    for row in found:
        for category in row["categories"]:
            assert list(category["weights"]) == ["attention", "gradients"]
            assert sum(category["weights"]["attention"]) == pytest.approx(1.0, abs=1e-5)


def test_texts_come_from_standard_input_and_from_files(harnn, model, articles):
    method = ("--method", "attention")
    found = explained(harnn, model, "-", *method, input="a pawn\n\nwater\n")
    assert [row["text"] for row in found] == ["a pawn", "", "water"]
    found = explained(harnn, model, "--input", articles, "--text", "body", *method)
    assert len(found) == 120
    assert list(found[0]["categories"][0]["weights"]) == ["attention"]


def test_a_category_can_be_asked_for(harnn, model):
    chosen = ("--category", "sport/chess", "--category", "nature", "--method", "attention")
    (found,) = explained(harnn, model, "a pawn", *chosen)
    assert [category["path"] for category in found["categories"]] == ["sport/chess", "nature"]


def test_what_is_printed_has_colours_only_in_a_terminal(harnn, model, monkeypatch):
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    arguments = ("explain", model, "a pawn", "--method", "attention")
    plain = harnn(*arguments)
    assert plain.exit_code == 0, plain.output
    assert plain.stdout.startswith("“a pawn”\npredicted   ")
    assert "\x1b" not in plain.stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in harnn(*arguments).stdout


def test_a_models_several_paths_are_all_explained(harnn, several_paths_model):
    text = "water fish shore board pawn king"
    (found,) = explained(harnn, several_paths_model, text, "--method", "attention")
    predicted = {row["path"] for row in found["predicted"]}
    assert predicted <= {category["path"] for category in found["categories"]}


@pytest.mark.parametrize("name", ["why.html", "why.json", "why.txt"])
def test_the_output_is_written_as_it_is_named(harnn, model, tmp_path, name):
    path = tmp_path / name
    result = harnn("explain", model, "<b> pawn", "--method", "attention", "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    written = path.read_text(encoding="utf-8")
    if name.endswith("html"):
        assert written.startswith("<!doctype html>")
        assert "<b>" not in written.split('class="words"')[1].split("</p>")[0]
    elif name.endswith("json"):
        assert json.loads(written)[0]["text"] == "<b> pawn"
    else:
        assert written.startswith("“<b> pawn”\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "give the texts themselves, - for standard input, or --input FILE"),
        (["a", "--input", "x.csv"], 2, "not both"),
        (["a", "--format", "htm"], 2, "--format htm: there are text, json, html; did you mean"),
        (["a", "--method", "gradient"], 2, "did you mean 'gradients'"),
        (["a", "--category", "sport/ches"], 1, "did you mean 'chess'"),
        (["a", "--steps", "0"], 2, "--steps"),
        (["--input", "no-such.csv"], 1, "there is no such file"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(harnn, model, tmp_path, arguments, code, said):
    path = tmp_path / "out.html"
    result = harnn("explain", model, *arguments, "-o", path)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert not path.exists()


def test_no_model_is_no_explanation(harnn, tmp_path):
    result = harnn("explain", tmp_path / "none", "a pawn")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
