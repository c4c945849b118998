"""The words of a text, each with its place: what a network read, shown where it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass

from harnn.text.documents.tokenizer import invisible_characters, normalize_text, tokenize

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
        The words, in order. Two of them may share a character: normalisation takes a few symbols
        apart, such as ``⫝̸`` into ``⫝`` and a mark.

    Example:
        >>> for word in find_words("A Rose, a", {"rose", "a"}, max_length=3):
        ...     print(word)
        Word(token='a', start=0, end=1, known=True, read=True)
        Word(token='rose', start=2, end=6, known=True, read=True)
        Word(token=',', start=6, end=7, known=False, read=True)
        Word(token='a', start=8, end=9, known=True, read=False)
    """
    normalized, spans = _normalized_with_spans(text)
    words = []
    end = 0
    for number, token in enumerate(tokenize(text)):
        # Between two words stands nothing that is in any word: the next place is the right one.
        start = normalized.index(token, end)
        end = start + len(token)
        words.append(
            Word(
                token,
                spans[start][0],
                spans[end - 1][1],
                known=token in known,
                read=number < max_length,
            )
        )
    return tuple(words)


def _normalized_with_spans(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return ``normalize_text(text)``, and the part of the text that each character comes from."""
    normalized = normalize_text(text)
    if normalized == text.lower() and len(normalized) == len(text):
        return normalized, [(place, place + 1) for place in range(len(text))]
    invisible = frozenset(invisible_characters())
    seen = [place for place, character in enumerate(text) if ord(character) not in invisible]
    # Lowered as a whole: the small letter of a sigma depends on what stands around it.
    lowered = "".join(text[place] for place in seen).lower()
    origins = [place for place in seen for _ in text[place].lower()]
    spans: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(lowered) + 1):
        if end < len(lowered) and not _parted(lowered[start:end], lowered[end]):
            continue
        composed = unicodedata.normalize("NFC", lowered[start:end])
        spans += [(origins[start], origins[end - 1] + 1)] * len(composed)
        start = end
    return normalized, spans


def _parted(before: str, character: str) -> bool:
    """Return whether normalisation form C leaves a character apart from what stands before it."""
    if character < "\u0300":
        return True
    normalize = unicodedata.normalize
    return not unicodedata.combining(character) and (
        normalize("NFC", before + character)
        == normalize("NFC", before) + normalize("NFC", character)
    )


def overlapping(words: Sequence[Word]) -> list[list[int]]:
    """Group the words that share a character.

    Args:
        words: The words of a text, in order.

    Returns:
        The words' numbers, one list a stretch of the text: most have one word.

    Example:
        >>> overlapping(find_words("\u2adc a", (), max_length=9))
        [[0, 1], [2]]
    """
    groups: list[list[int]] = []
    for number, word in enumerate(words):
        if groups and word.start < words[groups[-1][-1]].end:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups
