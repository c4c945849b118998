from __future__ import annotations

import os
from pathlib import Path

import datasets
import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.corpora import load_corpus
from harnn.text.corpora.dbpedia import read_dbpedia

needs_data = pytest.mark.skipif(
    not os.environ.get("HARNN_DATA_DIR"), reason="HARNN_DATA_DIR is not set"
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))


@needs_data
def test_dbpedia_has_its_parts_and_levels() -> None:
    corpus = load_corpus("dbpedia")
    sizes = {name: len(split) for name, split in corpus.parts.items()}
    assert sizes == {"train": 19500, "validation": 1201, "test": 2484, "unlabelled": 39486}
    labels = corpus.train.labels
    assert isinstance(labels, np.ndarray)
    assert [len(set(level) - {None}) for level in labels.T][:2] == [9, 70]
    # E711: compared entry by entry, which "is" cannot do.
    assert (labels[:, 2] == None).sum() == 13825  # noqa: E711
    assert not (labels[:, :2] == None).any()  # noqa: E711
    assert corpus.unlabelled is not None
    assert corpus.unlabelled.labels is None


@needs_data
def test_newsgroups_is_ragged_and_validation_can_be_cut_from_its_training_part() -> None:
    whole = load_corpus("newsgroups")
    corpus = load_corpus("newsgroups", validation_fraction=0.1)
    assert whole.validation is None
    assert corpus.validation is not None
    assert len(corpus.train) + len(corpus.validation) == len(whole.train) == 11314
    assert len(corpus.test or ()) == 7532
    assert ["alt", "alt.atheism", ""] in corpus.train.labels.tolist()


@needs_data
def test_goemotions_has_several_paths_a_document() -> None:
    corpus = load_corpus("goemotions")
    assert corpus.label_form == "paths"
    assert len(corpus.train) == 43410
    assert corpus.train.labels[2] == ["negative/anger/anger"]
    assert max(map(len, corpus.train.labels)) > 1


@pytest.mark.parametrize("name", ["newsgroups", "goemotions"])
def test_a_corpus_of_the_data_folder_says_to_set_it(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HARNN_DATA_DIR", raising=False)
    with pytest.raises(DataError, match="set HARNN_DATA_DIR"):
        load_corpus(name)
    monkeypatch.setenv("HARNN_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match=f"has no folder '{name}'"):
        load_corpus(name)
    monkeypatch.setenv("HARNN_DATA_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="is not a folder"):
        load_corpus(name)


def test_dbpedia_out_of_reach_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.delenv("HARNN_DATA_DIR", raising=False)
    monkeypatch.setattr(datasets, "load_dataset_builder", unreachable)
    with pytest.raises(DataError, match=r"DBPedia_Classes: .* set HARNN_DATA_DIR to a folder"):
        read_dbpedia()
