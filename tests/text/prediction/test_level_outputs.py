"""Batches may be read by several threads: each document keeps its own answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from harnn.text.documents import pad
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.prediction import level_outputs
from harnn.text.prediction.level_outputs import LevelOutputs

DOCUMENTS = [np.arange(2, 3 + n % 7, dtype=np.int32) * (n + 1) for n in range(50)]


def sums(tokens: np.ndarray) -> list[np.ndarray]:
    """Answer each document by the sum of its ids, the first ones later than the others."""
    time.sleep(0.02 / tokens.shape[1])
    return [tokens.sum(axis=1, keepdims=True).astype(np.float32)]


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_every_document_has_its_own_answer_whoever_reads_it(threads: int) -> None:
    reader = LevelOutputs(sums, Vocabulary(["a"]), (1,), batch_size=3, threads=threads)
    (found,) = reader.of_documents(DOCUMENTS)
    assert found[:, 0].tolist() == [float(document.sum()) for document in DOCUMENTS]
    assert reader.of_documents([])[0].shape == (0, 1)


def test_as_many_batches_are_read_at_a_time_as_there_are_threads() -> None:
    meeting = threading.Barrier(3, timeout=30)

    def forward(tokens: np.ndarray) -> list[np.ndarray]:
        meeting.wait()
        return sums(tokens)

    documents = DOCUMENTS[:9]
    reader = LevelOutputs(forward, Vocabulary(["a"]), (1,), batch_size=3, threads=3)
    (found,) = reader.of_documents(documents)
    assert found[:, 0].tolist() == pad(documents).sum(axis=1).tolist()


@pytest.mark.parametrize("threads", [1, 2])
def test_what_fails_in_a_batch_fails_the_call(threads: int) -> None:
    def forward(tokens: np.ndarray) -> list[np.ndarray]:
        raise ArithmeticError("one of many")

    reader = LevelOutputs(forward, Vocabulary(["a"]), (1,), batch_size=3, threads=threads)
    with pytest.raises(ArithmeticError, match="one of many"):
        reader.of_documents(DOCUMENTS)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stream_of_texts_keeps_their_order(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level_outputs, "_THREADED_CHUNK", 8)
    monkeypatch.setattr(level_outputs, "CHUNK", 8)
    texts = [" ".join(["b"] * (1 + n % 5) + ["a"] * (n % 3)) for n in range(50)]
    vocabulary = Vocabulary(["a", "b"])
    reader = LevelOutputs(sums, vocabulary, (1,), batch_size=3, threads=threads)
    found = np.concatenate([levels[0][:, 0] for levels in reader.of_texts(texts)])
    assert found.tolist() == [float(vocabulary.encode(text).sum()) for text in texts]


def test_a_stream_that_is_left_reads_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level_outputs, "_THREADED_CHUNK", 4)
    read = 0

    def texts() -> Iterator[str]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield "a b"

    before = threading.active_count()
    reader = LevelOutputs(sums, Vocabulary(["a"]), (1,), batch_size=2, threads=2)
    stream = reader.of_texts(texts())
    assert len(next(stream)[0]) == 4
    stream.close()
    assert read == 8
    assert threading.active_count() == before


@pytest.mark.parametrize("count", [1, 2, 5, 9, 70])
@pytest.mark.parametrize("threads", [1, 2])
def test_few_documents_and_many_have_their_own_answers(count: int, threads: int) -> None:
    texts = [" ".join(["a"] * (1 + n % 7) + ["b"] * (n % 3)) for n in range(count)]
    vocabulary = Vocabulary(["a", "b"])
    reader = LevelOutputs(sums, vocabulary, (1,), batch_size=4, threads=threads)
    expected = [float(vocabulary.encode(text).sum()) for text in texts]
    (levels,) = reader.of_texts(texts)
    assert levels[0][:, 0].tolist() == expected
    (found,) = reader.of_documents([vocabulary.encode(text) for text in texts])
    assert found[:, 0].tolist() == expected


@pytest.mark.parametrize("threads", [1, 2])
def test_what_fails_while_texts_are_encoded_fails_the_call(threads: int) -> None:
    reader = LevelOutputs(sums, Vocabulary(["a"]), (1,), batch_size=2, threads=threads)
    broken: list[Any] = ["a"] * 9 + [_Unsplit("a")]
    with pytest.raises(IndexError, match="no words"):
        list(reader.of_texts(broken))


class _Unsplit(str):
    def isascii(self) -> bool:
        raise IndexError("no words")
