from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.documents import EncodedDocuments
from harnn.text.documents.vocabulary import UNKNOWN, Vocabulary
from harnn.text.prediction import level_outputs
from harnn.text.prediction import predictor as module
from harnn.text.prediction.predictor import Predictor
from harnn.text.taxonomy import Taxonomy

WORDS = [f"w{number}" for number in range(10)]
VOCABULARY = Vocabulary(WORDS, max_length=12)
TAXONOMY = Taxonomy.from_paths(["a/b", "a/c", "d/e"])
DECODER = ThresholdDecoder(TAXONOMY)
TEXTS = [" ".join(WORDS[k % 10] for k in range(n, n + 1 + (7 * n) % 12)) for n in range(23)]


class StubModel:
    """Two levels whose probabilities are functions of a document's own words, padding apart."""

    input = keras.Input((None,), dtype="int32")

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def predict_on_batch(self, tokens: np.ndarray) -> dict[str, np.ndarray]:
        """What a backend without a graph of any length is asked for."""
        assert tokens.dtype == np.int32
        assert (tokens != 0).any(axis=1).all()
        self.shapes.append(tokens.shape)
        return {name: np.asarray(level) for name, level in self(tokens).items()}

    def __call__(self, tokens: Any, training: bool = False) -> dict[str, Any]:
        assert not training
        total = keras.ops.cast(keras.ops.sum(tokens, axis=1), "float32") / 256
        first = keras.ops.cast(tokens[:, 0], "float32") / 32
        # In the wrong order: the levels are found by name.
        return {
            "level_2": keras.ops.stack([first, total, first * total], axis=1),
            "level_1": keras.ops.stack([total, first], axis=1),
        }


def expected(texts: list[str]) -> np.ndarray:
    """One document after another, without batches."""
    rows = []
    for text in texts:
        ids = VOCABULARY.encode(text)
        total, first = ids.sum() / 256, ids[0] / 32
        rows.append(
            [
                max(total, first, total),
                max(first, first * total),
                first,
                total,
                first * total,
            ]
        )
    return np.array(rows, dtype=np.float32).reshape(-1, 5)


def predictor(batch_size: int = 4) -> Predictor:
    return Predictor(StubModel(), VOCABULARY, DECODER, batch_size)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every batch reach the stub itself, as on backends without a graph of any length."""
    monkeypatch.setattr(module.keras.config, "backend", lambda: "jax")


def test_results_stand_in_the_order_of_the_texts():
    results = np.concatenate(list(predictor().probabilities(TEXTS)))
    np.testing.assert_allclose(results, expected(TEXTS), rtol=1e-6)
    assert results.dtype == np.float32


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.integers(0, 22), min_size=1, max_size=30),
    batch_size=st.integers(1, 9),
    chunk=st.integers(1, 12),
)
def test_neither_chunks_nor_batches_nor_neighbours_change_a_result(rows, batch_size, chunk):
    texts = [TEXTS[row] for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.keras.config, "backend", lambda: "jax")
        patch.setattr(module, "CHUNK", chunk)
        patch.setattr(level_outputs, "CHUNK", chunk)
        parts = list(predictor(batch_size).probabilities(texts))
        encoded = predictor(batch_size).probabilities_of(EncodedDocuments(texts, VOCABULARY))
    assert [len(part) for part in parts[:-1]] == [chunk] * (len(parts) - 1)
    np.testing.assert_array_equal(np.concatenate(parts), expected(texts))
    np.testing.assert_array_equal(encoded, expected(texts))


def test_a_stream_is_read_a_chunk_at_a_time_and_never_to_its_end(monkeypatch, eager):
    monkeypatch.setattr(level_outputs, "CHUNK", 3)
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield TEXTS[read % len(TEXTS)]

    stream = predictor().probabilities(endless())
    assert read == 0
    for chunk, part in enumerate(islice(stream, 4), start=1):
        assert part.shape == (3, 5)
        assert read == 3 * chunk


def test_documents_of_like_length_go_through_the_network_together(monkeypatch, eager):
    monkeypatch.setattr(module, "length_multiple", lambda: 1)
    runner = predictor(batch_size=4)
    list(runner.probabilities(TEXTS))
    assert [shape[0] for shape in runner.model.shapes] == [4, 4, 4, 4, 4, 3]
    widths = [shape[1] for shape in runner.model.shapes]
    longest = sorted(len(VOCABULARY.encode(text)) for text in TEXTS)
    assert widths == [longest[min(at + 3, 22)] for at in range(0, 23, 4)]


def test_lengths_are_rounded_up_where_the_backend_compiles_for_every_shape(monkeypatch, eager):
    assert module.length_multiple() == 32
    runner = predictor()
    results = np.concatenate(list(runner.probabilities(TEXTS)))
    assert {shape[1] for shape in runner.model.shapes} == {32}
    np.testing.assert_allclose(results, expected(TEXTS), rtol=1e-6)
    monkeypatch.setattr(module.keras.config, "backend", lambda: "tensorflow")
    assert module.length_multiple() == 1


def test_a_document_without_words_reaches_the_network_as_one_unknown_word(eager):
    results = next(predictor().probabilities([""]))
    np.testing.assert_allclose(results[0, 2:4], [UNKNOWN / 32, UNKNOWN / 256], rtol=1e-6)


def test_no_text_gives_no_chunk():
    assert list(predictor().probabilities([])) == []


def test_no_document_gives_an_empty_array():
    none = EncodedDocuments([], VOCABULARY)
    assert predictor().probabilities_of(none).shape == (0, 5)


def test_the_decoder_sees_the_levels_from_the_top_down_whatever_their_number(eager):
    paths = ["/".join("abcdefghijkl"[: depth + 1]) for depth in range(12)] + ["m"]
    taxonomy = Taxonomy.from_paths(paths)
    decoder = BestPathDecoder(taxonomy)

    class DeepModel:
        input = StubModel.input

        def predict_on_batch(self, tokens: np.ndarray) -> dict[str, np.ndarray]:
            # Twelve levels: level_10 must not come before level_2.
            return {
                f"level_{level + 1}": np.full((len(tokens), size), 1 / (level + 2))
                for level, size in reversed(list(enumerate(decoder.level_sizes)))
            }

    levels = [np.full((1, size), 1 / (n + 2)) for n, size in enumerate(decoder.level_sizes)]
    results = next(Predictor(DeepModel(), VOCABULARY, decoder).probabilities(["w1"]))
    np.testing.assert_allclose(results, decoder.probabilities(levels), rtol=1e-5)
