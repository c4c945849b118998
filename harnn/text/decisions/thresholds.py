"""A threshold for every category, chosen on validation documents."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from harnn.errors import ConfigError, nearest

__all__ = ["ThresholdMetric", "tune_thresholds"]

ThresholdMetric = Literal["macro_f1", "micro_f1"]

# A category's own optimum on so many positives weighs as much as its level's threshold.
_PRIOR = 5


def tune_thresholds(
    probabilities: np.ndarray,
    truth: np.ndarray,
    known: np.ndarray,
    *,
    levels: np.ndarray | None = None,
    metric: str = "macro_f1",
) -> np.ndarray:
    """Choose for every category the threshold that is best for a metric.

    ``"macro_f1"`` takes each category's best F1. ``"micro_f1"`` takes the thresholds that are
    best together: the micro-F1 is a ratio of sums over the categories, so that with φ its best
    value each category's threshold maximises 2·hits − φ·chosen for itself (Dinkelbach, 1967; φ is
    found by iterating).

    The optimum of a category on few positives says more about chance than about the category. So
    it is drawn towards the one threshold that is best for the F1 of all categories of the level
    together: with n positives it weighs n / (n + 5), in log-odds.

    Args:
        probabilities: ``(documents, categories)``.
        truth: Booleans of the same shape.
        known: Which entries of ``truth`` are known, of the same shape.
        levels: The level of each category ``(categories,)``; one level if not given.
        metric: ``"macro_f1"`` or ``"micro_f1"``.

    Returns:
        Thresholds ``(categories,)`` in ``(0, 1)``: a category is chosen where its probability
        is at least its threshold.

    Raises:
        ConfigError: If there is no such metric.

    Example:
        >>> probabilities = np.tile([[0.9], [0.4], [0.3]], (5, 1))
        >>> truth = np.tile([[True], [True], [False]], (5, 1))
        >>> tune_thresholds(probabilities, truth, np.ones_like(truth)).round(2).tolist()
        [0.35]
    """
    metrics = get_args(ThresholdMetric)
    if metric not in metrics:
        raise ConfigError(
            f"the metric of thresholds must be one of {metrics}, not {metric!r}"
            f"{nearest(metric, metrics)}"
        )
    columns = [
        (probabilities[rows, category], truth[rows, category])
        for category, rows in enumerate(known.T)
    ]
    positives = np.array([hits.sum() for _, hits in columns])
    shared = _of_levels(probabilities, truth, known, levels)
    own = shared.copy()
    for category in np.flatnonzero(positives):
        own[category] = _best_threshold(*columns[category])
    if metric == "micro_f1" and positives.any():
        own = _together(columns, positives, shared)
    weight = positives / (positives + _PRIOR)
    drawn = weight * _log_odds(own) + (1 - weight) * _log_odds(shared)
    return _inside(np.exp(-np.logaddexp(0, -drawn)))


def _of_levels(
    probabilities: np.ndarray, truth: np.ndarray, known: np.ndarray, levels: np.ndarray | None
) -> np.ndarray:
    """Return for every category the best threshold of its level; of all where a level has few."""
    shared = np.full(
        probabilities.shape[1], _best_threshold(probabilities[known], truth[known]), dtype=float
    )
    for level in np.unique(levels) if levels is not None else ():
        here = levels == level
        entries = known[:, here]
        hits = truth[:, here][entries]
        if hits.sum() >= _PRIOR:
            shared[here] = _best_threshold(probabilities[:, here][entries], hits)
    return shared


def _together(
    columns: list[tuple[np.ndarray, np.ndarray]], positives: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Return the thresholds with the best micro-F1, by Dinkelbach's iteration from some others."""
    cuts = [_cuts(*column) for column in columns]
    chosen = [int((scores >= t).sum()) for (scores, _), t in zip(columns, start, strict=True)]
    found = [int(hits[scores >= t].sum()) for (scores, hits), t in zip(columns, start, strict=True)]
    best = start
    while True:
        phi = 2 * sum(found) / (sum(chosen) + positives.sum())
        picks = [int(np.argmax(2 * hits - phi * sizes)) for _, hits, sizes in cuts]
        found = [int(hits[pick]) for (_, hits, _), pick in zip(cuts, picks, strict=True)]
        chosen = [int(sizes[pick]) for (_, _, sizes), pick in zip(cuts, picks, strict=True)]
        best = np.array([places[pick] for (places, _, _), pick in zip(cuts, picks, strict=True)])
        # It rises with every step until it is the best one.
        if 2 * sum(found) / (sum(chosen) + positives.sum()) <= phi + 1e-12:
            return best


def _cuts(scores: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List every cut, from choosing none down to choosing all.

    Returns:
        The thresholds, half-way between the scores on their two sides; how many true ones each
        chooses; how many it chooses in all.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order].astype(np.float64)
    # Equal scores cannot be cut apart.
    ends = ranked[1:] < ranked[:-1]
    sizes = np.flatnonzero(np.concatenate([[True], ends, [True]] if len(ranked) else [[True]]))
    sides = np.concatenate([[1.0], ranked, [0.0]])
    hits = np.concatenate([[0], np.cumsum(truth[order])])[sizes]
    return _inside((sides[sizes] + sides[sizes + 1]) / 2), hits, sizes


def _best_threshold(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the cut with the best F1; one half where nothing is true."""
    if not truth.any():
        return 0.5
    thresholds, hits, sizes = _cuts(scores, truth)
    return float(thresholds[np.argmax(2 * hits / (sizes + hits[-1]))])


def _inside(thresholds: np.ndarray) -> np.ndarray:
    return np.clip(thresholds, np.nextafter(0, 1), np.nextafter(1, 0))


def _log_odds(thresholds: np.ndarray) -> np.ndarray:
    return np.log(thresholds) - np.log1p(-thresholds)
