"""Unicode normalisation form C inside a TensorFlow graph: TensorFlow itself has none.

The tables come from Python when the graph is built, so that a graph composes letters as the Python
that wrote it does.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

__all__ = ["NormalFormGraph"]

# Beyond the third plane no character composes or decomposes: the last entry stands for all of them.
_POINTS = 0x30000
# A pair of code points as one number.
_FACTOR = 1 << 21


class NormalFormGraph(tf.Module):
    """Composes the letters of texts: normalisation form C.

    Source:
        The Unicode Standard, section 3.11; Unicode Standard Annex 15.
    """

    def __init__(self) -> None:
        super().__init__(name="normal_form")
        tables = _tables()
        self._stable = tf.constant(tables.stable)
        self._starts_segment = tf.constant(tables.starts_segment)
        self._combining_class = tf.constant(tables.combining_class)
        self._decomposed = tf.constant(tables.decomposed)
        self._offsets = tf.constant(tables.offsets)
        self._lengths = tf.constant(tables.lengths)
        self._pairs = tf.constant(tables.pairs)
        self._composites = tf.constant(tables.composites)

    def __call__(self, points: Any, rows: Any) -> tuple[Any, Any]:
        """Return the normalised code points of texts.

        Args:
            points: int32 ``(characters,)``, the code points of all texts. Each text starts with a
                blank.
            rows: int64 ``(characters,)``, the text of each, rising.

        Returns:
            The code points and their texts, as they came in.
        """
        # Most texts are normalised already.
        return tf.cond(
            tf.reduce_all(_looked_up(self._stable, points)),
            lambda: (points, rows),
            lambda: self._normalized(points, rows),
        )

    def _normalized(self, points: Any, rows: Any) -> tuple[Any, Any]:
        points, rows = self._in_order(*self._taken_apart(points, rows))
        points = self._composed(points)
        kept = tf.greater_equal(points, 0)
        return tf.boolean_mask(points, kept), tf.boolean_mask(rows, kept)

    def _taken_apart(self, points: Any, rows: Any) -> tuple[Any, Any]:
        """Replace each character by its full canonical decomposition."""
        lengths = _looked_up(self._lengths, points)
        ends = tf.cumsum(lengths)
        places = tf.range(tf.reduce_sum(lengths)) - tf.repeat(ends - lengths, lengths)
        offsets = tf.repeat(_looked_up(self._offsets, points), lengths)
        parts = tf.gather(self._decomposed, tf.maximum(offsets, 0) + places)
        # A character that is its own decomposition is not in the table.
        parts = tf.where(offsets < 0, tf.repeat(points, lengths), parts)
        return parts, tf.repeat(rows, lengths)

    def _in_order(self, points: Any, rows: Any) -> tuple[Any, Any]:
        """Sort the marks that follow a starter by their combining class."""
        classes = tf.cast(_looked_up(self._combining_class, points), tf.int64)
        starters = tf.cumsum(tf.cast(tf.equal(classes, 0), tf.int64))
        order = tf.argsort(starters * 256 + classes, stable=True)
        return tf.gather(points, order), tf.gather(rows, order)

    def _composed(self, points: Any) -> Any:
        """Compose starters with what follows them; −1 stands where a character is gone.

        A segment is a starter that composes with nothing before it, and all up to the next one.
        Segments do not depend on each other, and nearly all are short: the loop goes over the
        places in a segment, for all segments at once.
        """
        numbers = tf.cumsum(tf.cast(_looked_up(self._starts_segment, points), tf.int64)) - 1
        sizes = tf.math.bincount(tf.cast(numbers, tf.int32), dtype=tf.int64)
        long = tf.greater(tf.gather(sizes, numbers), 1)
        there = tf.where(long)
        segments = tf.RaggedTensor.from_row_lengths(
            tf.gather(points, there[:, 0]), tf.boolean_mask(sizes, sizes > 1), validate=False
        )
        composed = self._composed_segments(segments.to_tensor(-1))
        mask = tf.sequence_mask(segments.row_lengths())
        return tf.tensor_scatter_nd_update(points, there, tf.boolean_mask(composed, mask))

    def _composed_segments(self, segments: Any) -> Any:
        """Compose each row of ``(segments, places)``, which is padded with −1."""
        count = tf.shape(segments)[0]
        every = tf.range(count)

        def step(place: Any, segments: Any, starter: Any, last: Any) -> tuple[Any, ...]:
            character = segments[:, place]
            kind = _looked_up(self._combining_class, tf.maximum(character, 0))
            before = tf.gather_nd(segments, tf.stack([every, starter], axis=1))
            composite = self._composite(before, character)
            # A mark of the same or a higher class in between keeps the two apart.
            joined = (composite >= 0) & ((last == 0) | (last < kind))
            segments = tf.tensor_scatter_nd_update(
                segments,
                tf.stack([every, starter], axis=1),
                tf.where(joined, composite, before),
            )
            segments = tf.tensor_scatter_nd_update(
                segments,
                tf.stack([every, tf.fill([count], place)], axis=1),
                tf.where(joined, -1, character),
            )
            begins = ~joined & (kind == 0)
            starter = tf.where(begins, place, starter)
            return place + 1, segments, starter, tf.where(joined, last, kind)

        _, segments, _, _ = tf.while_loop(
            lambda place, segments, starter, last: place < tf.shape(segments)[1],
            step,
            (tf.constant(1), segments, tf.zeros([count], tf.int32), tf.zeros([count], tf.int32)),
            shape_invariants=(
                tf.TensorShape([]),
                tf.TensorShape([None, None]),
                tf.TensorShape([None]),
                tf.TensorShape([None]),
            ),
        )
        return segments

    def _composite(self, first: Any, second: Any) -> Any:
        """Return the composite of two characters, −1 where there is none."""
        keys = tf.cast(first, tf.int64) * _FACTOR + tf.cast(second, tf.int64)
        places = tf.minimum(
            tf.searchsorted(self._pairs, keys), tf.cast(tf.size(self._pairs), tf.int32) - 1
        )
        found = tf.equal(tf.gather(self._pairs, places), keys) & (second >= 0)
        return tf.where(found, tf.gather(self._composites, places), -1)


def _looked_up(table: Any, points: Any) -> Any:
    return tf.gather(table, tf.minimum(points, _POINTS - 1))


class _Tables(NamedTuple):
    """Facts of each code point, and the pairs that compose.

    Attributes:
        stable: Whether a text of such characters alone is normalised already.
        starts_segment: Whether the character is a starter that composes with none before it.
        combining_class: Canonical combining class.
        decomposed: The decompositions of the code points that have one, one after another.
        offsets: The place of a code point's decomposition among them, −1 where it has none.
        lengths: How long it is; 1 where there is none.
        pairs: Two code points that compose, as one number; rising.
        composites: What they compose to.
    """

    stable: np.ndarray
    starts_segment: np.ndarray
    combining_class: np.ndarray
    decomposed: np.ndarray
    offsets: np.ndarray
    lengths: np.ndarray
    pairs: np.ndarray
    composites: np.ndarray


@cache
def _tables() -> _Tables:
    normalize = unicodedata.normalize
    combining_class = np.zeros(_POINTS, dtype=np.int32)
    unchanged = np.ones(_POINTS, dtype=bool)
    offsets = np.full(_POINTS, -1, dtype=np.int32)
    lengths = np.ones(_POINTS, dtype=np.int32)
    decomposed: list[int] = []
    composites: dict[int, int] = {}
    seconds: set[int] = set()
    for point in range(_POINTS):
        character = chr(point)
        combining_class[point] = unicodedata.combining(character)
        parts = normalize("NFD", character)
        if parts == character:
            continue
        offsets[point], lengths[point] = len(decomposed), len(parts)
        decomposed.extend(map(ord, parts))
        unchanged[point] = normalize("NFC", character) == character
        if unchanged[point]:
            # The two that compose to it: the composite of all but the last, and the last.
            first, second = ord(normalize("NFC", parts[:-1])), ord(parts[-1])
            composites[first * _FACTOR + second] = point
            seconds.add(second)
    starts = combining_class == 0
    starts[sorted(seconds)] = False
    pairs = np.array(sorted(composites), dtype=np.int64)
    return _Tables(
        stable=starts & unchanged,
        starts_segment=starts,
        combining_class=combining_class,
        decomposed=np.array(decomposed, dtype=np.int32),
        offsets=offsets,
        lengths=lengths,
        pairs=pairs,
        composites=np.array([composites[pair] for pair in pairs.tolist()], dtype=np.int32),
    )
