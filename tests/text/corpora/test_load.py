from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harnn.errors import ConfigError, DataError
from harnn.text.corpora import load_corpus

FRAME = pd.DataFrame({"text": [f"text {i}" for i in range(200)], "l1": ["a", "b"] * 100})


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    FRAME.to_csv(tmp_path / "corpus.csv", index=False)
    return tmp_path / "corpus.csv"


def test_a_file_alone_is_all_training_documents(file: Path) -> None:
    corpus = load_corpus(file)
    assert corpus.name == "corpus"
    assert (len(corpus.train), corpus.validation, corpus.test) == (200, None, None)
    assert len(load_corpus(str(file)).train) == 200


def test_files_can_be_given_for_the_other_parts(file: Path) -> None:
    corpus = load_corpus(file, validation=file, test=str(file))
    assert len(corpus.validation or ()) == len(corpus.test or ()) == 200


def test_parts_are_cut_the_same_way_from_a_file_and_from_memory(file: Path) -> None:
    cut: dict[str, Any] = {"validation_fraction": 0.2, "test_fraction": 0.1}
    ours, theirs = load_corpus(file, **cut), load_corpus(FRAME, **cut)
    for name, split in ours.parts.items():
        assert list(split.texts) == list(theirs.parts[name].texts)
        assert split.labels.tolist() == theirs.parts[name].labels.tolist()
    assert sum(map(len, ours.parts.values())) == 200
    other = load_corpus(file, seed=1, **cut)
    assert other.validation is not None
    assert ours.validation is not None
    assert list(other.validation.texts) != list(ours.validation.texts)


def test_a_folder_a_dict_and_lists_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    FRAME.to_csv(folder / "train.csv", index=False)
    lists = load_corpus(["t", "u"], labels=["a", "b"], test=(["v"], ["a"]))
    assert len(load_corpus(folder).train) == 200
    assert list(load_corpus({"train": FRAME, "test": FRAME}).parts) == ["train", "test"]
    assert len(load_corpus(FRAME, test=FRAME).test or ()) == 200
    assert lists.test is not None
    assert lists.test.labels.tolist() == [["a"]]
    assert load_corpus(["t", "u"]).label_form is None


def test_options_reach_the_generator() -> None:
    corpus = load_corpus("synthetic", seed=3, documents=30, test=7, categories=(2, 3))
    assert (len(corpus.train), len(corpus.test or ()), corpus.levels) == (30, 7, ("l1", "l2"))


@pytest.mark.parametrize(
    ("source", "options", "error", "message"),
    [
        ("dbpedias", {}, DataError, "no corpus, file or folder; did you mean 'dbpedia'"),
        ("./no/such", {}, DataError, "no corpus, file or folder"),
        ("nowhere.csv", {}, DataError, r"nowhere\.csv: there is no such file"),
        (3, {}, DataError, "cannot be loaded from a int"),
        (FRAME, {"emty": "ended"}, ConfigError, "no option 'emty'"),
        (FRAME, {"path_seperator": ";"}, ConfigError, "did you mean 'path_separator'"),
        (FRAME, {"split": "train"}, ConfigError, "split='train' has no meaning with a DataFrame"),
        (FRAME, {"test": FRAME, "test_fraction": 0.1}, ConfigError, "has a test part already"),
        (FRAME, {"validation_fraction": 1.5}, ConfigError, r"validation_fraction=1\.5"),
        ("docstrings", {"labels": ["l1"]}, ConfigError, "the columns are fixed"),
        ("docstrings", {"validation": "x.csv"}, ConfigError, "has no meaning with docstrings"),
        ("synthetic", {"document": 3}, ConfigError, "did you mean 'documents'"),
    ],
)
def test_what_cannot_be_loaded_is_refused(
    source: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        load_corpus(source, **options)


def test_importing_it_loads_no_heavy_package() -> None:
    code = (
        "import sys, harnn.text.corpora\n"
        "heavy = {'datasets', 'pandas', 'pyarrow', 'tensorflow', 'keras', 'sklearn', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
