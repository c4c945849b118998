"""What an explanation says: the words that a prediction rests on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from harnn.errors import ConfigError, nearest
from harnn.text.explanation.words import Word

__all__ = ["CategoryExplanation", "Explanation"]

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class CategoryExplanation:
    """Why a document is, or is not, of a category.

    Attributes:
        path: The category, ``"a/b"``.
        level: Its level, counted from 1.
        probability: Its probability as ``predict_proba`` gives it, consistent over the levels.
        level_probability: What its level alone says: this is what is explained.
        weights: By method a weight for each word that was read. ``"attention"``: shares that sum
            to one. ``"gradients"``: how much the word adds to the logarithm of
            ``level_probability``, negative if it speaks against the category. ``"occlusion"``:
            how much of that is lost when the unknown word stands in its place.
        unknown_probability: ``level_probability`` for as many unknown words, where the gradients
            start from; None without them.
        gap: By how much the sum of the gradients misses ``log(level_probability /
            unknown_probability)``: large gaps call for more steps; None without gradients.
    """

    path: str
    level: int
    probability: float
    level_probability: float
    weights: Mapping[str, tuple[float, ...]]
    unknown_probability: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class Explanation:
    """Which words of a document speak for and against its categories.

    Attributes:
        document: The text as written.
        words: Its words and where they stand, those beyond ``max_length`` too.
        predicted: The predicted paths, each with the probability that it is the whole path.
        categories: What was explained, level by level.
        methods: The methods, in the order asked for.

    Example:
        >>> from harnn.text.explanation.words import find_words
        >>> weights = {"gradients": (-0.1, 1.2)}
        >>> because = CategoryExplanation("lake", 1, 0.9, 0.9, weights, 0.3, 0.0)
        >>> words = find_words("A lake", {"a", "lake"}, max_length=9)
        >>> explanation = Explanation("A lake", words, (("lake", 0.9),), (because,), ("gradients",))
        >>> explanation.top_words("gradients", 1)
        {'lake': [('lake', 1.2)]}
        >>> print(explanation.text(colours=False))
        “A lake”
        predicted   lake (0.90)
        <BLANKLINE>
        level 1     lake: 0.90 by its level alone (0.30 with every word unknown)
          gradients lake +1.20 · a −0.10
    """

    document: str
    words: tuple[Word, ...]
    predicted: tuple[tuple[str, float], ...]
    categories: tuple[CategoryExplanation, ...]
    methods: tuple[str, ...]

    def top_words(self, method: str, n: int = 5) -> dict[str, list[tuple[str, float]]]:
        """Return the words that speak most for each category.

        Args:
            method: One of ``methods``.
            n: How many words.

        Returns:
            By path pairs of a word and its weight, summed over the places where it stands, the
            largest first.

        Raises:
            ConfigError: If the explanation has no such method.
        """
        if method not in self.methods:
            raise ConfigError(
                f"there is no method {method!r} in this explanation, only "
                f"{' and '.join(self.methods)}{nearest(method, self.methods)}"
            )
        return {
            category.path: sorted(self._by_word(category, method), key=lambda pair: -pair[1])[:n]
            for category in self.categories
        }

    def strongest_words(
        self, category: CategoryExplanation, method: str, n: int = 6
    ) -> list[tuple[str, float]]:
        """Return the words with most weight on a category, whichever side they speak for.

        Args:
            category: One of ``categories``.
            method: One of ``methods``.
            n: How many words.

        Returns:
            Pairs of a word and its weight, summed over the places where it stands, in the order
            of its size.
        """
        return sorted(self._by_word(category, method), key=lambda pair: -abs(pair[1]))[:n]

    # Showing ---------------------------------------------------------------------------------

    def text(self, colours: bool | None = None) -> str:
        """Return the explanation as lines for a terminal.

        Args:
            colours: Whether to colour the words in the text itself; by default where standard
                output is a terminal that has colours.
        """
        from harnn.text.explanation.terminal import explanation_lines

        return explanation_lines(self, colours)

    def html(self) -> str:
        """Return the explanation as one HTML page that needs nothing beside it."""
        from harnn.text.explanation.html import explanation_page

        return explanation_page([self])

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as dicts, lists, strings and numbers, ready for JSON.

        Places of words are counted in characters (code points). Half a surrogate pair, which no
        UTF-8 file can hold, becomes U+FFFD.
        """
        return {
            "text": _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", self.document),
            "predicted": [{"path": path, "probability": p} for path, p in self.predicted],
            "words": [asdict(word) for word in self.words],
            "categories": [
                {
                    **asdict(category),
                    "weights": {m: list(category.weights[m]) for m in self.methods},
                }
                for category in self.categories
            ],
        }

    def _by_word(self, category: CategoryExplanation, method: str) -> list[tuple[str, float]]:
        sums: defaultdict[str, float] = defaultdict(float)
        # A text without words has no weights, and what was not read has none either.
        for word, weight in zip(self.words, category.weights[method], strict=False):
            sums[word.token] += weight
        return list(sums.items())
