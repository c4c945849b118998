from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harnn.errors import ConfigError, DataError
from harnn.text import embedding_start
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.embedding_start import fit_vocabulary
from harnn.text.options import HARNNOptions

TEXTS = ["a rose is a rose", "a violet is blue"]
UNLABELLED = ["red is the rose and red is the wine", "the wine"]


def _started(*, unlabelled: Any = (), **options: Any) -> tuple[Vocabulary, np.ndarray | None]:
    chosen = HARNNOptions.resolve("adapted", **({"embedding_dim": 5} | options))
    vocabulary, start = fit_vocabulary(TEXTS, unlabelled, chosen, seed=0, verbose=False)
    if start is None:
        return vocabulary, None
    vectors = start.compute()
    assert vectors.shape == (len(vocabulary), start.dim)
    return vocabulary, vectors


def test_without_vectors_the_words_are_those_of_the_training_texts() -> None:
    vocabulary, vectors = _started(unlabelled=UNLABELLED)
    assert vectors is None
    assert vocabulary == _started()[0]
    assert set(vocabulary.words) == {"a", "rose", "is"}


@pytest.mark.parametrize("kind", ["cooccurrence", "word2vec", "fasttext"])
def test_where_vectors_are_learnt_the_words_of_unlabelled_texts_count_too(kind: str) -> None:
    vocabulary, vectors = _started(unlabelled=UNLABELLED, pretrain=kind)
    assert set(vocabulary.words) == {"a", "rose", "is", "the", "red", "wine"}
    assert vectors is not None
    assert vectors.shape == (8, 5)
    assert not vectors[:2].any()
    assert np.abs(vectors[2:]).sum(axis=1).min() > 0


def test_the_same_seed_gives_the_same_vectors() -> None:
    first, again = (_started(unlabelled=UNLABELLED, pretrain="word2vec")[1] for _ in range(2))
    assert first is not None
    assert again is not None
    np.testing.assert_array_equal(first, again)


def test_words_of_a_file_follow_those_of_the_texts_and_its_dimensions_go_first(
    tmp_path: Path,
) -> None:
    path = tmp_path / "glove.txt"
    path.write_text("the 1 0\nRose 0 1\n. . . 1 1\nwine -1 0\nred 0 -1\n", encoding="utf-8")
    vocabulary, vectors = _started(vectors_file=str(path), max_vocabulary=5)
    # "rose" is a training word already, ". . ." is no word, and there is no room for "red".
    assert set(vocabulary.words[:3]) == {"a", "rose", "is"}
    assert vocabulary.words[3:] == ("the", "wine")
    assert vectors is not None
    assert vectors.shape == (7, 2)
    wine, the = (vectors[2 + vocabulary.words.index(word)] for word in ("wine", "the"))
    np.testing.assert_allclose(the[1], wine[1], atol=1e-6)
    assert the[0] > 0 > wine[0]


def test_options_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="give one of the two"):
        _started(pretrain="word2vec", vectors_file=str(tmp_path / "v.txt"))
    with pytest.raises(ConfigError, match="name_matches needs word vectors: give pretrain or"):
        _started(pretrain="none", name_matches=True)


def test_texts_without_a_frequent_word_are_refused() -> None:
    with pytest.raises(DataError, match=r"no word occurs 9 times \(min_count\) in the 2 training"):
        _started(min_count=9)


def test_vectors_that_were_trained_are_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[int] = []
    original = embedding_start.pretrain_word_vectors

    def counting(*arguments: Any, **options: Any) -> Any:
        trained.append(options["seed"])
        return original(*arguments, **options)

    monkeypatch.setattr(embedding_start, "pretrain_word_vectors", counting)

    def vectors(texts: list[str] = TEXTS, seed: int = 0, **options: Any) -> np.ndarray:
        chosen = HARNNOptions.resolve(
            "adapted", embedding_dim=5, **({"pretrain": "word2vec"} | options)
        )
        found = fit_vocabulary(
            texts, UNLABELLED, chosen, seed, verbose=False, checkpoint_dir=str(tmp_path)
        )[1]
        assert found is not None
        return found.compute()

    first = vectors()
    np.testing.assert_array_equal(vectors(), first)
    assert trained == [0]
    # A change of anything that they depend on trains anew; what they do not depend on does not.
    np.testing.assert_array_equal(vectors(epochs=77), first)
    assert trained == [0]
    for changed in ({"seed": 1}, {"pretrain_epochs": 2}, {"max_length": 3}, {"texts": TEXTS[::-1]}):
        vectors(**changed)
        vectors()
    assert trained == [0, 1, 0, 0, 0, 0, 0, 0, 0]
