"""From texts to word ids inside a TensorFlow graph, as `harnn.text.documents` makes them."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary

__all__ = ["TokenGraph"]

_POINTS = sys.maxunicode + 1
_SURROGATES = range(0xD800, 0xE000)
_SPACE, _WORD, _SYMBOL = 0, 1, 2


class TokenGraph(tf.Module):
    """Splits texts into words and looks up their ids.

    What is a letter, what is white, and which small letter a capital has, is asked of Python when
    the graph is built: TensorFlow's own tables are of another version of Unicode.

    Args:
        vocabulary: The words that have an id.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(name="tokens")
        self._max_length = vocabulary.max_length
        self._lower = tf.constant(_lower_case())
        self._kinds = tf.constant(_kinds())
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
        # The one capital whose small letter is two characters, and the one with two small letters.
        texts = tf.strings.regex_replace(texts, "\u0130", "i\u0307")
        texts = tf.strings.regex_replace(texts, _final_sigma(), "\\1\u03c2\\2")
        points = tf.strings.unicode_decode(texts, "UTF-8")
        lower = tf.gather(self._lower, points.flat_values)
        kinds = tf.gather(self._kinds, lower)
        symbol = tf.equal(kinds, _SYMBOL)
        blank = tf.fill(tf.shape(lower), ord(" "))
        # A symbol is a word of its own: it gets a blank on either side.
        spread = tf.stack([blank, tf.where(tf.equal(kinds, _SPACE), blank, lower), blank], axis=1)
        kept = tf.stack([symbol, tf.ones_like(symbol), symbol], axis=1)
        rows = tf.repeat(points.value_rowids()[:, None], 3, axis=1)
        spaced = tf.RaggedTensor.from_value_rowids(
            tf.boolean_mask(spread, kept),
            tf.boolean_mask(rows, kept),
            nrows=points.nrows(),
            validate=False,
        )
        words = tf.strings.split(tf.strings.unicode_encode(spaced, "UTF-8"))
        words = words[:, : self._max_length]
        ids = words.with_flat_values(self._ids.lookup(words.flat_values))
        # As a document without any word is read.
        empty = tf.cast(tf.equal(ids.row_lengths(), 0), tf.int64)
        unknown = tf.fill(tf.reduce_sum(empty)[None], UNKNOWN)
        return tf.concat(
            [ids, tf.RaggedTensor.from_row_lengths(unknown, empty, validate=False)], axis=1
        ).to_tensor(PADDING)


@cache
def _characters() -> str:
    # A surrogate is no character: a blank stands in its place.
    return "".join(" " if point in _SURROGATES else chr(point) for point in range(_POINTS))


@cache
def _kinds() -> np.ndarray:
    """Return what each code point is to the tokeniser."""
    kinds = np.full(_POINTS, _SYMBOL, dtype=np.int32)
    for pattern, kind in ((r"\w+", _WORD), (r"\s+", _SPACE)):
        for found in re.finditer(pattern, _characters()):
            kinds[found.start() : found.end()] = kind
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


def _class(points: Sequence[int]) -> str:
    """Return a character class, without its brackets."""
    array = np.array(points)
    edges = np.flatnonzero(np.diff(array) != 1)
    starts = array[np.concatenate([[0], edges + 1])]
    ends = array[np.concatenate([edges, [len(array) - 1]])]
    return "".join(
        rf"\x{{{start:x}}}-\x{{{end:x}}}" for start, end in zip(starts, ends, strict=True)
    )
