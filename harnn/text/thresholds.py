"""A threshold for every category, chosen on validation documents."""

from __future__ import annotations

import numpy as np

__all__ = ["tune_thresholds"]

# A category's own optimum on fewer positives than this says more about chance than about it.
_ENOUGH = 5


def tune_thresholds(probabilities: np.ndarray, truth: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Choose for every category the threshold with the best F1.

    A category with fewer than five known positives takes the threshold that is best for all
    categories together (the best micro-F1).

    Args:
        probabilities: ``(documents, categories)``.
        truth: Booleans of the same shape.
        known: Which entries of ``truth`` are known, of the same shape.

    Returns:
        Thresholds ``(categories,)`` in ``(0, 1)``: a category is chosen where its probability
        is at least its threshold.

    Example:
        >>> probabilities = np.tile([[0.9], [0.4], [0.3]], (5, 1))
        >>> truth = np.tile([[True], [True], [False]], (5, 1))
        >>> tune_thresholds(probabilities, truth, np.ones_like(truth)).round(2).tolist()
        [0.35]
    """
    shared = _best_threshold(probabilities[known], truth[known])
    thresholds = np.full(probabilities.shape[1], shared)
    for category in range(probabilities.shape[1]):
        rows = known[:, category]
        if truth[rows, category].sum() >= _ENOUGH:
            thresholds[category] = _best_threshold(
                probabilities[rows, category], truth[rows, category]
            )
    return thresholds


def _best_threshold(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the cut with the best F1, half-way between the scores on its two sides."""
    if not truth.any():
        return 0.5
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order].astype(np.float64)
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + hits[-1])
    # Equal scores cannot be cut apart.
    cuts = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))
    best = cuts[np.argmax(f1[cuts])]
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float(np.clip((ranked[best] + below) / 2, np.nextafter(0, 1), np.nextafter(1, 0)))
