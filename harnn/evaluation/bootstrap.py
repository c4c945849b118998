"""Bootstrap over documents: how far a score could be from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.evaluation.checks import check_known_levels, check_labels
from harnn.evaluation.headline import headline_names
from harnn.evaluation.hierarchical import ancestor_closure
from harnn.evaluation.hierarchy import Hierarchy

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Interval", "bootstrap_scores", "bootstrap_weights", "percentile_interval"]

# Resamples that are counted at once: 60,000 documents then take 15 MB as float32.
CHUNK = 64

# With a larger share of entries set, a dense matrix product is faster than a sparse one.
SPARSE_SHARE = 0.05


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Args:
        low: Its lower end.
        high: Its upper end.
    """

    low: float
    high: float


def bootstrap_weights(documents: int, resamples: int = 1000, seed: int = 0) -> np.ndarray:
    """Draw documents with replacement, as many as there are, again and again.

    Models that are compared need the same weights, so that they are judged by the same documents
    in each resample.

    Args:
        documents: The number of documents.
        resamples: How often to draw that many.
        seed: The seed of the random numbers; the same seed gives the same weights.

    Returns:
        Unsigned int ``(resamples, documents)``: how often each document was drawn. Each row sums
        to ``documents``.

    Raises:
        ConfigError: If ``resamples`` is no whole number of at least 1, or ``seed`` none of at
            least 0.
        DataError: If ``documents`` is no whole number of at least 1.

    Source:
        Efron: "Bootstrap methods: another look at the jackknife", 1979.

    Example:
        >>> weights = bootstrap_weights(5, resamples=3)
        >>> weights.shape, weights.sum(axis=1).tolist()
        ((3, 5), [5, 5, 5])
    """
    if not _is_whole(documents, least=1):
        raise DataError(f"documents is {documents!r}; a whole number of at least 1 is needed")
    for name, value, least in (("resamples", resamples, 1), ("seed", seed, 0)):
        if not _is_whole(value, least=least):
            raise ConfigError(f"{name} is {value!r}; a whole number of at least {least} is needed")
    random = np.random.default_rng(seed)
    # One document could be drawn every time.
    dtype = np.promote_types(np.uint16, np.min_scalar_type(documents))
    weights = np.empty((resamples, documents), dtype=dtype)
    for row in weights:
        row[:] = np.bincount(random.integers(documents, size=documents), minlength=documents)
    return weights


def bootstrap_scores(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    hierarchy: Hierarchy,
    weights: np.ndarray,
    *,
    known: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Compute the headline scores of each resample.

    Each resample's scores are those of `headline_scores` for the documents drawn, repeated as
    often as they were drawn.

    Args:
        y_true: bool ``(documents, categories)``, the true labels with their ancestors.
        y_pred: bool ``(documents, categories)``, the predicted labels with their ancestors.
        hierarchy: The levels, parents and names of the categories.
        weights: int ``(resamples, documents)``, how often each document was drawn.
        known: bool ``(documents, levels)``, False where the true label of a level is not known;
            all are known if None.

    Returns:
        For each of `headline_names` a float array ``(resamples,)``; NaN where the score is
        undefined in a resample.

    Raises:
        DataError: If an array has the wrong shape or dtype, or a weight is negative.

    Example:
        >>> hierarchy = Hierarchy(np.array([0, 1, 1]), ((), (0,), (0,)), ("Agent", "Artist", "Spy"))
        >>> y_true = np.array([[True, True, False], [True, False, True]])
        >>> y_pred = np.array([[True, True, False], [True, True, False]])
        >>> scores = bootstrap_scores(y_true, y_pred, hierarchy, np.array([[1, 1], [2, 0]]))
        >>> scores["all_levels_right"].tolist(), scores["micro_f1"].tolist()
        ([0.5, 1.0], [0.75, 1.0])
    """
    levels = hierarchy.levels
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    known = check_known_levels(known, documents=len(y_true), levels=levels)
    weights = _check_weights(weights, documents=len(y_true))

    entries = known[:, levels]
    y_true, guess = y_true & entries, y_pred & entries
    complete = np.asarray(known.all(axis=1))
    closed_true = ancestor_closure(y_true, hierarchy.parents) & entries
    # The known ancestors of a prediction count even where the prediction itself does not.
    closed_guess = ancestor_closure(y_pred, hierarchy.parents) & entries

    # An F1 is 2 * correct / (true + predicted): no more than these two sums is needed.
    correct, occurring = y_true & guess, y_true.astype(np.uint8) + guess
    wrong = y_true != guess
    shares = [
        (complete & ~wrong.any(axis=1), complete),
        (2 * (closed_true & closed_guess).sum(axis=1), closed_true.sum(1) + closed_guess.sum(1)),
    ]
    for level in range(hierarchy.depth):
        judged = known[:, level]
        shares.append((judged & ~wrong[:, levels == level].any(axis=1), judged))
    top, bottom = (np.column_stack(parts) for parts in zip(*shares, strict=True))

    # A document is complete or not: what both kinds sum to is all there is on a level.
    whole = complete[:, None]
    blocks = [top, bottom, correct * whole, occurring * whole, correct * ~whole, occurring * ~whole]
    numerator, denominator, right, total, *rest = _resampled_sums(weights, blocks)
    ratios = _ratio(numerator, denominator)
    values = [
        ratios[:, 0],
        _ratio(2 * right.sum(axis=1), total.sum(axis=1)),
        _macro_f1(right, total),
        ratios[:, 1],
    ]
    right, total = right + rest[0], total + rest[1]
    for level in range(hierarchy.depth):
        block = levels == level
        values += [ratios[:, 2 + level], _macro_f1(right[:, block], total[:, block])]
    return dict(zip(headline_names(hierarchy.depth), values, strict=True))


def percentile_interval(samples: np.ndarray, level: float = 0.95) -> Interval | None:
    """Take the middle of the bootstrap samples.

    Args:
        samples: float ``(resamples,)``, a score in each resample; NaN where it is undefined.
        level: Which share of the defined samples lies inside, as much being left out on either
            side.

    Returns:
        The interval; None if less than half of the samples are defined, or there is none.

    Raises:
        ConfigError: If ``level`` is not between 0 and 1.
        DataError: If ``samples`` is no float array ``(resamples,)``.

    Source:
        Efron, Tibshirani: "An Introduction to the Bootstrap", 1993, chapter 13.

    Example:
        >>> percentile_interval(np.arange(101.0), level=0.5)
        Interval(low=25.0, high=75.0)
    """
    if not 0 < level < 1:
        raise ConfigError(f"level is {level!r}; a number between 0 and 1 is needed, such as 0.95")
    samples = np.asarray(samples)
    if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
        raise DataError(
            f"samples has dtype {samples.dtype} and shape {samples.shape}; "
            "a float array (resamples,) is needed"
        )
    defined = samples[~np.isnan(samples)]
    if len(defined) == 0 or 2 * len(defined) < len(samples):
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def _resampled_sums(weights: np.ndarray, blocks: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Sum the columns of each block over the documents of each resample."""
    # Whole numbers up to 2^24 are exact as float32, and only floats have a fast product.
    largest = max(int(block.max(initial=0)) for block in blocks)
    drawn_most = int(weights.sum(axis=1).max(initial=0))
    dtype = np.float32 if largest * drawn_most <= 2**24 else np.float64
    factors = [_factor(block.T, dtype) for block in blocks]
    sums = [np.empty((len(weights), block.shape[1])) for block in blocks]
    for start in range(0, len(weights), CHUNK):
        drawn = weights[start : start + CHUNK].T.astype(dtype, order="C")
        for block_sums, factor in zip(sums, factors, strict=True):
            block_sums[start : start + CHUNK] = (factor @ drawn).T
    return sums


def _factor(rows: np.ndarray, dtype: type[np.floating]) -> np.ndarray | csr_array:
    if np.count_nonzero(rows) >= SPARSE_SHARE * rows.size:
        return np.ascontiguousarray(rows, dtype=dtype)
    from scipy.sparse import csr_array

    return csr_array(rows, dtype=dtype)


def _macro_f1(correct: np.ndarray, occurring: np.ndarray) -> np.ndarray:
    # Categories that neither occur nor are predicted in a resample have no part in its mean.
    # Contiguous, each row is summed in the order in which `precision_recall_f1` sums its values.
    f1 = np.ascontiguousarray(2 * correct / np.maximum(occurring, 1))
    return _ratio(f1.sum(axis=1), np.count_nonzero(occurring, axis=1))


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    undefined = np.full(numerator.shape, np.nan)
    return np.divide(numerator, denominator, out=undefined, where=denominator > 0)


def _is_whole(value: object, least: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return bool(value >= least)


def _check_weights(weights: np.ndarray, *, documents: int) -> np.ndarray:
    weights = np.asarray(weights)
    if weights.ndim != 2 or weights.shape[1] != documents:
        raise DataError(
            f"weights has shape {weights.shape}; (resamples, {documents}) is needed: "
            "one weight a document"
        )
    if not np.issubdtype(weights.dtype, np.integer):
        raise DataError(f"weights has dtype {weights.dtype}; an int array is needed")
    if weights.size and weights.min() < 0:
        row, column = np.unravel_index(int(weights.argmin()), weights.shape)
        raise DataError(
            f"weights has {weights[row, column]} at row {row}, column {column}; "
            "a document is drawn 0 times or more"
        )
    return weights
