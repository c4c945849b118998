"""From texts to word ids inside a TensorFlow graph, as `harnn.text.documents` makes them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

from harnn.text.documents.tokenizer import invisible_characters, marks, runs, spaceless_letters
from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary
from harnn.text.export.normal_form_graph import NormalFormGraph

__all__ = ["TokenGraph"]

_POINTS = sys.maxunicode + 1
_SURROGATES = range(0xD800, 0xE000)
_SPACE, _WORD, _SYMBOL, _MARK, _SPACELESS = range(5)


class TokenGraph(tf.Module):
    """Splits texts into words and looks up their ids.

    Python is asked when the graph is built which characters are letters, marks and spaces, and
    which small letter a capital has: TensorFlow's own tables are of another version of Unicode.

    Args:
        vocabulary: The words that have an id.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(name="tokens")
        self._max_length = vocabulary.max_length
        self._lower = tf.constant(_lower_case())
        self._kinds = tf.constant(_kinds())
        self._compose = NormalFormGraph()
        # A table may not be empty; no text has a word with a blank in it.
        words = vocabulary.words or (" ",)
        self._ids = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(words), tf.range(2, 2 + len(words), dtype=tf.int32)
            ),
            default_value=UNKNOWN,
        )

    def __call__(self, texts: Any) -> Any:
        """Return the word ids of texts.

        Args:
            texts: UTF-8 strings ``(batch,)``. What is not UTF-8 is read as U+FFFD.

        Returns:
            int32 ``(batch, time)``, padded on the right with 0.
        """
        texts = tf.strings.regex_replace(texts, f"[{_class(invisible_characters())}]+", "")
        # The one capital whose small letter is two characters, and the one with two small letters.
        texts = tf.strings.regex_replace(texts, "\u0130", "i\u0307")
        texts = tf.strings.regex_replace(texts, _final_sigma(), "\\1\u03c2\\2")
        # The blank in front keeps what stands at the start of a text from what precedes it.
        points = tf.strings.unicode_decode(tf.strings.join([" ", texts]), "UTF-8")
        characters, rows = self._compose(
            tf.gather(self._lower, points.flat_values), points.value_rowids()
        )
        words = tf.strings.split(self._spaced(characters, rows, points.nrows()))
        words = words[:, : self._max_length]
        ids = words.with_flat_values(self._ids.lookup(words.flat_values))
        # As a document without any word is read.
        empty = tf.cast(tf.equal(ids.row_lengths(), 0), tf.int64)
        unknown = tf.fill(tf.reduce_sum(empty)[None], UNKNOWN)
        return tf.concat(
            [ids, tf.RaggedTensor.from_row_lengths(unknown, empty, validate=False)], axis=1
        ).to_tensor(PADDING)

    def _spaced(self, characters: Any, rows: Any, count: Any) -> Any:
        """Return the texts ``(batch,)`` with a blank between every two words."""
        kinds = tf.gather(self._kinds, characters)
        symbol, spaceless = tf.equal(kinds, _SYMBOL), tf.equal(kinds, _SPACELESS)
        # A letter of a spaceless script is a word with the marks behind it: the next letter is
        # not part of it.
        after = tf.equal(_before(_without_marks(kinds)), _SPACELESS)
        parted = symbol | spaceless | (tf.equal(kinds, _WORD) & after)
        blank = tf.fill(tf.shape(characters), ord(" "))
        shown = tf.where(tf.equal(kinds, _SPACE), blank, characters)
        spread = tf.stack([blank, shown, blank], axis=1)
        kept = tf.stack([parted, tf.ones_like(parted), symbol], axis=1)
        spaced = tf.RaggedTensor.from_value_rowids(
            tf.boolean_mask(spread, kept),
            tf.boolean_mask(tf.repeat(rows[:, None], 3, axis=1), kept),
            nrows=count,
            validate=False,
        )
        return tf.strings.unicode_encode(spaced, "UTF-8")


def _without_marks(kinds: Any) -> Any:
    """Return for each mark the kind of the last character before it that is none."""
    others = tf.not_equal(kinds, _MARK)
    numbers = tf.cumsum(tf.cast(others, tf.int32)) - 1
    return tf.gather(tf.boolean_mask(kinds, others), numbers)


def _before(kinds: Any) -> Any:
    """Return the kind of the character before each one; before the first stands a space."""
    return tf.concat([[_SPACE], kinds[:-1]], axis=0)


@cache
def _characters() -> str:
    # A surrogate is no character: a blank stands in its place.
    return "".join(" " if point in _SURROGATES else chr(point) for point in range(_POINTS))


@cache
def _kinds() -> np.ndarray:
    """Return the kind of each code point, as the tokenizer reads it."""
    kinds = np.full(_POINTS, _SYMBOL, dtype=np.int32)
    for pattern, kind in ((r"\w+", _WORD), (r"[\s\u200b]+", _SPACE)):
        for found in re.finditer(pattern, _characters()):
            kinds[found.start() : found.end()] = kind
    kinds[list(marks())] = _MARK
    kinds[list(spaceless_letters())] = _SPACELESS
    return kinds


@cache
def _lower_case() -> np.ndarray:
    """Return the small letter of each code point, itself where it has none."""
    lower = np.arange(_POINTS, dtype=np.int32)
    for point, character in enumerate(_characters()):
        small = character.lower()
        if small != character and len(small) == 1:
            lower[point] = ord(small)
    lower[_SURROGATES.start : _SURROGATES.stop] = ord(" ")
    return lower


@cache
def _final_sigma() -> str:
    """Return the pattern of a capital sigma at the end of a word, in RE2's syntax.

    Python's rule, of the Unicode standard's table 3-17: a cased letter stands before it and none
    after it, with any number of characters between that case ignores.
    """
    cased, ignored = [], []
    for point, character in enumerate(_characters()):
        if (character + "\u03a3").lower().endswith("\u03c2"):
            cased.append(point)
        elif ("a" + character + "\u03a3").lower().endswith("\u03c2"):
            ignored.append(point)
    letter, between = _class(cased), _class(ignored)
    return f"([{letter}][{between}]*)\u03a3([{between}]*(?:[^{letter}{between}]|$))"


def _class(points: Iterable[int]) -> str:
    """Return a character class in RE2's syntax, without its brackets."""
    return "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in runs(points))
