"""Subset accuracy: all levels right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from harnn.evaluation.checks import check_known_levels, check_labels, check_levels

__all__ = ["SubsetAccuracy", "subset_accuracy"]


class SubsetAccuracy(NamedTuple):
    """A subset accuracy and what it is over.

    Args:
        accuracy: The share of documents with every category right; NaN if there is no document.
        documents: The number of documents all of whose levels are known.
    """

    accuracy: float
    documents: int


def subset_accuracy(
    y_true: np.ndarray, y_pred: np.ndarray, known_levels: np.ndarray, levels: np.ndarray
) -> SubsetAccuracy:
    """Measure how often all levels of a document are right.

    Only documents all of whose levels are known can be judged.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        y_pred: bool ``(documents, categories)``, the predicted labels.
        known_levels: bool ``(documents, levels)``, False where a level's true label is not known.
        levels: int ``(categories,)``, the 0-based level of each category.

    Returns:
        The accuracy, and the number of documents that it is over.

    Raises:
        DataError: If an array has the wrong shape or dtype.

    Example:
        >>> y_true = np.array([[True, True], [True, True], [True, False]])
        >>> y_pred = np.array([[True, True], [True, False], [True, False]])
        >>> known = np.array([[True, True], [True, True], [True, False]])
        >>> subset_accuracy(y_true, y_pred, known, np.array([0, 1]))
        SubsetAccuracy(accuracy=0.5, documents=2)
    """
    levels = check_levels(levels)
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    known_levels = check_known_levels(known_levels, documents=len(y_true), levels=levels)
    complete = known_levels.all(axis=1)
    documents = int(np.count_nonzero(complete))
    if documents == 0:
        return SubsetAccuracy(np.nan, 0)
    right = (y_true == y_pred).all(axis=1)
    return SubsetAccuracy(float(right[complete].mean()), documents)
