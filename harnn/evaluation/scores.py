"""Precision, recall and F1 of label sets, under the four usual averages."""

from __future__ import annotations

from typing import Generic, Literal, NamedTuple, TypeVar, get_args, overload

import numpy as np

from harnn.errors import ConfigError, nearest
from harnn.evaluation.checks import check_labels

__all__ = ["Average", "PrecisionRecallF1", "precision_recall_f1"]

Average = Literal["micro", "macro", "samples", "weighted"]
Value = TypeVar("Value")


class PrecisionRecallF1(NamedTuple, Generic[Value]):
    """Precision, recall and F1: three numbers, or three arrays ``(categories,)``.

    Args:
        precision: Which share of what was predicted is true.
        recall: Which share of what is true was predicted.
        f1: Their harmonic mean; under an average, the average of the harmonic means.
    """

    precision: Value
    recall: Value
    f1: Value


@overload
def precision_recall_f1(
    y_true: np.ndarray, y_pred: np.ndarray, *, average: Average, known: np.ndarray | None = None
) -> PrecisionRecallF1[float]: ...
@overload
def precision_recall_f1(
    y_true: np.ndarray, y_pred: np.ndarray, *, average: None, known: np.ndarray | None = None
) -> PrecisionRecallF1[np.ndarray]: ...
def precision_recall_f1(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    average: Average | None,
    known: np.ndarray | None = None,
) -> PrecisionRecallF1[float] | PrecisionRecallF1[np.ndarray]:
    """Compare predicted with true label sets.

    The definitions are scikit-learn's with ``zero_division=0``, with two choices of our own:
    the macro average runs over the categories that occur, in truth or in prediction, among the
    known entries, so that it does not depend on categories which a test set lacks; and where
    nothing at all is true or predicted among the known entries, every average is NaN, not 0.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        y_pred: bool ``(documents, categories)``, the predicted labels.
        average: ``"micro"``: over all entries at once. ``"macro"``: the mean over the categories
            that occur. ``"weighted"``: the mean over the categories, each weighted with the
            number of documents that have it. ``"samples"``: the mean over the documents with at
            least one known entry. None: each category for itself.
        known: bool ``(documents, categories)``, False for entries that take no part; all take
            part if None.

    Returns:
        Numbers, or arrays ``(categories,)`` if ``average`` is None.

    Raises:
        ConfigError: If ``average`` is none of these.
        DataError: If an array has the wrong shape or dtype.

    Example:
        >>> y_true = np.array([[True, True, False], [True, False, True]])
        >>> y_pred = np.array([[True, False, False], [True, False, True]])
        >>> precision_recall_f1(y_true, y_pred, average="micro").recall
        0.75
        >>> precision_recall_f1(y_true, y_pred, average=None).f1.tolist()
        [1.0, 0.0, 1.0]
    """
    if average is not None and average not in get_args(Average):
        raise ConfigError(
            f"average is {average!r}; it must be one of {', '.join(get_args(Average))}, or None"
            + nearest(str(average), get_args(Average))
        )
    y_true = check_labels(y_true, "y_true")
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    judged: np.ndarray = np.ones(len(y_true), dtype=bool)
    if known is not None:
        known = check_labels(known, "known", shape=y_true.shape)
        y_true, y_pred, judged = y_true & known, y_pred & known, np.any(known, axis=1)

    axis = 1 if average == "samples" else 0
    correct = np.count_nonzero(y_true & y_pred, axis=axis)
    true = np.count_nonzero(y_true, axis=axis)
    predicted = np.count_nonzero(y_pred, axis=axis)
    if average is None:
        return _ratios(correct, true, predicted)
    if not (true.any() or predicted.any()):
        return PrecisionRecallF1(np.nan, np.nan, np.nan)
    if average == "micro":
        pooled = _ratios(*(counts.sum(keepdims=True) for counts in (correct, true, predicted)))
        return PrecisionRecallF1(*(float(value[0]) for value in pooled))
    weights = {"macro": true + predicted > 0, "weighted": true, "samples": judged}[average]
    return PrecisionRecallF1(
        *(_mean(values, weights) for values in _ratios(correct, true, predicted))
    )


def _ratios(
    correct: np.ndarray, true: np.ndarray, predicted: np.ndarray
) -> PrecisionRecallF1[np.ndarray]:
    return PrecisionRecallF1(
        _divide(correct, predicted), _divide(correct, true), _divide(2 * correct, true + predicted)
    )


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    # 0/0 is 0, as with scikit-learn's zero_division=0; no numerator exceeds its denominator.
    return numerator / np.maximum(denominator, 1)


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    total = weights.sum()
    # Only the weighted average can have no weight: labels were predicted and none is true.
    return float((values * weights).sum() / total) if total else 0.0
