"""Each category for itself: how it fares, which fare worst, and how that goes with frequency."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.evaluation.checks import check_known_levels, check_labels
from harnn.evaluation.hierarchy import Hierarchy

__all__ = [
    "CategoryScores",
    "FrequencyBin",
    "category_scores",
    "scores_by_frequency",
    "worst_categories",
]


@dataclass(frozen=True)
class CategoryScores:
    """The scores of one category over the documents whose level is known.

    Args:
        name: The category's name in the hierarchy: its path.
        level: Its 0-based level.
        training_documents: How many training documents are known to have it.
        support: How many of the judged documents have it.
        predicted: For how many it was predicted.
        precision: Which share of the predictions is right; None if there is none.
        recall: Which share of the documents that have it was found; None if there is none.
        f1: Their harmonic mean; None if it is neither true nor predicted anywhere.
    """

    name: str
    level: int
    training_documents: int
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class FrequencyBin:
    """The categories whose number of training documents lies between two bounds.

    Args:
        lower: The lower bound, contained.
        upper: The upper bound, contained.
        categories: How many categories there are that occur in truth or prediction.
        macro_f1: Their mean F1; None if there is none.
    """

    lower: int
    upper: int
    categories: int
    macro_f1: float | None


def category_scores(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    hierarchy: Hierarchy,
    training_documents: np.ndarray,
    *,
    known: np.ndarray | None = None,
) -> tuple[CategoryScores, ...]:
    """Score each category over the documents whose level is known.

    Args:
        y_true: bool ``(documents, categories)``, the true labels with their ancestors.
        y_pred: bool ``(documents, categories)``, the predicted labels with their ancestors.
        hierarchy: The levels, parents and names of the categories.
        training_documents: int ``(categories,)``, how many training documents have each; 0 for a
            category that only the judged documents have.
        known: bool ``(documents, levels)``, False where the true label of a level is not known;
            all are known if None.

    Returns:
        The scores of all categories, in the order of the columns.

    Raises:
        DataError: If an array has the wrong shape or dtype, or a number of training documents is
            negative.

    Example:
        >>> hierarchy = Hierarchy(np.array([0, 0]), ((), ()), ("Agent", "Place"))
        >>> y_true = np.array([[True, False], [True, False]])
        >>> y_pred = np.array([[True, False], [False, True]])
        >>> agent, place = category_scores(y_true, y_pred, hierarchy, np.array([7, 0]))
        >>> agent.precision, agent.recall, place.recall, place.f1
        (1.0, 0.5, None, 0.0)
    """
    levels = hierarchy.levels
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    known = check_known_levels(known, documents=len(y_true), levels=levels)
    training_documents = _check_training_documents(training_documents, hierarchy)

    entries = known[:, levels]
    correct = np.count_nonzero(y_true & y_pred & entries, axis=0)
    support = np.count_nonzero(y_true & entries, axis=0)
    predicted = np.count_nonzero(y_pred & entries, axis=0)
    return tuple(
        CategoryScores(
            name=name,
            level=int(levels[index]),
            training_documents=int(training_documents[index]),
            support=int(support[index]),
            predicted=int(predicted[index]),
            precision=_share(correct[index], predicted[index]),
            recall=_share(correct[index], support[index]),
            f1=_share(2 * correct[index], support[index] + predicted[index]),
        )
        for index, name in enumerate(hierarchy.names)
    )


def worst_categories(
    scores: Sequence[CategoryScores], count: int = 15, min_support: int = 1
) -> tuple[CategoryScores, ...]:
    """Pick the categories that fare worst.

    Args:
        scores: The scores of the categories.
        count: How many to pick at most.
        min_support: How many of the judged documents a category must have to be picked.

    Returns:
        Those with the lowest F1, the lowest first; among equals the larger support first, then by
        name. A category without an F1 is not picked.

    Raises:
        ConfigError: If ``count`` or ``min_support`` is negative.

    Example:
        >>> good = CategoryScores("Agent", 0, 9, 2, 2, 1.0, 1.0, 1.0)
        >>> bad = CategoryScores("Place", 0, 9, 3, 0, None, 0.0, 0.0)
        >>> [score.name for score in worst_categories([good, bad], count=1)]
        ['Place']
    """
    for name, value in (("count", count), ("min_support", min_support)):
        if value < 0:
            raise ConfigError(f"{name} is {value!r}; a whole number of at least 0 is needed")
    ranked = sorted(
        (score.f1, -score.support, score.name, index)
        for index, score in enumerate(scores)
        if score.f1 is not None and score.support >= min_support
    )
    return tuple(scores[index] for *_, index in ranked[:count])


def scores_by_frequency(
    scores: Sequence[CategoryScores], bounds: Sequence[int] | None = None
) -> tuple[FrequencyBin, ...]:
    """Average the F1 of categories that are about equally frequent in training.

    Args:
        scores: The scores of the categories.
        bounds: The smallest number of training documents of each bin, rising; 0, 1, 5, 10, 20, 50,
            100, 200, 500 and so on if None. A category below the first bound is in no bin.

    Returns:
        The bins, the rarest categories first. A bin ends where the next begins, the last at the
        largest number that occurs. Bins that no category falls into are left out.

    Raises:
        ConfigError: If ``bounds`` is empty, or not of rising whole numbers of at least 0.

    Example:
        >>> rare = CategoryScores("Spy", 1, 3, 2, 2, 0.5, 0.5, 0.5)
        >>> frequent = CategoryScores("Artist", 1, 60, 9, 9, 1.0, 1.0, 1.0)
        >>> [(bin.lower, bin.upper, bin.macro_f1) for bin in scores_by_frequency([rare, frequent])]
        [(1, 4, 0.5), (50, 60, 1.0)]
    """
    largest = max((score.training_documents for score in scores), default=0)
    lowers = _default_bounds(largest) if bounds is None else _check_bounds(bounds)
    members: list[list[CategoryScores]] = [[] for _ in lowers]
    for score in scores:
        place = bisect_right(lowers, score.training_documents) - 1
        if place >= 0:
            members[place].append(score)
    uppers = [*(bound - 1 for bound in lowers[1:]), largest]
    return tuple(
        _frequency_bin(lower, upper, inside)
        for lower, upper, inside in zip(lowers, uppers, members, strict=True)
        if inside
    )


def _frequency_bin(lower: int, upper: int, scores: Sequence[CategoryScores]) -> FrequencyBin:
    values = [score.f1 for score in scores if score.f1 is not None]
    macro_f1 = float(np.mean(values)) if values else None
    return FrequencyBin(lower=lower, upper=upper, categories=len(values), macro_f1=macro_f1)


def _default_bounds(largest: int) -> list[int]:
    bounds, power = [0, 1, 5], 10
    while power <= largest:
        bounds += [power, 2 * power, 5 * power]
        power *= 10
    return [bound for bound in bounds if bound <= largest]


def _check_bounds(bounds: Sequence[int]) -> list[int]:
    lowers = list(bounds)
    whole = all(isinstance(b, int | np.integer) and not isinstance(b, bool) for b in lowers)
    if not (lowers and whole and lowers[0] >= 0) or any(
        below >= above for below, above in pairwise(lowers)
    ):
        raise ConfigError(f"bounds is {lowers}; rising whole numbers of at least 0 are needed")
    return [int(bound) for bound in lowers]


def _check_training_documents(numbers: np.ndarray, hierarchy: Hierarchy) -> np.ndarray:
    numbers = np.asarray(numbers)
    shape = (len(hierarchy.names),)
    if numbers.shape != shape or not np.issubdtype(numbers.dtype, np.integer):
        raise DataError(
            f"training_documents has dtype {numbers.dtype} and shape {numbers.shape}; "
            f"an int array {shape} is needed: one number a category"
        )
    if numbers.min() < 0:
        place = int(numbers.argmin())
        raise DataError(
            f"training_documents has {numbers[place]} for {hierarchy.names[place]!r}; "
            "a number of documents is 0 or more"
        )
    return numbers


def _share(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None
