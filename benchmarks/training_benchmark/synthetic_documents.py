"""Synthetic batches of documents with the sizes of the DBpedia part.

This module needs NumPy alone, so that the process that runs PyTorch can use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

__all__ = ["SyntheticDocuments"]

# Word ids of padding and of the unknown word come first.
_SPECIAL = 2
# Zipf-Mandelbrot: with these two numbers 5,000 words have about 1,700 distinct ids. A batch of
# DBpedia has 1,550.
_EXPONENT, _OFFSET = 1.2, 4.0


@dataclass(frozen=True)
class SyntheticDocuments:
    """Random documents with their labels, the same for every model of a run.

    Attributes:
        vocabulary: Number of word ids, padding and the unknown word included.
        level_sizes: Number of categories of each level.
        batch_size: Documents per batch.
        time: Words of the longest document of each batch.
        shortest: Words of the shortest documents.
        count: Number of batches.
        seed: Seed of all random numbers.

    Example:
        >>> documents = SyntheticDocuments(vocabulary=50, level_sizes=(2, 5), batch_size=4)
        >>> tokens, categories = documents.batches[0]
        >>> tokens.shape, categories.shape
        ((4, 100), (4, 2))
    """

    vocabulary: int = 60_000
    level_sizes: tuple[int, ...] = (9, 70, 219)
    batch_size: int = 64
    time: int = 100
    shortest: int = 90
    count: int = 8
    seed: int = 0

    @cached_property
    def paths(self) -> np.ndarray:
        """The category of each level on each path, ``(paths, levels)``; one path per leaf."""
        levels = [np.arange(self.level_sizes[-1])]
        for size, below in reversed(list(pairwise(self.level_sizes))):
            levels.insert(0, levels[0] * size // below)
        return np.stack(levels, axis=1)

    @cached_property
    def batches(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Word ids ``(batch, time)``, padded with 0, and categories ``(batch, levels)``."""
        generator = np.random.default_rng(self.seed)
        ranks = np.arange(self.vocabulary - _SPECIAL)
        frequencies = 1.0 / (ranks + _OFFSET) ** _EXPONENT
        cumulative = np.cumsum(frequencies) / frequencies.sum()
        batches = []
        for _ in range(self.count):
            lengths = generator.integers(self.shortest, self.time + 1, self.batch_size)
            lengths[0] = self.time
            drawn = np.searchsorted(cumulative, generator.random((self.batch_size, self.time)))
            ids = np.minimum(drawn, len(ranks) - 1) + _SPECIAL
            tokens = np.where(np.arange(self.time) < lengths[:, None], ids, 0).astype(np.int32)
            leaves = generator.integers(0, len(self.paths), self.batch_size)
            batches.append((tokens, self.paths[leaves]))
        return batches

    def name_words(self, words: int) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
        """Return word ids of the names of the categories, and which of them each name has.

        Args:
            words: Number of distinct words of all names.

        Returns:
            The ids ``(words,)`` and, for each category of all levels, the places of one or two
            of them.
        """
        generator = np.random.default_rng(self.seed)
        ids = generator.choice(np.arange(_SPECIAL, self.vocabulary), words, replace=False)
        categories = sum(self.level_sizes)
        names = [
            tuple(dict.fromkeys((category % words, int(generator.integers(words)))))
            for category in range(categories)
        ]
        return tuple(map(int, ids)), tuple(names)
