"""The start of skip-gram, against counts made pair by pair and NumPy's own decomposition."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from harnn.text.word_vectors import cooccurrence_start as module
from harnn.text.word_vectors.cooccurrence_start import cooccurrence_start

WORDS = [f"w{number}" for number in range(12)]


def _texts(count: int = 60) -> list[list[str]]:
    generator = np.random.default_rng(0)
    shares = 1 / np.arange(1, len(WORDS) + 1)
    return [
        generator.choice(WORDS, size=generator.integers(1, 9), p=shares / shares.sum()).tolist()
        for _ in range(count)
    ]


def _frequencies(texts: list[list[str]]) -> dict[str, int]:
    counts = Counter(word for text in texts for word in text)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _information(texts: list[list[str]], window: int, sample: float) -> np.ndarray:
    """Return the positive mutual information, from one pair of words after the other."""
    frequencies = _frequencies(texts)
    rows = {word: row for row, word in enumerate(frequencies)}
    total = sum(frequencies.values())
    kept = {
        word: min(1.0, (sample / (count / total)) ** 0.5) for word, count in frequencies.items()
    }
    near = np.zeros((len(rows), len(rows)))
    for text in texts:
        for place, word in enumerate(text):
            for other in range(max(0, place - window), min(len(text), place + window + 1)):
                if other != place:
                    weight = kept[word] * kept[text[other]] / abs(other - place)
                    near[rows[word], rows[text[other]]] += weight
    of_word = near.sum(axis=1)
    of_context = of_word**0.75 / (of_word**0.75).sum()
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(near / np.outer(of_word, of_context)), 0.0)


def _start(texts: list[list[str]], **options: Any) -> tuple[np.ndarray, np.ndarray]:
    given = {"dim": len(WORDS), "window": 3, "sample": 0.05, "seed": 0, **options}
    return cooccurrence_start(texts, _frequencies(texts), **given)


@pytest.mark.parametrize("window", [1, 3])
@pytest.mark.parametrize("sample", [0.05, 1.0])
def test_the_products_of_all_dimensions_are_the_positive_mutual_information(
    window: int, sample: float
) -> None:
    texts = _texts()
    words, contexts = _start(texts, window=window, sample=sample)
    expected = _information(texts, window, sample)
    assert (expected > 0).mean() > 0.2
    np.testing.assert_allclose(words @ contexts.T, expected, atol=1e-4)


def test_fewer_dimensions_are_those_of_the_largest_singular_values() -> None:
    texts = _texts()
    words, contexts = _start(texts, dim=3)
    left, scale, right = np.linalg.svd(_information(texts, 3, 0.05))
    best = (left[:, :3] * scale[:3]) @ right[:3]
    # One power iteration is near the best approximation, and no approximation is nearer.
    error = np.linalg.norm(words @ contexts.T - _information(texts, 3, 0.05))
    least = np.linalg.norm(best - _information(texts, 3, 0.05))
    assert least - 1e-6 <= error < 1.05 * least


def test_texts_are_counted_alike_in_chunks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _texts()
    whole = _start(texts)
    monkeypatch.setattr(module, "_CHUNK", 7)
    for first, second in zip(whole, _start(texts), strict=True):
        np.testing.assert_allclose(first, second, atol=1e-4)


def test_no_more_words_are_read_than_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COUNTED_WORDS", 50)
    texts = iter([["a", "b"]] * 100)
    words, _ = cooccurrence_start(texts, {"a": 100, "b": 100}, dim=2, window=2, sample=1.0, seed=0)
    assert np.isfinite(words).all()
    assert len(list(texts)) == 75


def test_words_beyond_the_counted_vocabulary_have_no_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_COUNTED_VOCABULARY", 5)
    words, contexts = _start(_texts(), dim=4)
    assert words[:5].any(axis=1).all()
    assert not words[5:].any()
    assert not contexts[5:].any()


def test_texts_of_one_word_each_give_no_start() -> None:
    words, contexts = cooccurrence_start(
        [["a"], ["b"]], {"a": 1, "b": 1}, dim=2, window=2, sample=1.0, seed=0
    )
    assert not words.any()
    assert not contexts.any()
