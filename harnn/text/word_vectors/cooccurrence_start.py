"""Where skip-gram starts: counts of which words stand near each other, factorised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import scipy.sparse as sp
from sklearn.utils.extmath import randomized_svd

__all__ = ["cooccurrence_start"]

# Contexts count as if drawn by their frequency to this power (Levy et al., TACL 2015, section 3).
_CONTEXT_POWER = 0.75
# More words than this are not counted, and rarer words than these many start from random numbers:
# the counts stay below a gigabyte, and skip-gram reads all of the texts afterwards.
_COUNTED_WORDS = 10_000_000
_COUNTED_VOCABULARY = 60_000
# Words that are counted at once.
_CHUNK = 1_000_000
# One power iteration: skip-gram refines the vectors, more accurate ones cost more than they bring.
_ITERATIONS = 1


def cooccurrence_start(
    texts: Iterable[list[str]],
    frequencies: Mapping[str, int],
    *,
    dim: int,
    window: int,
    sample: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors of words and of contexts whose products are their mutual information.

    Skip-gram with negative sampling factorises a matrix of pointwise mutual information (Levy &
    Goldberg, NeurIPS 2014), one pair of words at a time. Here the positive entries of that matrix
    are computed from counts and factorised at once: U √S and V √S of its singular value
    decomposition. A pair at distance d counts 1 / d (Pennington et al., EMNLP 2014). Frequent words
    are subsampled as in skip-gram, by weights in place of random numbers.

    Args:
        texts: The words of each text, read once and no further than is counted.
        frequencies: How often each word occurs, the most frequent word first.
        dim: Numbers of a vector.
        window: How many words before and after a word are its context.
        sample: Words with a larger share of all words than this are subsampled.
        seed: Of the factorisation.

    Returns:
        The vectors of the words and those of the contexts, each ``(words, dim)`` of float32. Words
        that are too rare to be counted, and dimensions that the counts do not have, are zero.

    Example:
        >>> texts = [["red", "rose"], ["red", "tulip"], ["old", "car"], ["old", "bus"]] * 5
        >>> frequencies = {"old": 10, "red": 10, "bus": 5, "car": 5, "rose": 5, "tulip": 5}
        >>> words, _ = cooccurrence_start(
        ...     texts, frequencies, dim=2, window=2, sample=1.0, seed=0
        ... )
        >>> old, red, bus, car, rose, tulip = words.round(3) + 0.0
        >>> bool(bus @ car > 0.1), bool(bus @ rose > 0.1)
        (True, False)
    """
    known = dict(zip(frequencies, range(_COUNTED_VOCABULARY), strict=False))
    counts = np.fromiter(frequencies.values(), dtype=np.float64)
    share = counts[: len(known)] / counts.sum()
    kept = np.minimum(1.0, np.sqrt(sample / share)).astype(np.float32)
    near = sp.csr_matrix((len(known), len(known)), dtype=np.float32)
    for ids, text_of_word in _chunks(texts, known):
        near = near + _counts(ids, text_of_word, kept, window)
    information = _positive_information(near + near.T.tocsr())
    vectors = np.zeros((2, len(counts), dim), dtype=np.float32)
    rank = min(dim, len(known))
    if information.nnz:
        left, scale, right = randomized_svd(
            information, rank, n_iter=_ITERATIONS, random_state=seed
        )
        vectors[0, : len(known), :rank] = left * np.sqrt(scale)
        vectors[1, : len(known), :rank] = right.T * np.sqrt(scale)
    return vectors[0], vectors[1]


def _chunks(
    texts: Iterable[list[str]], known: Mapping[str, int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the ids of words, −1 for those not counted, and the number of each word's text."""
    ids: list[int] = []
    lengths: list[int] = []
    words_left = _COUNTED_WORDS
    for words in texts:
        ids += [known.get(word, -1) for word in words]
        lengths.append(len(words))
        if len(ids) >= min(_CHUNK, words_left):
            yield np.array(ids), np.repeat(np.arange(len(lengths)), lengths)
            words_left -= len(ids)
            ids, lengths = [], []
            if words_left <= 0:
                return
    yield np.array(ids, dtype=np.int64), np.repeat(np.arange(len(lengths)), lengths)


def _counts(
    ids: np.ndarray, text_of_word: np.ndarray, kept: np.ndarray, window: int
) -> sp.csr_matrix:
    """Count which word stands before which one ``(words, words)``, by weight."""
    shape = (len(kept), len(kept))
    total = sp.csr_matrix(shape, dtype=np.float32)
    for distance in range(1, window + 1):
        first, second = ids[:-distance], ids[distance:]
        same_text = text_of_word[:-distance] == text_of_word[distance:]
        both = same_text & (first >= 0) & (second >= 0)
        first, second = first[both], second[both]
        weights = kept[first] * kept[second] / np.float32(distance)
        total = total + sp.coo_matrix((weights, (first, second)), shape=shape).tocsr()
    return total


def _positive_information(near: sp.csr_matrix) -> sp.csr_matrix:
    """Return log P(word, context) / (P(word) P(context)) where it is positive."""
    pairs = near.tocoo()
    of_word = np.asarray(near.sum(axis=1), dtype=np.float64).ravel()
    of_context = of_word**_CONTEXT_POWER
    of_context /= max(of_context.sum(), np.finfo(np.float64).tiny)
    information = np.log(pairs.data / (of_word[pairs.row] * of_context[pairs.col]))
    positive = information > 0
    return sp.csr_matrix(
        (
            information[positive].astype(np.float32),
            (pairs.row[positive], pairs.col[positive]),
        ),
        shape=near.shape,
    )
