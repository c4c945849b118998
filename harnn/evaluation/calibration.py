"""Whether a probability of 0.8 is right eight times in ten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.evaluation.checks import check_known_levels, check_labels
from harnn.evaluation.hierarchy import Hierarchy

__all__ = ["CalibrationBin", "LevelCalibration", "level_calibration"]

# How far float32 probabilities may leave [0, 1], and by how much a level's may miss a sum of one.
OUTSIDE = 1e-6
MISSING = 1e-5


@dataclass(frozen=True)
class CalibrationBin:
    """The predictions whose confidence falls between two bounds.

    Args:
        lower: The lower bound; only the first bin contains it.
        upper: The upper bound, contained.
        count: How many predictions there are.
        confidence: Their mean confidence; None if there is none.
        accuracy: The share of them that is right; None if there is none.
    """

    lower: float
    upper: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class LevelCalibration:
    """The calibration of one level.

    Args:
        level: The 0-based level.
        count: The number of predictions it is over.
        ece: Expected calibration error: the mean over the predictions of the gap between the
            confidence and the accuracy of their bin; None if there is no prediction.
        bins: The bins, from the lowest confidence up.
    """

    level: int
    count: int
    ece: float | None
    bins: tuple[CalibrationBin, ...]


def level_calibration(
    y_true: np.ndarray,
    probabilities: np.ndarray,
    hierarchy: Hierarchy,
    *,
    known: np.ndarray | None = None,
    exclusive: bool = True,
    bins: int = 15,
) -> tuple[LevelCalibration, ...]:
    """Compare the probabilities of each level with how often they come true.

    Where one path is predicted for each document, a level's choices are its categories and "the
    path has ended", which has the probability that the categories leave. The likeliest choice is
    the prediction, its probability the confidence. Where several paths are, every category of
    every document is a prediction for itself: its confidence is its probability, and it is right
    if the document has the category.

    Args:
        y_true: bool ``(documents, categories)``, the true labels.
        probabilities: float ``(documents, categories)``, from 0 to 1.
        hierarchy: The levels, parents and names of the categories.
        known: bool ``(documents, levels)``, False where the true label of a level is not known:
            the document takes no part on that level. All are known if None.
        exclusive: Whether a document has one path.
        bins: The number of bins of equal width between 0 and 1. Each contains its upper bound,
            the first also 0.

    Returns:
        The calibration of the levels, from the top down.

    Raises:
        ConfigError: If ``bins`` is no whole number of at least 1.
        DataError: If an array has the wrong shape or dtype, or a probability is NaN or outside
            [0, 1].

    Source:
        Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural networks", 2017, equations
        2 and 3, for the likeliest choice. Naeini, Cooper, Hauskrecht: "Obtaining well calibrated
        probabilities using Bayesian binning", 2015, for the expected calibration error.

    Example:
        >>> hierarchy = Hierarchy(np.array([0, 0]), ((), ()), ("Agent", "Place"))
        >>> y_true = np.array([[True, False], [False, True]])
        >>> probabilities = np.array([[0.75, 0.25], [0.75, 0.25]])
        >>> level_calibration(y_true, probabilities, hierarchy)[0].ece
        0.25
    """
    levels = hierarchy.levels
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    probabilities = _check_probabilities(probabilities, shape=y_true.shape)
    known = check_known_levels(known, documents=len(y_true), levels=levels)
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer) or bins < 1:
        raise ConfigError(f"bins is {bins!r}; a whole number of at least 1 is needed")

    calibrations = []
    for level in range(hierarchy.depth):
        block = np.ix_(known[:, level], levels == level)
        # As float64, the sum of a level's float32 probabilities is no less exact than they are.
        confidence, right = probabilities[block].astype(np.float64).clip(0, 1), y_true[block]
        if exclusive:
            confidence, right = _likeliest(confidence, right)
        calibrations.append(_calibration(level, confidence.ravel(), right.ravel(), int(bins)))
    return tuple(calibrations)


def _likeliest(probabilities: np.ndarray, y_true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The confidence of each document's likeliest choice, and whether it is right."""
    documents = np.arange(len(probabilities))
    best = probabilities.argmax(axis=1)
    confidence = probabilities[documents, best]
    ended = 1 - probabilities.sum(axis=1)
    ends = (ended > MISSING) & (ended > confidence)
    right = np.where(ends, ~y_true.any(axis=1), y_true[documents, best])
    return np.where(ends, ended, confidence), right


def _calibration(
    level: int, confidence: np.ndarray, right: np.ndarray, bins: int
) -> LevelCalibration:
    bounds = np.arange(bins + 1) / bins
    place = np.searchsorted(bounds[1:-1], confidence, side="left")
    counts = np.bincount(place, minlength=bins)
    confidences = np.bincount(place, weights=confidence, minlength=bins)
    rights = np.bincount(place, weights=right, minlength=bins)
    total = len(confidence)
    # count / total * |right / count - confidence / count|: the count cancels out.
    ece = float(np.abs(rights - confidences).sum() / total) if total else None
    filled = tuple(
        CalibrationBin(
            lower=float(bounds[index]),
            upper=float(bounds[index + 1]),
            count=int(count),
            confidence=float(confidences[index] / count) if count else None,
            accuracy=float(rights[index] / count) if count else None,
        )
        for index, count in enumerate(counts)
    )
    return LevelCalibration(level=level, count=total, ece=ece, bins=filled)


def _check_probabilities(probabilities: np.ndarray, *, shape: tuple[int, ...]) -> np.ndarray:
    probabilities = np.asarray(probabilities)
    if probabilities.shape != shape or not np.issubdtype(probabilities.dtype, np.floating):
        raise DataError(
            f"probabilities has dtype {probabilities.dtype} and shape {probabilities.shape}; "
            f"a float array {shape} is needed: (documents, categories)"
        )
    inside = (probabilities >= -OUTSIDE) & (probabilities <= 1 + OUTSIDE)
    if not inside.all():
        row, column = np.unravel_index(int(np.argmin(inside)), shape)
        raise DataError(
            f"probabilities has {probabilities[row, column]} at row {row}, column {column}; "
            "a number from 0 to 1 is needed"
        )
    return probabilities
