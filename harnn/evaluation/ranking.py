"""Metrics of the scores themselves, before any threshold."""

from __future__ import annotations

from typing import Literal, get_args, overload

import numpy as np

from harnn.errors import ConfigError, nearest
from harnn.evaluation.checks import check_k, check_labels, check_scores

__all__ = ["RankingAverage", "average_precision", "precision_at_k"]

RankingAverage = Literal["micro", "macro"]


@overload
def average_precision(
    y_true: np.ndarray,
    scores: np.ndarray,
    *,
    average: RankingAverage,
    known: np.ndarray | None = None,
) -> float: ...
@overload
def average_precision(
    y_true: np.ndarray, scores: np.ndarray, *, average: None, known: np.ndarray | None = None
) -> np.ndarray: ...
def average_precision(
    y_true: np.ndarray,
    scores: np.ndarray,
    *,
    average: RankingAverage | None,
    known: np.ndarray | None = None,
) -> float | np.ndarray:
    """Measure the area under the precision-recall curve (AUPRC).

    Σ (R_n - R_{n-1}) P_n over the thresholds n, without interpolation: scikit-learn's
    ``average_precision_score``, of which every known entry is one sample.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        scores: float ``(documents, categories)``, higher for what is more likely true.
        average: ``"micro"``: one curve over all entries. ``"macro"``: the mean over the categories
            with a positive. None: each category for itself, NaN for one without a positive.
        known: bool ``(documents, categories)``, False for entries that take no part; all take
            part if None.

    Returns:
        A number, NaN if there is no positive; or an array ``(categories,)``.

    Raises:
        ConfigError: If ``average`` is none of these.
        DataError: If an array has the wrong shape or dtype, or a score is not finite.

    Example:
        >>> y_true = np.array([[True], [False], [True]])
        >>> round(average_precision(y_true, np.array([[0.9], [0.8], [0.7]]), average="micro"), 4)
        0.8333
    """
    if average is not None and average not in get_args(RankingAverage):
        raise ConfigError(
            f"average is {average!r}; it must be one of {', '.join(get_args(RankingAverage))}, "
            "or None" + nearest(str(average), get_args(RankingAverage))
        )
    y_true, scores, known = _check(y_true, scores, known)
    if average == "micro":
        return _area(y_true, scores, known)
    areas = np.array(
        [
            _area(y_true[:, category], scores[:, category], known[:, category])
            for category in range(y_true.shape[1])
        ]
    )
    if average is None:
        return areas
    areas = areas[~np.isnan(areas)]
    return float(areas.mean()) if areas.size else float("nan")


def precision_at_k(
    y_true: np.ndarray, scores: np.ndarray, k: int, known: np.ndarray | None = None
) -> float:
    """Measure which share of a document's ``k`` best-scored categories is true.

    Only known entries are ranked, and documents with fewer than ``k`` of them are left out: they
    have no first ``k``. Of equal scores the category that comes first ranks first.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        scores: float ``(documents, categories)``, higher for what is more likely true.
        k: How many categories to look at, at least 1.
        known: bool ``(documents, categories)``, False for entries that take no part; all take
            part if None.

    Returns:
        The mean over the documents; NaN if there is none.

    Raises:
        ConfigError: If ``k`` is no whole number, or less than 1.
        DataError: If an array has the wrong shape or dtype, or a score is not finite.

    Example:
        >>> y_true = np.array([[True, False, True], [True, False, False]])
        >>> scores = np.array([[0.9, 0.1, 0.8], [0.6, 0.7, 0.2]])
        >>> precision_at_k(y_true, scores, k=2)
        0.75
    """
    k = check_k(k)
    y_true, scores, known = _check(y_true, scores, known)
    ranked = np.count_nonzero(known, axis=1) >= k
    if not ranked.any():
        return float("nan")
    y_true, scores = y_true[ranked], np.where(known[ranked], scores[ranked], -np.inf)
    rows, hits = np.arange(len(y_true)), 0
    # k times the maximum: faster than a sort for the few k that are asked for, and of equal
    # scores it takes the first, which a partition does not promise.
    for _ in range(k):
        best = scores.argmax(axis=1)
        hits += int(np.count_nonzero(y_true[rows, best]))
        scores[rows, best] = -np.inf
    return hits / (k * len(y_true))


def _check(
    y_true: np.ndarray, scores: np.ndarray, known: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y_true = check_labels(y_true, "y_true")
    scores = check_scores(scores, shape=y_true.shape)
    if known is None:
        return y_true, scores, np.broadcast_to(np.True_, y_true.shape)
    return y_true, scores, check_labels(known, "known", shape=y_true.shape)


def _area(true: np.ndarray, scores: np.ndarray, known: np.ndarray) -> float:
    """The mean over the positives of the precision at the threshold of their own score.

    This is Σ (R_n - R_{n-1}) P_n, as recall rises by 1/positives with each positive. Sorted
    scores are enough to count what lies at or above a threshold: no ranking of all entries, which
    would need several arrays of indices of their size.
    """
    positives = np.sort(scores[true & known])
    if positives.size == 0:
        return float("nan")
    entries = np.sort(scores[known])
    correct = positives.size - np.searchsorted(positives, positives)
    predicted = entries.size - np.searchsorted(entries, positives)
    return float((correct / predicted).mean())
