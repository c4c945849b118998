"""The words of a text, each with its place: what a network read, shown where it stands."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from harnn.text.documents.vocabulary import tokenize

__all__ = ["Word", "find_words", "overlapping"]


@dataclass(frozen=True)
class Word:
    """A word of a text.

    Attributes:
        token: The word as `tokenize` gives it, lower-cased.
        start: Its first character in the text, as written.
        end: The character after its last.
        known: Whether it has an id of its own; else it is read as the unknown word.
        read: Whether it is read at all: not beyond ``max_length`` words.
    """

    token: str
    start: int
    end: int
    known: bool = True
    read: bool = True


def find_words(text: str, known: Container[str], max_length: int) -> tuple[Word, ...]:
    """Find the words of `tokenize` in the text itself.

    Args:
        text: Any Unicode text.
        known: The words that have an id of their own.
        max_length: Words beyond this many are not read.

    Returns:
        The words, in order. Two of them may share a character: the lower case of ``İ`` is an
        ``i`` and a combining dot, which is a word of its own.

    Example:
        >>> for word in find_words("A Rose, a", {"rose", "a"}, max_length=3):
        ...     print(word)
        Word(token='a', start=0, end=1, known=True, read=True)
        Word(token='rose', start=2, end=6, known=True, read=True)
        Word(token=',', start=6, end=7, known=False, read=True)
        Word(token='a', start=8, end=9, known=True, read=False)
    """
    lowered = text.lower()
    # The character of the text that each character of the lowered text comes from.
    origins: Sequence[int] = range(len(text))
    if len(lowered) != len(text):
        origins = [place for place, character in enumerate(text) for _ in character.lower()]
    words = []
    end = 0
    for number, token in enumerate(tokenize(text)):
        # Between two words stands nothing that is in any word: the next place is the right one.
        start = lowered.index(token, end)
        end = start + len(token)
        words.append(
            Word(
                token,
                origins[start],
                origins[end - 1] + 1,
                known=token in known,
                read=number < max_length,
            )
        )
    return tuple(words)


def overlapping(words: Sequence[Word]) -> list[list[int]]:
    """Group the words that share a character.

    Args:
        words: The words of a text, in order.

    Returns:
        The words' numbers, one list a stretch of the text: most have one word.

    Example:
        >>> overlapping(find_words("İ a", (), max_length=9))
        [[0, 1], [2]]
    """
    groups: list[list[int]] = []
    for number, word in enumerate(words):
        if groups and word.start < words[groups[-1][-1]].end:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups
