from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harnn.errors import ConfigError, DataError
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.word_vectors import WordVectors, pretrain_word_vectors
from harnn.text.word_vectors import pretraining as module
from harnn.text.word_vectors.pretraining import KINDS

TINY: dict[str, Any] = {
    "dim": 8, "epochs": 2, "min_count": 1, "max_length": 150, "seed": 0, "verbose": False,
}  # fmt: skip
TEXTS = ["A rose is a rose.", "is it? It is Rose"] * 30

# Two topics that share no word but the fillers.
_TOPICS = (
    "river lake water stream flood shore delta canal",
    "tennis racket serve court match player set ace",
)


def _topics(count: int = 3000) -> list[str]:
    generator = np.random.default_rng(0)
    fillers = [f"filler{number}" for number in range(50)]
    return [
        " ".join(generator.permutation([
            *generator.choice(_TOPICS[number % 2].split(), size=6),
            *generator.choice(fillers, size=4),
        ]))
        for number in range(count)
    ]  # fmt: skip


def _topic_cosines(vectors: WordVectors) -> tuple[float, float]:
    """The mean cosine of two words of one topic, and of two words of both."""
    rows = [
        np.array([vectors.vectors[vectors.words.index(word)] for word in topic.split()])
        for topic in _TOPICS
    ]
    rows = [row / np.linalg.norm(row, axis=1, keepdims=True) for row in rows]
    pairs = np.triu_indices(8, k=1)
    within = np.mean([(row @ row.T)[pairs].mean() for row in rows])
    return float(within), float((rows[0] @ rows[1].T).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_words_that_stand_together_come_near_each_other(kind):
    # Almost all of so small a vocabulary is subsampled away: it takes many epochs.
    vectors = pretrain_word_vectors(_topics(), kind=kind, **{**TINY, "dim": 16, "epochs": 60})
    within, between = _topic_cosines(vectors)
    assert within > between + 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_are_those_of_a_vocabulary_of_the_same_options_in_its_order(kind):
    texts = [*TEXTS, "x y. x y", "\x85z\u00a0 \u2028q q", "\x00 \x00", ""]
    options = {"min_count": 2, "max_length": 4}
    vectors = pretrain_word_vectors(texts, kind=kind, **{**TINY, **options})
    assert vectors.words == Vocabulary.fit(texts, **options).words
    assert vectors.vectors.shape == (len(vectors), 8)


def test_the_words_of_texts_without_labels_are_in_the_vectors():
    unlabelled = ["an unlabelled violet"] * 3
    vectors = pretrain_word_vectors([*TEXTS, *unlabelled], kind="word2vec", **TINY)
    assert {"unlabelled", "violet"} <= set(vectors.words)
    assert vectors.coverage(Vocabulary(["violet", "rose"])) == 1.0


def test_only_fasttext_gives_unknown_words_a_vector():
    word2vec = pretrain_word_vectors(TEXTS, kind="word2vec", **TINY)
    fasttext = pretrain_word_vectors(TEXTS, kind="fasttext", **TINY)
    assert word2vec.subwords is None
    assert fasttext.subwords is not None
    assert fasttext.subwords.buckets.shape == (200_000, 8)
    unseen = fasttext.subwords.vector("roses")
    assert unseen is not None
    rose = fasttext.vectors[fasttext.words.index("rose")]
    other = fasttext.vectors[fasttext.words.index("it")]

    def cosine(row: np.ndarray) -> float:
        return float(unseen @ row / np.linalg.norm(unseen) / np.linalg.norm(row))

    assert cosine(rose) > cosine(other)


# Determinism -------------------------------------------------------------------------------------

_SCRIPT = """
import hashlib, sys
from harnn.text.word_vectors import pretrain_word_vectors
texts = [f"a rose is word{n % 40} and word{n % 7} or rose{n % 11}" for n in range(300)]
vectors = pretrain_word_vectors(
    texts, kind=sys.argv[1], dim=8, epochs=2, min_count=1, max_length=9, seed=0, verbose=False
)
print(hashlib.sha256(vectors.vectors.tobytes()).hexdigest(), *vectors.words)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_vectors_in_another_process_with_other_hashes(kind):
    outputs = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", _SCRIPT, kind],
            env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
    assert len(outputs.pop().split()) > 50


def _digest(vectors: WordVectors) -> str:
    return hashlib.sha256(vectors.vectors.tobytes()).hexdigest()


def test_another_seed_gives_other_vectors_and_none_draws_one():
    digests = [
        _digest(pretrain_word_vectors(TEXTS, kind="word2vec", **{**TINY, "seed": seed}))
        for seed in (0, 0, 1, None, None)
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_more_workers_train_too():
    vectors = pretrain_word_vectors(TEXTS, kind="word2vec", workers=2, **TINY)
    assert len(vectors) == 6


def test_importing_the_package_loads_neither_gensim_nor_tensorflow():
    script = (
        "import sys, harnn.text.word_vectors; print({'gensim', 'tensorflow'} & sys.modules.keys())"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert shown.stdout == "set()\n"


# Reading -----------------------------------------------------------------------------------------


def test_the_texts_are_read_once_from_any_iterable():
    once = pretrain_word_vectors(iter(TEXTS), kind="word2vec", **TINY)
    assert _digest(once) == _digest(pretrain_word_vectors(TEXTS, kind="word2vec", **TINY))


def test_every_epoch_reads_all_words_of_every_text_in_pieces_that_gensim_takes(monkeypatch):
    monkeypatch.setattr(module, "_LONGEST_SENTENCE", 3)
    read: list[list[str]] = []
    lines = module._Corpus._lines

    def spied(corpus: Any) -> Iterator[list[str]]:
        for words in lines(corpus):
            read.append(words)
            yield words

    monkeypatch.setattr(module._Corpus, "_lines", spied)
    pretrain_word_vectors(
        ["a b c d e f g h", "", "A!"], kind="word2vec", **{**TINY, "max_length": 7}
    )
    assert read == [["a", "b", "c"], ["d", "e", "f"], ["g"], ["a", "!"]] * 2


def test_the_temporary_file_is_gone_afterwards(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pretrain_word_vectors(TEXTS, kind="word2vec", **TINY)
    with pytest.raises(DataError):
        pretrain_word_vectors(TEXTS, kind="word2vec", **{**TINY, "min_count": 1000})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_an_error_and_no_endless_wait(monkeypatch):
    def failing(corpus: Any) -> Iterator[list[str]]:
        yield ["a", "rose"]
        raise OSError("the disk is gone")

    monkeypatch.setattr(module._Corpus, "_lines", failing)
    with pytest.raises(OSError, match="the disk is gone"):
        pretrain_word_vectors(TEXTS, kind="word2vec", **TINY)


@pytest.mark.parametrize("workers", [1, 2])
def test_after_an_interrupt_no_thread_reads_on_or_waits_for_ever(monkeypatch, workers):
    from gensim.models import Word2Vec

    read = 0
    begun = threading.Event()
    lines = module._Corpus._lines

    def counted(corpus: Any) -> Iterator[list[str]]:
        nonlocal read
        for words in lines(corpus):
            read += 1
            if read == 12_000 * workers:  # all queues are as good as full
                begun.set()
            yield words

    def interrupted(model: Any, *args: Any, **options: Any) -> None:
        begun.wait(timeout=10)
        raise KeyboardInterrupt

    monkeypatch.setattr(module._Corpus, "_lines", counted)
    monkeypatch.setattr(Word2Vec, "_log_epoch_progress", interrupted)
    before = set(threading.enumerate())
    texts = ["a rose is a rose"] * 100_000
    with pytest.raises(KeyboardInterrupt):
        pretrain_word_vectors(texts, kind="word2vec", **TINY, workers=workers)
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
    assert set(threading.enumerate()) <= before
    assert 0 < read < len(texts)


# What it says ------------------------------------------------------------------------------------


def test_the_progress_is_shown_on_standard_error_and_nothing_of_gensim(capfd, caplog):
    with caplog.at_level(logging.DEBUG, logger="gensim"):
        pretrain_word_vectors(TEXTS, kind="word2vec", **{**TINY, "verbose": True, "min_count": 50})
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "word vectors: 360 words, 4 of which occur 50 times or more",
        "word vectors: epoch 1/2 (0:00 left)",
        "word vectors: epoch 2/2 (0:00 left)",
    ]


def test_nothing_is_shown_or_logged_where_not_verbose(capfd, caplog):
    with caplog.at_level(logging.DEBUG):
        pretrain_word_vectors(TEXTS, kind="fasttext", **TINY)
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith("gensim")] == []


# What it refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("texts", "most"), [(TEXTS, 90), ([], 0), (["", " "], 0)])
def test_a_corpus_in_which_no_word_is_frequent_enough_is_refused(texts, most):
    with pytest.raises(DataError, match=f"no word occurs 121 times, the most frequent one {most} "):
        pretrain_word_vectors(texts, kind="word2vec", **{**TINY, "min_count": 121})


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"kind: 'fastText' .* did you mean 'fasttext'"):
        pretrain_word_vectors(TEXTS, kind="fastText", **TINY)


@pytest.mark.parametrize(
    "name", ["dim", "epochs", "min_count", "max_length", "window", "negative", "workers"]
)
def test_a_number_below_one_is_refused_by_name(name):
    with pytest.raises(ConfigError, match=f"{name}: 0 must be 1 or more"):
        pretrain_word_vectors(TEXTS, kind="word2vec", **{**TINY, name: 0})
