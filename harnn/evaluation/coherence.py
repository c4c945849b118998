"""Whether predictions respect the hierarchy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harnn.evaluation.checks import check_labels
from harnn.evaluation.hierarchy import parents_first

__all__ = ["incoherent_share"]


def incoherent_share(y_pred: np.ndarray, parents: Sequence[Sequence[int]]) -> float:
    """Measure how often a category is predicted without a path of ancestors.

    A prediction is coherent if each of its categories is a root or has at least one predicted
    parent: in a tree its only one, in a directed acyclic graph any one of them. As this holds for
    the parent too, a whole path up to a root is then predicted.

    Args:
        y_pred: bool ``(documents, categories)``, the predicted labels.
        parents: For each category the indices of its parents.

    Returns:
        The share of documents whose prediction is incoherent; NaN if there is no document.

    Raises:
        DataError: If ``y_pred`` has the wrong shape or dtype.
        TaxonomyError: If a parent does not exist, or the parents form a cycle.

    Example:
        >>> y_pred = np.array([[True, True], [False, True], [True, False], [False, False]])
        >>> incoherent_share(y_pred, [(), (0,)])
        0.25
    """
    parents_first(parents)
    y_pred = check_labels(y_pred, "y_pred", shape=(None, len(parents)))
    if len(y_pred) == 0:
        return float("nan")
    incoherent = np.zeros(len(y_pred), dtype=bool)
    for category, above in enumerate(parents):
        if above:
            incoherent |= y_pred[:, category] & ~y_pred[:, list(above)].any(axis=1)
    return float(incoherent.mean())
