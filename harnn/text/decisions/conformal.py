"""Sets of categories that contain the truth with a probability that the user chooses."""

from __future__ import annotations

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.text.decisions.decoding import path_ends
from harnn.text.taxonomy import Taxonomy

__all__ = ["check_coverage", "check_level", "choices", "coverage_threshold", "prediction_sets"]


def check_coverage(coverage: float) -> None:
    """Refuse a coverage that is no number between 0 and 1.

    Args:
        coverage: What the user asked for.

    Raises:
        ConfigError: If it is none.
    """
    if (
        isinstance(coverage, bool)
        or not isinstance(coverage, int | float | np.number)
        or not 0 < coverage < 1
    ):
        raise ConfigError(f"coverage must be a number above 0 and below 1, not {coverage!r}")


def check_level(level: int | None, n_levels: int) -> int:
    """Refuse a level that there is not.

    Args:
        level: What the user asked for, counted from 1; None for whole labels.
        n_levels: How many levels there are.

    Returns:
        The 0-based level; the number of levels for whole labels.

    Raises:
        ConfigError: If there is no such level.

    Example:
        >>> check_level(1, 3), check_level(None, 3)
        (0, 3)
    """
    if level is None:
        return n_levels
    if isinstance(level, bool) or not isinstance(level, int | np.integer):
        raise ConfigError(f"level must be a whole number, not {level!r}")
    if not 1 <= level <= n_levels:
        raise ConfigError(f"level must be from 1 to {n_levels}, not {level}")
    return int(level) - 1


def coverage_threshold(true: np.ndarray, coverage: float) -> float:
    """Return how probable a category must be to stand in a prediction set.

    Of n validation documents and a new one, drawn alike, the probability of what is true of the
    new one is as likely to have any rank among them as any other. So the ⌈(n + 1)·coverage⌉-th
    largest of the n is a threshold that it passes with at least the probability ``coverage``,
    whatever the model and however wrong its probabilities (split conformal prediction).

    Args:
        true: The probability of what is true of validation documents ``(documents,)``; NaN where
            that is not known.
        coverage: How probably the truth should be in the set, in ``(0, 1)``.

    Returns:
        The threshold.

    Raises:
        ConfigError: If ``coverage`` is no number between 0 and 1.
        DataError: If there are too few documents.

    Source:
        Vovk, Gammerman, Shafer: "Algorithmic learning in a random world", 2005; Sadinle, Lei,
        Wasserman: "Least ambiguous set-valued classifiers with bounded error levels", JASA 2019,
        for the score: of all sets with that coverage, those by the probability are the smallest
        on average where the probabilities are right.

    Example:
        >>> coverage_threshold(np.array([0.9, 0.8, 0.3, 0.7]), 0.8)
        0.3
    """
    check_coverage(coverage)
    known = true[~np.isnan(true)]
    # A hair less, so that 10 * 0.9 is 9 and no more.
    rank = int(np.ceil((len(known) + 1) * coverage - 1e-9))
    if rank > len(known):
        needed = int(np.ceil(1 / (1 - coverage) - 1e-9)) - 1
        raise DataError(
            f"coverage={coverage} needs at least {needed} validation documents with that level "
            f"known, and there are {len(known)}: fit with more validation_data, or ask for less"
        )
    return float(np.sort(known)[::-1][rank - 1])


def choices(
    taxonomy: Taxonomy,
    probabilities: np.ndarray,
    level: int,
    one_path: bool,
    may_be_empty: bool = True,
) -> np.ndarray:
    """Return the probability of everything that may be true on a level.

    Args:
        taxonomy: The categories.
        probabilities: Of the categories ``(documents, categories)``.
        level: The 0-based level; the number of levels for whole labels.
        one_path: Whether a document has one path. Then just one choice is true: a category of
            the level, a path that ended above it, or no category at all. Else any number of the
            categories of the level may be, and of all for whole labels.
        may_be_empty: Whether "no category at all" is a choice.

    Returns:
        ``(documents, categories + 1)`` float64, the last for "no category at all"; minus
        infinity for what is no choice.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a", "a/b", "c/d"])
        >>> choices(taxonomy, np.array([[0.75, 0.25, 0.5, 0.25]]), 1, True)
        array([[0.25, -inf, 0.5 , 0.25, 0.  ]])
    """
    scores = np.full((len(probabilities), len(taxonomy) + 1), -np.inf)
    last = taxonomy.n_levels - 1
    if one_path:
        level = min(level, last)
        ends = path_ends(probabilities, taxonomy)
        ended = taxonomy.terminals[taxonomy.levels[taxonomy.terminals] < level]
        scores[:, ended] = ends[:, ended]
        if may_be_empty:
            top = probabilities[:, taxonomy.level_slices[0]]
            scores[:, -1] = 1.0 - top.sum(axis=1, dtype=np.float64)
    here = taxonomy.levels == level if level <= last else np.ones(len(taxonomy), dtype=bool)
    scores[:, :-1][:, here] = probabilities[:, here]
    return scores


def prediction_sets(scores: np.ndarray, threshold: float, one_path: bool) -> np.ndarray:
    """Choose everything that is probable enough.

    Args:
        scores: What ``choices`` returned.
        threshold: What ``coverage_threshold`` returned.
        one_path: Whether one choice is true. Then the likeliest one is always in the set: an
            empty one could not be right.

    Returns:
        Booleans of the shape of ``scores``.

    Example:
        >>> prediction_sets(np.array([[0.6, 0.3, 0.1], [0.4, 0.4, 0.2]]), 0.5, True).astype(int)
        array([[1, 0, 0],
               [1, 1, 0]])
    """
    if one_path:
        return np.asarray(scores >= np.minimum(threshold, scores.max(axis=1, keepdims=True)))
    return np.asarray((scores >= threshold) & np.isfinite(scores))
