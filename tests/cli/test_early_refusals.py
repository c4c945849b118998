"""Wrong options are refused before the slow part: here there is no model to load."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text("text,topic\na b,x\nc d,y\n", encoding="utf-8")
    Path("file").touch()
    Path("folder").mkdir()
    Path("run.yaml").write_text(
        "corpus: {source: no-such-corpus.csv, labels: topic}\noutput: {folder: out}\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("export none out --format onx", "did you mean 'onnx'?"),
        ("export none out --format ONNX", "did you mean 'onnx'?"),
        ("export none file/out", "file/out cannot be written, as this is a file"),
        ("export none folder", "exists and is not a model folder"),
        ("timeseries export none out --format onx", "did you mean 'onnx'?"),
        ("predict none rows.csv --stop sure", "--stop must be leaf or confident"),
        (
            "predict none rows.csv --precision 2",
            "--precision must be a number above 0 and",
        ),
        (
            "predict none rows.csv --precision nan",
            "--precision must be a number above 0 and",
        ),
        (
            "predict none rows.csv --coverage 95",
            "coverage must be a number above 0 and below 1",
        ),
        ("predict none rows.csv -o out.xlsx", "files of kind '.xlsx' are not written"),
        ("predict none rows.csv -o file/out.csv", "file/out.csv cannot be written"),
        ("explain none text --format htm", "did you mean 'html'?"),
        ("explain none text -o why.pdf", "explanations are not written as '.pdf'"),
        ("explain none text -o folder", "folder: is a folder; the name of a file is needed"),
        ("evaluate none rows.csv --json file/scores.json", "file/scores.json cannot be written"),
        ("fit run.yaml model.vectors_file=none.txt", "vectors_file: there is no file none.txt"),
        ("fit run.yaml model.pretrain=none", "name_matches needs word vectors"),
        ("fit run.yaml output.folder=file/out", "file/out"),
        ("compare run.yaml model.vectors_file=none.txt", "there is no file none.txt"),
        ("compare run.yaml output.folder=file", "cannot be written, as this is a file"),
    ],
)
def test_an_option_is_refused_before_the_model_or_the_corpus_is_read(harnn, command, said):
    result = harnn(*command.split())
    assert result.exit_code in (1, 2)
    assert said in " ".join(result.stderr.split())
    assert "no-such-corpus" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(harnn, place):
    (place / "folder").chmod(0o500)
    result = harnn("explain", "none", "text", "-o", place / "folder" / "why.txt")
    assert result.exit_code == 1
    assert "cannot be written here" in result.stderr
