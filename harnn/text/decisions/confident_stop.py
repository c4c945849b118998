"""How far down a prediction goes if what is given is to be right as often as asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.text.decisions.held_out import HeldOut, answer_probabilities
from harnn.text.labels.label_table import LabelTable, table_cells
from harnn.text.taxonomy import Taxonomy

__all__ = ["confidence_thresholds", "given_part", "without_unknown"]

# How probably the thresholds may fail to keep the precision, of all draws of validation documents.
RISK = 0.1
# A walk down the cuts begins at each of these shares of the answers.
STARTS = (0.0, 0.25, 0.5, 0.75)


def confidence_thresholds(held_out: HeldOut, precision: float, n_levels: int) -> np.ndarray:
    """Choose for each level how confident an answer must be to be given.

    It is the lowest threshold of which the validation documents show that the answers above it
    are right in the share ``precision``. The share that is seen above a threshold chosen for it
    flatters; so that it holds for new documents, each threshold is tested (the binomial test of
    "right less often than ``precision``", that is a lower bound of Clopper and Pearson), from the
    most confident answers down until one fails. As each test follows one that passed, their
    number does not count (fixed-sequence testing, section 4.2 of "Learn then test", Angelopoulos
    et al., 2021). Four such walks, begun at fixed shares of the answers, share the risk of 10 %,
    so that one wrong answer among the first does not end all.

    A level's threshold is at least that of the level above. As an answer is never more probable
    than what stands above it, a level is then only given where all above it are.

    Args:
        held_out: How sure and how right the classifier was on validation documents.
        precision: The share of answers given that should be right, on each level, in ``(0, 1)``.
        n_levels: How many levels there are.

    Returns:
        ``(levels,)`` float32; infinity for a level that is never given, minus infinity for one
        that always is.

    Raises:
        ConfigError: If ``precision`` is no number between 0 and 1.
        DataError: If there are fewer validation documents than could show such a precision.

    Example:
        >>> sure = np.linspace(0.5, 1, 400, dtype=np.float32)  # right where above 0.7
        >>> held_out = HeldOut(np.zeros(400, int), sure, sure > 0.7, np.zeros((400, 2)))
        >>> bool(0.6 < confidence_thresholds(held_out, 0.9, 1)[0] < 0.7)
        True
    """
    if (
        isinstance(precision, bool)
        or not isinstance(precision, int | float | np.number)
        or not 0 < precision < 1
    ):
        raise ConfigError(f"precision must be a number above 0 and below 1, not {precision!r}")
    least = fewest_answers(precision)
    most = np.bincount(held_out.level, minlength=n_levels).max(initial=0)
    if most < least:
        raise DataError(
            f"to stop where the model is not confident, at precision {precision}, needs at least "
            f"{least} validation answers on a level, and there are {most}: fit with more "
            "validation_data, or ask for a lower precision"
        )
    thresholds = np.array(
        [
            _lowest_safe(held_out.confidence[rows], held_out.right[rows], float(precision), least)
            for rows in (held_out.level == level for level in range(n_levels))
        ],
        dtype=np.float32,
    )
    return np.maximum.accumulate(thresholds)


def fewest_answers(precision: float) -> int:
    """Return how many answers, all of them right, show a precision.

    Args:
        precision: The share that should be right.

    Returns:
        Their number.

    Example:
        >>> fewest_answers(0.95)
        72
    """
    return int(np.ceil(np.log(RISK / len(STARTS)) / np.log(precision)))


def _lowest_safe(
    confidence: np.ndarray, right: np.ndarray, precision: float, least: int
) -> np.float32:
    from scipy.stats import binom

    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    # Equal answers cannot be cut apart.
    sizes = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], len(ranked) > 0)) + 1
    errors = np.cumsum(~right[order])[sizes - 1]
    passes = binom.cdf(errors, sizes, 1 - precision) <= RISK / len(STARTS)
    lowest = -1
    for share in STARTS:
        start = int(np.searchsorted(sizes, max(least, share * len(ranked))))
        if start < len(sizes) and passes[start]:
            lowest = max(lowest, start + int(np.append(~passes[start:], True).argmax()) - 1)
    if lowest < 0:
        return np.float32(np.inf)
    # Where all may be given, so may what is less sure than any of them.
    return np.float32(-np.inf if lowest == len(sizes) - 1 else ranked[sizes[lowest] - 1])


def given_part(
    taxonomy: Taxonomy,
    one_path: bool,
    probabilities: np.ndarray,
    decisions: np.ndarray,
    thresholds: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Leave of predictions what is confident enough.

    Args:
        taxonomy: The categories.
        one_path: Whether a document has one path.
        probabilities: Of the categories ``(documents, categories)``.
        decisions: What is predicted, likewise, closed upwards.
        thresholds: What ``confidence_thresholds`` returned.

    Returns:
        What is given, ``(documents, categories)``, closed upwards, and how many levels are given
        ``(documents,)``: with several paths, all, or none where no category is left of some.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "d/e"])
        >>> probabilities, path = np.array([[0.9, 0.1, 0.6, 0.1]]), np.array([[1, 0, 1, 0]]) == 1
        >>> given_part(taxonomy, True, probabilities, path, np.array([0.8, 0.8]))
        (array([[ True, False, False, False]]), array([1]))
    """
    if one_path:
        answers = answer_probabilities(taxonomy, probabilities, decisions).astype(np.float32)
        depth = np.logical_and.accumulate(answers >= thresholds, axis=1).sum(axis=1)
        return decisions & (taxonomy.levels < depth[:, None]), depth
    given = decisions & (probabilities.astype(np.float32) >= thresholds[taxonomy.levels])
    lost = decisions.any(axis=1) & ~given.any(axis=1)
    return given, np.where(lost, 0, taxonomy.n_levels)


def without_unknown(labels: Any, depth: np.ndarray, n_levels: int) -> Any:
    """Write into labels that levels are not known.

    Args:
        labels: Labels of what is given, as a `LabelCodec` decodes them.
        depth: How many levels are given ``(documents,)``.
        n_levels: How many levels there are.

    Returns:
        The labels, in the same form: in rows of names, ``None`` for each level that is not given;
        else ``None`` for a document of which nothing is given.

    Example:
        >>> rows = np.array([["a", "b"], ["a", ""], ["", ""]], dtype=object)
        >>> without_unknown(rows, np.array([2, 1, 0]), 2).tolist()
        [['a', 'b'], ['a', None], [None, None]]
    """
    if isinstance(labels, list):
        return [label if levels else None for label, levels in zip(labels, depth, strict=True)]
    cells = labels if isinstance(labels, np.ndarray) else table_cells(labels)
    if cells.ndim == 1:
        cells[depth == 0] = None
        return cells
    unknown = np.arange(cells.shape[1]) >= depth[:, None]
    unknown[depth == n_levels] = False
    cells[unknown] = None
    return cells if cells is labels else LabelTable.of(labels).filled(cells, dtype=object)
