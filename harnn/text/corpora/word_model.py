"""The random hierarchy and the distribution of words behind a generated corpus."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

__all__ = ["WordModel", "word_strings"]

BACKGROUND_WORDS = 20_000
LIST_WORDS = 40  # in the list of each category
BACKGROUND_SHARE = 0.6
LAST_LEVEL_SHARE = 1 / 12
SINGLE_CHILD_SHARE = 0.45  # of the parents; 35 of 79 in DBpedia
CLASS_ZIPF = 0.8
WORD_ZIPF = 1.0
LENGTH_SIGMA = 0.78  # of the logarithm of the length, as measured on DBpedia
SHORTEST, LONGEST = 5, 500

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


class WordModel:
    """A random hierarchy, and the model that documents are drawn from.

    A document's category y has probability ``prior[y]``. Its last level speaks with the words of
    z: y itself, or with probability ``noise`` a sibling. Each word is drawn by itself, from the
    background or from the list of one of z's ancestors or z; one word at least is from z's list.

    Word numbers: the background first, then a block of ``LIST_WORDS`` for each category, level by
    level.

    Args:
        categories: How many categories each level has.
        seed: Seed of the hierarchy and of the priors.
        noise: How often the last level speaks as a sibling does.
        median_words: The median length of a document.

    Example:
        >>> model = WordModel((2, 3), seed=0, noise=0.0, median_words=10)
        >>> model.names
        [['c1', 'c2'], ['c1.1', 'c2.1', 'c2.2']]
        >>> model.best_accuracy
        1.0
    """

    def __init__(
        self, categories: tuple[int, ...], seed: int, *, noise: float, median_words: int
    ) -> None:
        rng = np.random.default_rng([seed, sum(categories), len(categories)])
        self.categories = categories
        self.noise = noise
        self.median_words = median_words
        parents = [np.zeros(categories[0], dtype=np.intp)]
        for above, below in pairwise(categories):
            parents.append(_parents(above, below, rng))
        self.parents = parents
        leaves = categories[-1]
        self.ancestors = np.empty((leaves, len(categories)), dtype=np.intp)
        self.ancestors[:, -1] = np.arange(leaves)
        for level in range(len(categories) - 1, 0, -1):
            self.ancestors[:, level - 1] = parents[level][self.ancestors[:, level]]
        weights = np.arange(1, leaves + 1) ** -CLASS_ZIPF
        self.prior = rng.permutation(weights / weights.sum())
        self.names = self._names()
        self.list_starts = BACKGROUND_WORDS + LIST_WORDS * np.cumsum([0, *categories])
        self.vocabulary_size = int(self.list_starts[-1])
        self._background = _zipf_cumulative(BACKGROUND_WORDS)
        self._list = _zipf_cumulative(LIST_WORDS)

    @property
    def source_shares(self) -> np.ndarray:
        """How often a word comes from the background, and from the list of each level.

        The levels above the last share equally what the background and the last one leave; one
        level alone has it all.
        """
        upper = len(self.categories) - 1
        if not upper:
            return np.array([BACKGROUND_SHARE, 1 - BACKGROUND_SHARE])
        each = (1 - BACKGROUND_SHARE - LAST_LEVEL_SHARE) / upper
        return np.array([BACKGROUND_SHARE, *[each] * upper, LAST_LEVEL_SHARE])

    @property
    def channel(self) -> np.ndarray:
        """P(z | y), that y's document speaks with the words of z: ``(leaves, leaves)``, rows y."""
        parent = self.parents[-1]
        siblings = (parent[:, None] == parent[None, :]) & ~np.eye(len(parent), dtype=bool)
        count = siblings.sum(axis=1, keepdims=True)
        channel = self.noise * siblings / np.maximum(count, 1)
        return channel + np.diag(np.where(count[:, 0] > 0, 1 - self.noise, 1.0))

    @property
    def best_accuracy(self) -> float:
        """The expected share right of the best classifier: the sum over z of max P(y) P(z | y)."""
        return float((self.prior[:, None] * self.channel).max(axis=0).sum())

    def word_probabilities(self) -> np.ndarray:
        """Return P(word | z) for each word drawn freely, ``(leaves, vocabulary_size)``."""
        shares = self.source_shares
        probabilities = np.zeros((self.categories[-1], self.vocabulary_size))
        probabilities[:, :BACKGROUND_WORDS] = shares[0] * np.diff(self._background, prepend=0.0)
        in_list = np.diff(self._list, prepend=0.0)
        for leaf, chain in enumerate(self.ancestors):
            for level, node in enumerate(chain):
                start = self.list_starts[level] + LIST_WORDS * node
                probabilities[leaf, start : start + LIST_WORDS] = shares[level + 1] * in_list
        return probabilities

    def draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw documents.

        Args:
            n: How many.
            rng: The source of random numbers.

        Returns:
            The categories ``(n,)`` (numbers of the last level), the word numbers of all documents
            one after another ``(words,)``, and where each document ends among them ``(n,)``.
        """
        leaves = _from_cumulative(np.cumsum(self.prior), rng.random(n))
        speakers = self._speakers(leaves, rng)
        lengths = self.median_words * np.exp(LENGTH_SIGMA * rng.standard_normal(n))
        lengths = np.clip(np.rint(lengths), SHORTEST, LONGEST).astype(np.intp)
        ends = np.cumsum(lengths)
        total = int(ends[-1])
        source = _from_cumulative(np.cumsum(self.source_shares), rng.random(total))
        # One word at a place drawn at random is the last level's, whatever the others are.
        source[ends - lengths + rng.integers(lengths)] = len(self.categories)
        place = rng.random(total)
        ids = np.where(source == 0, _from_cumulative(self._background, place), 0)
        ranks = _from_cumulative(self._list, place)
        chains = np.repeat(self.ancestors[speakers], lengths, axis=0)
        for level in range(len(self.categories)):
            starts = self.list_starts[level] + LIST_WORDS * chains[:, level]
            ids = np.where(source == level + 1, starts + ranks, ids)
        return leaves, ids, ends

    def _speakers(self, leaves: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw z for each y from the channel."""
        order = np.argsort(self.parents[-1], kind="stable")
        counts = np.bincount(self.parents[-1])
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        parent = self.parents[-1][leaves]
        size, start = counts[parent], first[parent]
        # One to size - 1 places on among the siblings, around the corner: each of the others alike.
        step = 1 + rng.integers(np.maximum(size - 1, 1))
        other = order[start + (place[leaves] - start + step) % size]
        noisy = (rng.random(len(leaves)) < self.noise) & (size > 1)
        return np.where(noisy, other, leaves)

    def _names(self) -> list[list[str]]:
        names = [[f"c{node + 1}" for node in range(self.categories[0])]]
        for parents in self.parents[1:]:
            born = [0] * len(names[-1])
            level = []
            for parent in parents:
                born[parent] += 1
                level.append(f"{names[-1][parent]}.{born[parent]}")
            names.append(level)
        return names


def word_strings(count: int) -> np.ndarray:
    """Spell words by number, each its own: pronounceable, lower-case, of letters alone.

    Args:
        count: How many.

    Returns:
        The words, an object array ``(count,)``.

    Example:
        >>> word_strings(3).tolist()
        ['baba', 'babe', 'babi']
    """
    syllables = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
    base = len(syllables)
    words = np.empty(count, dtype=object)
    for number in range(count):
        rest, word = number, ""
        while rest or len(word) < 4:
            rest, syllable = divmod(rest, base)
            word = syllables[syllable] + word
        words[number] = word
    return words


def _parents(above: int, below: int, rng: np.random.Generator) -> np.ndarray:
    """Give each of ``below`` children a parent, each parent a child, many of them just one."""
    single = rng.random(above) < SINGLE_CHILD_SHARE
    if single.all():
        single[rng.integers(above)] = False
    several = np.flatnonzero(~single)
    extra = rng.choice(several, size=below - above)
    return np.sort(np.concatenate([np.arange(above), extra]))


def _zipf_cumulative(count: int) -> np.ndarray:
    weights = np.arange(1, count + 1) ** -WORD_ZIPF
    return np.cumsum(weights / weights.sum())


def _from_cumulative(cumulative: np.ndarray, places: np.ndarray) -> np.ndarray:
    # Rounding may leave the last sum just under 1.
    return np.minimum(np.searchsorted(cumulative, places, side="right"), len(cumulative) - 1)
