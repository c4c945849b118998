from __future__ import annotations

import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.word_vectors.subwords import SubwordTable


def _hash(ngram: str) -> int:
    """FNV-1a over signed bytes, as fastText has it."""
    value = 2166136261
    for byte in ngram.encode():
        value ^= (byte - 256 if byte > 127 else byte) & 0xFFFFFFFF
        value = value * 16777619 % 2**32
    return value


def _table(min_n: int = 3, max_n: int = 4, buckets: int = 50) -> SubwordTable:
    vectors = np.random.default_rng(0).normal(size=(buckets, 5)).astype(np.float32)
    return SubwordTable(vectors, min_n, max_n)


@pytest.mark.parametrize("word", ["rose", "a", "naïve", "東京"])
def test_a_word_is_the_mean_of_its_ngrams_between_its_boundaries(word):
    table = _table()
    bounded = f"<{word}>"
    ngrams = [
        bounded[start : start + length]
        for length in (3, 4)
        for start in range(len(bounded) - length + 1)
    ]
    assert sorted(table.rows(word)) == sorted(_hash(ngram) % 50 for ngram in ngrams)
    expected = np.mean([table.buckets[_hash(ngram) % 50] for ngram in ngrams], axis=0)
    np.testing.assert_allclose(table.vector(word), expected, rtol=1e-5)


def test_a_word_too_short_for_any_ngram_has_no_vector():
    assert _table(min_n=5, max_n=6).vector("ab") is None
    assert _table(min_n=5, max_n=6).vector("abc") is not None


@pytest.mark.parametrize("shape", [(0, 5), (5,), (2, 5, 5)])
def test_a_table_of_another_shape_is_refused(shape):
    with pytest.raises(DataError, match=r"subwords: the buckets have shape"):
        SubwordTable(np.zeros(shape, dtype=np.float32), 3, 6)


@pytest.mark.parametrize(("min_n", "max_n"), [(0, 3), (4, 3), (-1, -1)])
def test_lengths_that_give_no_ngrams_are_refused(min_n, max_n):
    with pytest.raises(DataError, match=f"n-grams of {min_n} to {max_n} characters"):
        _table(min_n, max_n)
