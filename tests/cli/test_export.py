"""``harnn export``: what is written is what was asked for, and compared."""

import re

import pytest

from harnn.runtime import OnnxClassifier


def test_a_model_is_exported_compared_and_described(harnn, model, articles, tmp_path):
    told = ("--name", "Places", "--license", "CC0-1.0", "--score", "micro F1=0.9")
    options = ("--check", articles, "--text", "body", "--documents", 50)
    result = harnn("export", model, tmp_path / "served", *options, *told)
    assert result.exit_code == 0, result.output
    assert re.search(r"50 documents compared .* same paths in 50\n", result.stdout), result.stdout
    card = (tmp_path / "served" / "README.md").read_text(encoding="utf-8")
    assert card.startswith("# Places\n")
    assert "| licence | CC0-1.0 |" in card
    assert "| micro F1 | 0.9000 |" in card
    assert len(OnnxClassifier.load(tmp_path / "served").predict(["a pawn"])) == 1


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            ("--format", "tflight"),
            2,
            "format must be keras, saved_model, onnx",
        ),
        (("--format", "onx"), 2, "did you mean 'onnx'?"),
        (("--score", "0.9"), 2, "NAME=VALUE is needed"),
        (("--score", "F1=good"), 2, "NAME=VALUE is needed"),
        (("--check", "nowhere.csv"), 1, "nowhere.csv: there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said(harnn, model, tmp_path, options, code, message):
    result = harnn("export", model, tmp_path / "served", *options)
    assert result.exit_code == code, result.output
    assert message in " ".join(result.stderr.split())
    assert not (tmp_path / "served").exists()
