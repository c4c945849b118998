"""A text in stretches, each with what a method says of it: where all showing begins."""

from __future__ import annotations

from dataclasses import dataclass

from harnn.text.explanation.explanation import CategoryExplanation, Explanation
from harnn.text.explanation.words import Word, overlapping

__all__ = ["TITLES", "Stretch", "displayable", "stretches", "weight_text"]

TITLES = {
    "attention": "Attention",
    "gradients": "Integrated gradients",
    "occlusion": "What the log-probability loses without the word",
}

# Control characters could steer a terminal, half a surrogate pair could not be written.
_SHOWN: dict[int, str] = {
    **dict.fromkeys(
        [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}"
    ),
    ord("\n"): "\n",
    ord("\t"): "\t",
    ord("\r"): " ",
}


# Weights below it would be spelled as nothing with two decimals.
_SMALL = 0.005


@dataclass(frozen=True)
class Stretch:
    """A piece of a text.

    Attributes:
        text: Its characters.
        words: The words that stand there: mostly one, none between words.
        weight: The sum of their weights; None between words and where nothing was read.
        strength: The weight as a share of the largest one in the text, from -1 to 1.
    """

    text: str
    words: tuple[Word, ...] = ()
    weight: float | None = None
    strength: float = 0.0

    @property
    def unread(self) -> bool:
        """Whether it is a word beyond those that are read."""
        return bool(self.words) and self.weight is None

    @property
    def known(self) -> bool:
        """Whether the vocabulary has all its words."""
        return all(word.known for word in self.words)


def stretches(
    explanation: Explanation, category: CategoryExplanation, method: str
) -> list[Stretch]:
    """Cut a text into its words and what stands between them.

    Args:
        explanation: The explanation.
        category: One of its categories.
        method: One of its methods.

    Returns:
        The stretches, which make up the whole text.

    Example:
        >>> from harnn.text.explanation.words import find_words
        >>> words = find_words("A lake!", {"a", "lake"}, max_length=2)
        >>> because = CategoryExplanation("lake", 1, 0.9, 0.9, {"gradients": (-0.3, 1.2)})
        >>> explanation = Explanation("A lake!", words, (), (because,), ("gradients",))
        >>> [(s.text, s.strength, s.unread) for s in stretches(explanation, because, "gradients")]
        [('A', -0.25, False), (' ', 0.0, False), ('lake', 1.0, False), ('!', 0.0, True)]
    """
    shown = displayable(explanation.document)
    weights = category.weights[method]
    groups = overlapping(explanation.words)
    # The limit on the words may fall between two that share a character: the second weighs nothing.
    sums = [sum(weights[k] for k in group if k < len(weights)) for group in groups]
    largest = max(map(abs, sums), default=0.0) or 1.0
    cut = []
    end = 0
    for group, weight in zip(groups, sums, strict=True):
        words = tuple(explanation.words[k] for k in group)
        if words[0].start > end:
            cut.append(Stretch(shown[end : words[0].start]))
        end = words[-1].end
        stretch = shown[words[0].start : end]
        if words[0].read:
            cut.append(Stretch(stretch, words, weight, weight / largest))
        else:
            cut.append(Stretch(stretch, words))
    return [*cut, Stretch(shown[end:])] if end < len(shown) else cut


def weight_text(method: str, weight: float) -> str:
    """Spell a weight: a share without a sign, an attribution with one.

    Of a prediction that is all but certain no word changes much: what is small has a power of ten.

    Example:
        >>> weight_text("attention", 0.123), weight_text("gradients", -0.5)
        ('0.12', '−0.50')
        >>> weight_text("occlusion", 0.00024), weight_text("occlusion", 0.0)
        ('+2e-04', '0')
    """
    if method == "attention":
        return f"{weight:.2f}"
    if not weight:
        return "0"
    said = f"{weight:+.2f}" if abs(weight) >= _SMALL else f"{weight:+.0e}"
    return said.replace("-", "\N{MINUS SIGN}", 1) if weight < 0 else said


def displayable(text: str) -> str:
    r"""Return a text, as long as before, that can be written and leaves a terminal as it is.

    Example:
        >>> len(displayable("a\x1b[31m")), "\x1b" in displayable("a\x1b[31m")
        (6, False)
    """
    return text.translate(_SHOWN)
