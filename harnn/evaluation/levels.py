"""The scores of each level of the hierarchy for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harnn.evaluation.checks import check_known_levels, check_labels, check_levels
from harnn.evaluation.defined import defined_scores
from harnn.evaluation.scores import PrecisionRecallF1, precision_recall_f1

__all__ = ["LevelScores", "level_scores"]


@dataclass(frozen=True)
class LevelScores:
    """The scores of one level, over the documents whose level is known.

    Args:
        level: The 0-based level.
        support: The number of documents whose level is known: also those whose path has ended
            above it, which rightly have no category there.
        accuracy: The share of these documents whose set of categories on the level is exactly
            right; None if there is no document.
        micro: Precision, recall and F1 over all of the level's entries at once; None each if
            nothing is true or predicted.
        macro: Their means over the level's categories that occur in truth or in prediction; None
            each if there is none.
        name: The name of the level, if it has one.
    """

    level: int
    support: int
    accuracy: float | None
    micro: PrecisionRecallF1[float | None]
    macro: PrecisionRecallF1[float | None]
    name: str | None = None

    @property
    def title(self) -> str:
        """The heading of the level, counted from 1: ``"level 1"``, ``"level 1, section"``."""
        number = f"level {self.level + 1}"
        return number if self.name is None else f"{number}, {self.name}"


def level_scores(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    known_levels: np.ndarray,
    levels: np.ndarray,
    names: Sequence[str] | None = None,
) -> tuple[LevelScores, ...]:
    """Score each level over the documents whose level is known.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        y_pred: bool ``(documents, categories)``, the predicted labels.
        known_levels: bool ``(documents, levels)``, False where a level's true label is not known.
        levels: int ``(categories,)``, the 0-based level of each category.
        names: The names of the levels, the topmost first; those that lack one come last.

    Returns:
        The scores of the levels, from the top down.

    Raises:
        DataError: If an array has the wrong shape or dtype.

    Example:
        >>> y_true = np.array([[True, True, False], [True, False, True]])
        >>> y_pred = np.array([[True, True, False], [True, True, False]])
        >>> known = np.ones((2, 2), dtype=bool)
        >>> [level.accuracy for level in level_scores(y_true, y_pred, known, np.array([0, 1, 1]))]
        [1.0, 0.5]
    """
    levels = check_levels(levels)
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    known_levels = check_known_levels(known_levels, documents=len(y_true), levels=levels)
    return tuple(
        _level(level, y_true[block], y_pred[block], dict(enumerate(names or ())).get(level))
        for level in range(known_levels.shape[1])
        for block in [np.ix_(known_levels[:, level], levels == level)]
    )


def _level(level: int, true: np.ndarray, predicted: np.ndarray, name: str | None) -> LevelScores:
    right = (true == predicted).all(axis=1)
    return LevelScores(
        level=level,
        support=len(right),
        accuracy=float(right.mean()) if len(right) else None,
        micro=defined_scores(precision_recall_f1(true, predicted, average="micro")),
        macro=defined_scores(precision_recall_f1(true, predicted, average="macro")),
        name=name,
    )
