from __future__ import annotations

from pathlib import Path

import datasets
import pytest

from harnn.errors import DataError
from harnn.text.corpora.hub import read_hub


@pytest.fixture(autouse=True)
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set laid out as DeveloperOats/DBPedia_Classes is."""
    folder = tmp_path / "set"
    folder.mkdir()
    for part in ("train", "val", "test"):
        rows = f'{part} one,a,NA,\n"{part}, two",a,b,c\n'
        (folder / f"DBPEDIA_{part}.csv").write_text(f"text,l1,l2,l3\n{rows}")
    return folder


def test_a_data_set_of_csv_files_has_its_parts_and_its_strings(folder: Path) -> None:
    corpus = read_hub(str(folder))
    assert list(corpus.parts) == ["train", "validation", "test"]
    assert list(corpus.train.texts) == ["train one", "train, two"]
    assert corpus.train.labels.tolist() == [["a", "NA", ""], ["a", "b", "c"]]


def test_an_empty_cell_may_mean_an_unknown_level(folder: Path) -> None:
    corpus = read_hub(str(folder), empty="unknown")
    assert corpus.train.labels.tolist()[0] == ["a", "NA", None]


def test_parts_can_be_named(folder: Path) -> None:
    corpus = read_hub(str(folder), split="test", validation="train", test="validation")
    assert corpus.train.texts[0] == "test one"
    assert corpus.validation is not None
    assert corpus.validation.texts[0] == "train one"
    with pytest.raises(DataError, match="no part 'tests' among"):
        read_hub(str(folder), split="tests")


def test_class_numbers_are_read_as_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = datasets.ClassLabel(names=["joy", "anger"])
    features = datasets.Features(
        {"text": datasets.Value("string"), "one": labels, "many": datasets.List(labels)}
    )
    rows = {"text": ["t", "u"], "one": [1, -1], "many": [[0, 1], []]}
    parts = datasets.DatasetDict({"train": datasets.Dataset.from_dict(rows, features)})
    monkeypatch.setattr("harnn.text.corpora.hub._load", lambda name, options: (parts, False))
    assert read_hub("owner/set", labels=["one"]).train.labels.tolist() == [["anger"], [None]]
    assert read_hub("owner/set", labels="many").train.labels == [["joy", "anger"], []]


def test_a_name_that_cannot_be_reached_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr(datasets, "load_dataset_builder", unreachable)
    with pytest.raises(
        DataError, match=r"owner/set: cannot be loaded .*no network.* folder's path"
    ):
        read_hub("owner/set")
