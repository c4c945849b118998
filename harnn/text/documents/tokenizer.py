"""From text to words, in any script. Pure Python: the same on every backend.

A word is a run of letters, digits and underscores with their combining marks. In scripts that are
written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese, …) each letter
is a word of its own, so that the linear scores see characters and pairs of characters. Every other
visible character is a word of its own.

Two texts that differ only by case, by composed or decomposed letters (Unicode normalisation form
C) or by characters that are not seen have the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby

__all__ = [
    "WORDS_VERSION",
    "always_one_word",
    "character_class",
    "invisible_characters",
    "is_spaceless_word",
    "marks",
    "normalize_text",
    "runs",
    "spaceless_letters",
    "tokenize",
]

# Changes when some text gets other words than before: a saved vocabulary belongs to one version.
# Version 1 cut words at their marks and did not split scripts without spaces.
WORDS_VERSION = 2

# Blocks of the scripts that are written without spaces between words. Letters alone count: their
# digits form numbers, their marks belong to the letter before.
_SPACELESS_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark and zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3031, 0x3035),  # kana repeat marks
    (0x3038, 0x30FF),  # Hangzhou numerals, Hiragana, Katakana
    (0x3105, 0x312F),  # Bopomofo
    (0x31A0, 0x31BF),  # Bopomofo Extended
    (0x31F0, 0x31FF),  # Katakana Phonetic Extensions
    (0x3400, 0x4DBF),  # CJK Unified Ideographs Extension A
    (0x4E00, 0xA48F),  # CJK Unified Ideographs, Yi
    (0xA980, 0xA9DF),  # Javanese
    (0xA9E0, 0xA9FF),  # Myanmar Extended-B
    (0xAA60, 0xAADF),  # Myanmar Extended-A, Tai Viet
    (0xF900, 0xFAFF),  # CJK Compatibility Ideographs
    (0xFF66, 0xFF9F),  # halfwidth Katakana
    (0x1AFF0, 0x1B16F),  # Kana Extended, Kana Supplement, Small Kana Extension
    (0x20000, 0x3FFFD),  # CJK Unified Ideographs Extensions B and later
)

# Format characters that are seen: signs that stand below or around the digits that follow.
_VISIBLE_FORMATS = frozenset(
    [*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD]
)
# The zero-width space ends a word, as a space does.
_ZERO_WIDTH_SPACE = 0x200B
# Marks that choose between the shapes of a letter, and the joiner of graphemes.
_SELECTORS = frozenset(
    [0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)
# Marks and format characters stand in the first two planes and at the start of plane 14.
_MARKED = (range(0x20000), range(0xE0000, 0xE0200))

_ASTRAL = "\U00010000-\U0010ffff"
# All that a text needs in which no unusual character stands.
_PLAIN_TOKEN = re.compile(r"\w+|[^\w\s]")
# In longer texts, blanks are put around the symbols and the text is split at blanks, which is
# twice as fast: the symbols of ASCII are replaced whether they are there or not, others as found.
_LONG = 100
_SPACED_SYMBOLS = tuple((symbol, f" {symbol} ") for symbol in "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~")
_OTHER = re.compile(r"[^\t-\r\x1c-~]")


def tokenize(text: str) -> list[str]:
    """Split a text into lower-cased words; every other visible character is a word of its own.

    Args:
        text: Any Unicode text.

    Returns:
        The words, in order.

    Example:
        >>> tokenize("It's an LSTM (1997).")
        ['it', "'", 's', 'an', 'lstm', '(', '1997', ')', '.']
        >>> tokenize("हिन्दी में"), tokenize("足球2024")
        (['हिन्दी', 'में'], ['足', '球', '2024'])
    """
    if text.isascii():
        return _plain_words(text.lower())
    unusual = _unusual_pattern().search
    if not unusual(text):
        return _plain_words(unicodedata.normalize("NFC", text.lower()))
    # White space ends every word: pieces between which it stands are split by themselves.
    words: list[str] = []
    for is_unusual, pieces in groupby(text.split(), lambda piece: unusual(piece) is not None):
        part = " ".join(pieces)
        words += _token_pattern().findall(normalize_text(part)) if is_unusual else tokenize(part)
    return words


def normalize_text(text: str) -> str:
    r"""Return a text in lower case and normalisation form C, without characters that are not seen.

    Args:
        text: Any Unicode text.

    Returns:
        The text that ``tokenize`` splits.

    Example:
        >>> normalize_text("CAFE\u0301 co\u00adoperate")
        'café cooperate'
    """
    if text.isascii():
        return text.lower()
    # Lower case comes first: some capitals compose where their small letters do not, and the
    # other way around.
    return unicodedata.normalize("NFC", _invisible_pattern().sub("", text).lower())


def is_spaceless_word(word: str) -> bool:
    """Return whether a word is a letter of a script that is written without spaces.

    Args:
        word: A word that ``tokenize`` returned.

    Example:
        >>> is_spaceless_word("球"), is_spaceless_word("ball")
        (True, False)
    """
    return not word.isascii() and _spaceless_pattern().match(word) is not None


def always_one_word(word: str) -> bool:
    """Return whether a word of version 1 is a word of every version.

    Args:
        word: A word that ``tokenize`` returned in version 1.

    Example:
        >>> always_one_word("naïve"), always_one_word("東京"), always_one_word("\u0301")
        (True, False, False)
    """
    return normalize_text(word) == word and not _exception_pattern().search(word)


@cache
def marks() -> tuple[int, ...]:
    """Return the code points of the combining marks that belong to the letter before."""
    return tuple(
        point
        for point in _points(_MARKED)
        if unicodedata.category(chr(point))[0] == "M" and point not in _SELECTORS
    )


@cache
def invisible_characters() -> tuple[int, ...]:
    """Return the code points that are not seen, such as joiners and soft hyphens."""
    return tuple(
        point
        for point in _points(_MARKED)
        if point in _SELECTORS
        or (
            unicodedata.category(chr(point)) == "Cf"
            and point not in _VISIBLE_FORMATS
            and point != _ZERO_WIDTH_SPACE
        )
    )


@cache
def spaceless_letters() -> tuple[int, ...]:
    """Return the code points of the letters of scripts that are written without spaces."""
    blocks = [range(first, last + 1) for first, last in _SPACELESS_BLOCKS]
    return tuple(
        point
        for point in _points(blocks)
        # "Nl": the ideographic zero and the numerals of Hangzhou.
        if (category := unicodedata.category(chr(point)))[0] == "L" or category == "Nl"
    )


def character_class(points: Iterable[int]) -> str:
    r"""Return the inside of a character class of `re` that holds some code points.

    Args:
        points: Rising.

    Example:
        >>> character_class([97, 98, 99, 120])
        '\\U00000061-\\U00000063\\U00000078-\\U00000078'
    """
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in runs(points))


def runs(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of code points that follow one another.

    Args:
        points: Rising.

    Example:
        >>> list(runs([1, 2, 3, 7]))
        [(1, 3), (7, 7)]
    """
    first = last = None
    for point in points:
        if last is None or first is None:
            first = point
        elif point != last + 1:
            yield first, last
            first = point
        last = point
    if first is not None and last is not None:
        yield first, last


def _points(blocks: Iterable[range]) -> Iterator[int]:
    for block in blocks:
        yield from block


@cache
def _token_pattern() -> re.Pattern[str]:
    letter, mark = character_class(spaceless_letters()), character_class(marks())
    # Half of a surrogate pair is no character, and no UTF-8 file can hold it.
    return re.compile(
        rf"[{letter}][{mark}]*|(?:[^\W{letter}]|[{mark}])+|[^\w\s{mark}\u200b\ud800-\udfff]"
    )


def _plain_words(text: str) -> list[str]:
    """Split a text in lower case in which no unusual character stands."""
    if len(text) < _LONG:
        return _PLAIN_TOKEN.findall(text)
    if not (text.isascii() and text.isprintable()):
        for other in set(_OTHER.findall(text)):
            if not other.isalnum() and not other.isspace():
                text = text.replace(other, f" {other} ")
    for symbol, spaced in _SPACED_SYMBOLS:
        if symbol in text:
            text = text.replace(symbol, spaced)
    return text.split()


@cache
def _exception_pattern() -> re.Pattern[str]:
    """Return the pattern of a character that ``_PLAIN_TOKEN`` would read otherwise.

    All of the astral planes count: a class of characters below them is looked up in one step, and
    most texts have none above.
    """
    return _one_of((*spaceless_letters(), *marks()))


@cache
def _unusual_pattern() -> re.Pattern[str]:
    """Return the pattern of a character that a plain text has not.

    That is an exception, a character that is not seen, or one that becomes a letter with a mark.
    """
    several = [
        point
        for point in range(0x80, 0x10000)
        if len(unicodedata.normalize("NFC", chr(point).lower())) > 1
    ]
    return _one_of((*spaceless_letters(), *marks(), *invisible_characters(), *several))


def _one_of(points: Iterable[int]) -> re.Pattern[str]:
    below = sorted({point for point in points if point < 0x10000})
    return re.compile(rf"[{character_class(below)}\u200b\ud800-\udfff{_ASTRAL}]")


@cache
def _spaceless_pattern() -> re.Pattern[str]:
    return re.compile(f"[{character_class(spaceless_letters())}]")


@cache
def _invisible_pattern() -> re.Pattern[str]:
    return re.compile(f"[{character_class(invisible_characters())}]+")
