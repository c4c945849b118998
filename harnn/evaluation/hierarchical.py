"""Hierarchical precision, recall and F1: a wrong category near the right one costs less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harnn.errors import DataError
from harnn.evaluation.checks import check_labels
from harnn.evaluation.hierarchy import parents_first
from harnn.evaluation.scores import PrecisionRecallF1, precision_recall_f1

__all__ = ["ancestor_closure", "hierarchical_precision_recall_f1"]


def ancestor_closure(labels: np.ndarray, parents: Sequence[Sequence[int]]) -> np.ndarray:
    """Add to each label set all the ancestors of its categories.

    Args:
        labels: bool ``(documents, categories)``.
        parents: For each category the indices of its parents.

    Returns:
        A new bool array ``(documents, categories)``.

    Raises:
        DataError: If ``labels`` has the wrong shape or dtype.
        TaxonomyError: If a parent does not exist, or the parents form a cycle.

    Example:
        >>> ancestor_closure(np.array([[False, False, True]]), [(), (0,), (1,)])
        array([[ True,  True,  True]])
    """
    order = parents_first(parents)
    closed = check_labels(labels, "labels", shape=(None, len(parents))).copy()
    for category in reversed(order):
        for parent in parents[category]:
            closed[:, parent] |= closed[:, category]
    return closed


def hierarchical_precision_recall_f1(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    parents: Sequence[Sequence[int]],
    *,
    known: np.ndarray | None = None,
) -> PrecisionRecallF1[float]:
    """Compare ancestor-augmented label sets, summed over all documents.

    With T and P the true and the predicted categories of a document together with all their
    ancestors, hP = Σ|T ∩ P| / Σ|P|, hR = Σ|T ∩ P| / Σ|T| and hF = 2 hP hR / (hP + hR). Both sets
    are closed here, so that a prediction given without its ancestors is judged as if it had them.
    Where both come closed, this is the micro average. The root above all categories, which every
    document shares, is no category and does not count.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        y_pred: bool ``(documents, categories)``, the predicted labels.
        parents: For each category the indices of its parents.
        known: bool ``(documents, categories)``, False for entries that take no part; all take
            part if None. The known ancestors of a prediction count even where the prediction
            itself does not.

    Returns:
        hP, hR and hF; NaN each if nothing is true or predicted.

    Raises:
        DataError: If an array has the wrong shape or dtype.
        TaxonomyError: If a parent does not exist, or the parents form a cycle.

    Source:
        Kiritchenko, Matwin, Nock, Famili: "Learning and evaluation in the presence of class
        hierarchies", 2006.

    Example:
        >>> parents = [(), (0,), (0,)]
        >>> y_true, y_pred = np.array([[True, True, False]]), np.array([[False, False, True]])
        >>> hierarchical_precision_recall_f1(y_true, y_pred, parents).f1
        0.5
    """
    y_true = check_labels(y_true, "y_true")
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    if len(parents) != y_true.shape[1]:
        raise DataError(f"parents describes {len(parents)} categories, y_true {y_true.shape[1]}")
    if known is not None:
        # What stands at an unknown entry of the truth must not close into its known ancestors.
        y_true = y_true & check_labels(known, "known", shape=y_true.shape)
    return precision_recall_f1(
        ancestor_closure(y_true, parents),
        ancestor_closure(y_pred, parents),
        average="micro",
        known=known,
    )
