"""From the levels' outputs to consistent probabilities and paths inside a TensorFlow graph.

What `harnn.text.decisions` does in NumPy, for a model that is served without it. The two are
compared whenever a model is exported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from harnn.text.decisions.calibration import IsotonicCalibration, TemperatureCalibration
from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor

__all__ = ["DecisionGraph"]

_TINY = 1e-12


class DecisionGraph:
    """Calibrates and decodes as a predictor does.

    Args:
        predictor: The predictor.

    Raises:
        TypeError: If it decodes or calibrates in a way that has no graph.
    """

    def __init__(self, predictor: HierarchicalPredictor) -> None:
        self._taxonomy = predictor.taxonomy_
        self._calibration = predictor._calibration
        self._names = tf.constant(self._taxonomy.path_strings)
        if not isinstance(predictor._decoder, BestPathDecoder | ThresholdDecoder):
            raise TypeError(f"{type(predictor._decoder).__name__} has no graph")
        self._decoder: BestPathDecoder | ThresholdDecoder = predictor._decoder
        if not isinstance(self._calibration, TemperatureCalibration | IsotonicCalibration | None):
            raise TypeError(f"{type(self._calibration).__name__} has no graph")

    def __call__(self, levels: Sequence[Any]) -> dict[str, Any]:
        """Return what is served.

        Args:
            levels: The network's probabilities, ``(batch, outputs of the level)`` each.

        Returns:
            ``probabilities`` of all categories, float32 ``(batch, categories)``; ``paths``, the
            predicted ones, strings ``(batch, most)``, padded with ``""``; and ``scores``, how
            probable each is, float32 ``(batch, most)``, padded with 0.
        """
        calibrated = [tf.cast(level, tf.float64) for level in levels]
        if isinstance(self._calibration, TemperatureCalibration):
            calibrated = _tempered(calibrated, self._calibration)
        elif isinstance(self._calibration, IsotonicCalibration):
            calibrated = _bent(calibrated, self._calibration)
        if isinstance(self._decoder, BestPathDecoder):
            probabilities = self._raised(_of_paths(calibrated, self._decoder))
            decided, scores = self._best_path(probabilities, self._decoder)
        else:
            probabilities = self._raised(tf.cast(tf.concat(calibrated, axis=1), tf.float32))
            decided, scores = self._above(probabilities, self._decoder), probabilities
        chosen = self._most_specific(decided)
        names = tf.broadcast_to(self._names, tf.shape(chosen))
        return {
            "probabilities": probabilities,
            "paths": tf.ragged.boolean_mask(names, chosen).to_tensor(""),
            "scores": tf.ragged.boolean_mask(tf.cast(scores, tf.float32), chosen).to_tensor(),
        }

    def _best_path(self, probabilities: Any, decoder: BestPathDecoder) -> tuple[Any, Any]:
        exact = tf.cast(probabilities, tf.float64)
        parents, children = self._taxonomy.edges.T
        below = _by_category(
            tf.math.unsorted_segment_sum, tf.gather(exact, children, axis=1), parents, exact
        )
        ends = exact - below
        first = self._taxonomy.level_slices[0]
        empty = 1.0 - tf.reduce_sum(exact[:, first], axis=1, keepdims=True)
        scores = tf.concat([tf.gather(ends, self._taxonomy.terminals, axis=1), empty], axis=1)
        through = tf.constant(decoder.through)
        best = tf.argmax(scores[:, : len(decoder.through)], axis=1)
        return tf.gather(through, best), ends

    def _above(self, probabilities: Any, decoder: ThresholdDecoder) -> Any:
        exact = tf.cast(probabilities, tf.float64)
        thresholds = np.asarray(decoder.thresholds, dtype=np.float64)
        chosen = exact >= thresholds
        if not decoder.may_be_empty:
            terminals = self._taxonomy.terminals
            share = tf.gather(exact / np.maximum(thresholds, _TINY), terminals, axis=1)
            closest = tf.gather(terminals, tf.argmax(share, axis=1))
            only = tf.one_hot(closest, len(thresholds), on_value=True, off_value=False)
            chosen |= only & ~tf.reduce_any(chosen, axis=1, keepdims=True)
        return tf.greater(self._raised(tf.cast(chosen, tf.float32)), 0)

    def _raised(self, values: Any) -> Any:
        """Raise every category to at least the highest of what is below it, from the bottom up."""
        parents, children = self._taxonomy.edges.T
        levels = self._taxonomy.levels[children]
        for level in range(self._taxonomy.n_levels - 1, 0, -1):
            rows = levels == level
            highest = _by_category(
                tf.math.unsorted_segment_max,
                tf.gather(values, children[rows], axis=1),
                parents[rows],
                values,
            )
            values = tf.maximum(values, highest)
        return values

    def _most_specific(self, decided: Any) -> Any:
        marks = tf.cast(decided, tf.int32)
        parents, children = self._taxonomy.edges.T
        below = _by_category(
            tf.math.unsorted_segment_sum, tf.gather(marks, children, axis=1), parents, marks
        )
        return decided & tf.equal(below, 0)


def _by_category(reduce: Any, values: Any, parents: np.ndarray, like: Any) -> Any:
    """Reduce the columns of children to those of their parents, as many as ``like`` has."""
    reduced = reduce(tf.transpose(values), parents.astype(np.int32), like.shape[1])
    return tf.transpose(reduced)


def _of_paths(levels: Sequence[Any], decoder: BestPathDecoder) -> Any:
    scores = tf.add_n(
        [
            tf.gather(tf.math.log(tf.maximum(level, _TINY)), decoder.outputs[:, number], axis=1)
            for number, level in enumerate(levels)
        ]
    )
    through = tf.constant(decoder.through.astype(np.float64))
    sums = tf.matmul(tf.nn.softmax(scores), through)
    return tf.cast(tf.minimum(sums, 1.0), tf.float32)


def _tempered(levels: Sequence[Any], calibration: TemperatureCalibration) -> list[Any]:
    results = []
    for level, temperature in zip(levels, calibration.temperatures, strict=True):
        logs = tf.math.log(tf.maximum(level, _TINY))
        if calibration.exclusive:
            results.append(tf.nn.softmax(logs / temperature))
        else:
            odds = logs - tf.math.log(tf.maximum(1.0 - level, _TINY))
            results.append(tf.sigmoid(odds / temperature))
    return results


def _bent(levels: Sequence[Any], calibration: IsotonicCalibration) -> list[Any]:
    results = []
    for level, curve in zip(levels, calibration.curves, strict=True):
        if curve is None:
            results.append(level)
            continue
        left = calibration.left_in
        bent = (1 - left) * _interpolated(level, *curve) + left * level
        if calibration.exclusive:
            bent /= tf.reduce_sum(bent, axis=1, keepdims=True)
        results.append(bent)
    return results


def _interpolated(values: Any, corners: np.ndarray, heights: np.ndarray) -> Any:
    """Do what ``numpy.interp`` does."""
    if len(corners) == 1:
        return tf.fill(tf.shape(values), tf.constant(heights[0], tf.float64))
    inside = tf.clip_by_value(values, corners[0], corners[-1])
    flat = tf.reshape(inside, [-1])
    # The corner at or before each value; the last stretch ends with its own corner.
    at = tf.searchsorted(tf.constant(corners), flat, side="right") - 1
    at = tf.minimum(at, len(corners) - 2)
    left, right = tf.gather(corners, at), tf.gather(corners, at + 1)
    low, high = tf.gather(heights, at), tf.gather(heights, at + 1)
    share = tf.math.divide_no_nan(flat - left, right - left)
    return tf.reshape(low + share * (high - low), tf.shape(values))
