from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from harnn.text.corpora import Corpus, load_corpus
from harnn.text.corpora.docstring_reader import Docstring
from harnn.text.corpora.docstrings import (
    PACKAGES,
    fold_small_classes,
    read_docstrings,
    without_duplicates,
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus("docstrings")


def all_labels(corpus: Corpus) -> list[tuple[str, ...]]:
    return [tuple(row) for split in corpus.parts.values() for row in split.labels]


def test_the_corpus_is_large_and_three_levels_deep(corpus: Corpus) -> None:
    labels = all_labels(corpus)
    assert len(labels) >= 12_000
    assert corpus.levels == ("l1", "l2", "l3")
    classes = [len({row[:depth] for row in labels if row[depth - 1]}) for depth in (1, 2, 3)]
    assert classes[0] == len(PACKAGES)
    assert 80 <= classes[1] <= 140
    assert 120 <= classes[2] <= 250


def test_no_class_has_fewer_than_twenty_documents(corpus: Corpus) -> None:
    sizes = Counter(
        row[:depth] for row in all_labels(corpus) for depth in (1, 2, 3) if row[depth - 1]
    )
    assert min(sizes.values()) >= 20


def test_a_path_that_has_ended_does_not_go_on(corpus: Corpus) -> None:
    assert all(row[0] and (row[1] or not row[2]) for row in all_labels(corpus))
    assert any(not row[1] for row in all_labels(corpus))


def test_no_text_stands_twice(corpus: Corpus) -> None:
    texts = [" ".join(t.lower().split()) for part in corpus.parts.values() for t in part.texts]
    assert len(set(texts)) == len(texts)
    assert min(len(text.split()) for text in texts) >= 20


def test_the_parts_are_eighty_ten_ten(corpus: Corpus) -> None:
    sizes = np.array([len(split) for split in corpus.parts.values()])
    assert list(corpus.parts) == ["train", "validation", "test"]
    assert sizes / sizes.sum() == pytest.approx([0.8, 0.1, 0.1], abs=0.015)


def test_the_packages_are_read_not_imported_and_twice_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("toyone", "toytwo"):
        (tmp_path / name).mkdir()
        definitions = [f'def f{i}():\n    """{name} {i} {"word " * 20}"""\n' for i in range(40)]
        source = "\n".join([*definitions, "raise RuntimeError('imported')"])
        (tmp_path / name / "__init__.py").write_text(source, encoding="utf-8")
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("harnn.text.corpora.docstrings.PACKAGES", {"toyone": "1", "toytwo": "2"})
    first = read_docstrings()
    assert sorted(set(all_labels(first))) == [("toyone", "", ""), ("toytwo", "", "")]
    assert len(all_labels(first)) == 80
    assert "toyone" not in sys.modules
    (cached,) = (tmp_path / "cache").rglob("*.arrow")
    content = cached.read_bytes()
    cached.unlink()
    read_docstrings()
    assert cached.read_bytes() == content


def test_copies_are_kept_once_or_not_at_all_where_their_labels_differ() -> None:
    found = [
        Docstring("A text", ("x", "y")),
        Docstring("a  TEXT", ("x", "y")),
        Docstring("disputed", ("x",)),
        Docstring("Disputed", ("z",)),
        Docstring("alike to three levels", ("x", "y", "z", "a")),
        Docstring("alike to three levels", ("x", "y", "z", "b")),
    ]
    assert without_duplicates(found) == [
        Docstring("A text", ("x", "y")),
        Docstring("alike to three levels", ("x", "y", "z")),
    ]


def test_small_classes_are_folded_as_far_up_as_needed() -> None:
    paths = [("a", "b", "c")] * 2 + [("a", "b", "d")] + [("a", "e", "f")] + [("g", "h")]
    folded = fold_small_classes([Docstring("", path) for path in paths], smallest=2)
    assert [document.path for document in folded] == [
        ("a", "b", "c"),
        ("a", "b", "c"),
        ("a", "b", ""),
        ("a", "", ""),
    ]
