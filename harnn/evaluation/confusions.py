"""Which siblings are taken for one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harnn.errors import ConfigError
from harnn.evaluation.checks import check_known_levels, check_labels
from harnn.evaluation.hierarchy import Hierarchy

__all__ = ["Confusion", "confused_siblings"]


@dataclass(frozen=True)
class Confusion:
    """A category and a sibling that is predicted in its place.

    Args:
        true: The name of the category that documents have.
        predicted: The name of the sibling that was predicted and that they do not have.
        documents: How many documents.
        share: Which share that is of the judged documents that have ``true``.
        rows: The documents' row numbers from 0, the first few.
    """

    true: str
    predicted: str
    documents: int
    share: float
    rows: tuple[int, ...]


def confused_siblings(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    hierarchy: Hierarchy,
    *,
    known: np.ndarray | None = None,
    count: int = 15,
    examples: int = 3,
) -> tuple[Confusion, ...]:
    """Find the categories that are most often taken for a sibling.

    A document counts for a pair of siblings if it has the first and not the second, and the second
    is predicted and not the first. Siblings share a parent; the roots are siblings of one another.

    Args:
        y_true: bool ``(documents, categories)``, the true labels with their ancestors.
        y_pred: bool ``(documents, categories)``, the predicted labels with their ancestors.
        hierarchy: The levels, parents and names of the categories.
        known: bool ``(documents, levels)``, False where the true label of a level is not known:
            the document is not judged there. All are known if None.
        count: How many pairs to return at most.
        examples: How many row numbers to give for each pair at most.

    Returns:
        The pairs, the one with most documents first; among equals the larger share first, then by
        name.

    Raises:
        ConfigError: If ``count`` or ``examples`` is negative.
        DataError: If an array has the wrong shape or dtype.

    Example:
        >>> hierarchy = Hierarchy(np.array([0, 0]), ((), ()), ("Agent", "Place"))
        >>> y_true = np.array([[True, False], [True, False]])
        >>> y_pred = np.array([[True, False], [False, True]])
        >>> confused_siblings(y_true, y_pred, hierarchy)
        (Confusion(true='Agent', predicted='Place', documents=1, share=0.5, rows=(1,)),)
    """
    for name, value in (("count", count), ("examples", examples)):
        if value < 0:
            raise ConfigError(f"{name} is {value!r}; a whole number of at least 0 is needed")
    levels, names = hierarchy.levels, hierarchy.names
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    known = check_known_levels(known, documents=len(y_true), levels=levels)

    entries = known[:, levels]
    missed, wrong = y_true & ~y_pred & entries, y_pred & ~y_true & entries
    support = np.count_nonzero(y_true & entries, axis=0)
    ranked = sorted(
        (
            (documents, float(documents / support[true]), true, predicted)
            for true, predicted, documents in _pairs(missed, wrong)
            if _are_siblings(hierarchy, true, predicted)
        ),
        key=lambda pair: (-pair[0], -pair[1], names[pair[2]], names[pair[3]]),
    )
    return tuple(
        Confusion(
            true=names[true],
            predicted=names[predicted],
            documents=documents,
            share=share,
            rows=tuple(np.flatnonzero(missed[:, true] & wrong[:, predicted])[:examples].tolist()),
        )
        for documents, share, true, predicted in ranked[:count]
    )


def _pairs(missed: np.ndarray, wrong: np.ndarray) -> list[tuple[int, int, int]]:
    """Each pair of categories missed and wrong together, with its number of documents."""
    from scipy.sparse import csr_array

    # Few entries are wrong, so that a sparse product takes no time.
    together = (csr_array(missed, dtype=np.int64).T @ csr_array(wrong, dtype=np.int64)).tocoo()
    return list(
        zip(together.row.tolist(), together.col.tolist(), together.data.tolist(), strict=True)
    )


def _are_siblings(hierarchy: Hierarchy, first: int, second: int) -> bool:
    above, beside = hierarchy.parents[first], hierarchy.parents[second]
    return not (above or beside) or not set(above).isdisjoint(beside)
