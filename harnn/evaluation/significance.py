"""Whether one model is better than another, or only luckier with the documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harnn.errors import DataError
from harnn.evaluation.bootstrap import Interval, percentile_interval

__all__ = ["McNemar", "PairedDifference", "holm", "mcnemar", "paired_difference"]

# Equal scores that were summed in another order differ by less, and are no difference.
ROUNDING = 1e-12


@dataclass(frozen=True)
class PairedDifference:
    """A difference of two scores on the same documents.

    Args:
        difference: The first model's score less the second's.
        interval: Its 95 % bootstrap interval; None where undefined.
        p_value: How often a bootstrap difference lies on the other side of zero, two-sided.
    """

    difference: float
    interval: Interval | None
    p_value: float | None


@dataclass(frozen=True)
class McNemar:
    """McNemar's test (1947), exact, on the documents that both models were judged by.

    Args:
        both_right: Documents that both models got right.
        only_first: Documents that only the first model got right.
        only_second: Documents that only the second model got right.
        neither: Documents that neither got right.
        p_value: Of the hypothesis that both err equally often, two-sided.
    """

    both_right: int
    only_first: int
    only_second: int
    neither: int
    p_value: float


def paired_difference(first: np.ndarray, second: np.ndarray, observed: float) -> PairedDifference:
    """Say how sure the difference of two models' scores is.

    The p-value is 2 min((1 + #(d ≤ 0)) / (B + 1), (1 + #(d ≥ 0)) / (B + 1)), at most 1, over the B
    resamples in which the difference d is defined.

    Args:
        first: float ``(resamples,)``, the first model's score in each resample; NaN where
            undefined.
        second: float ``(resamples,)``, the second model's, in the same resamples.
        observed: The first model's score on the documents themselves less the second's.

    Returns:
        The difference with its interval and p-value: both None if the difference is undefined in
        more than half of the resamples, or there is none.

    Raises:
        DataError: If the samples are no two float arrays of the same length, or ``observed`` is
            not finite.

    Source:
        Davison, Hinkley: "Bootstrap Methods and their Application", 1997, chapter 4, for the counts
        with one added.

    Example:
        >>> first, second = np.linspace(0.6, 0.8, 999), np.linspace(0.5, 0.6, 999)
        >>> paired_difference(first, second, observed=0.15).p_value
        0.002
    """
    first, second = np.asarray(first), np.asarray(second)
    for name, samples in (("first", first), ("second", second)):
        if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
            raise DataError(
                f"{name} has dtype {samples.dtype} and shape {samples.shape}; "
                "a float array (resamples,) is needed"
            )
    if len(first) != len(second):
        raise DataError(
            f"first has {len(first)} resamples, second {len(second)}; "
            "both must come from the same bootstrap weights"
        )
    if not np.isfinite(observed):
        raise DataError(f"observed is {observed}; the difference of two defined scores is needed")
    samples = first - second
    samples[np.abs(samples) < ROUNDING] = 0
    interval = percentile_interval(samples)
    if interval is None:
        return PairedDifference(float(observed), None, None)
    samples = samples[~np.isnan(samples)]
    rarer = min(np.count_nonzero(samples <= 0), np.count_nonzero(samples >= 0))
    p_value = float(min(1.0, 2 * (1 + rarer) / (len(samples) + 1)))
    return PairedDifference(float(observed), interval, p_value)


def mcnemar(first_right: np.ndarray, second_right: np.ndarray) -> McNemar:
    """Test whether two models err equally often on the same documents.

    Under that hypothesis, each document that only one of them gets right is a toss of a fair coin.
    The p-value is the exact one of the binomial distribution.

    Args:
        first_right: bool ``(documents,)``, which documents the first model got right.
        second_right: bool ``(documents,)``, which the second got right.

    Returns:
        The four counts and the p-value, which is 1 if no document tells the models apart.

    Raises:
        DataError: If an array has the wrong shape or dtype.

    Source:
        McNemar: "Note on the sampling error of the difference between correlated proportions or
        percentages", 1947.

    Example:
        >>> first = np.array([True, True, True, True, True, True, False])
        >>> second = np.array([True, False, False, False, False, False, False])
        >>> mcnemar(first, second).p_value
        0.0625
    """
    first_right, second_right = np.asarray(first_right), np.asarray(second_right)
    for name, right in (("first_right", first_right), ("second_right", second_right)):
        if right.dtype != np.bool_ or right.ndim != 1:
            raise DataError(
                f"{name} has dtype {right.dtype} and shape {right.shape}; "
                "a bool array (documents,) is needed"
            )
    if len(first_right) != len(second_right):
        raise DataError(
            f"first_right has {len(first_right)} documents, second_right {len(second_right)}; "
            "both must be right or wrong on the same documents"
        )
    only_first = int(np.count_nonzero(first_right & ~second_right))
    only_second = int(np.count_nonzero(second_right & ~first_right))
    p_value = 1.0
    if only_first + only_second:
        # Imported here, as it takes long and nothing else needs it.
        from scipy.stats import binomtest

        p_value = float(binomtest(only_first, only_first + only_second).pvalue)
    return McNemar(
        both_right=int(np.count_nonzero(first_right & second_right)),
        only_first=only_first,
        only_second=only_second,
        neither=int(np.count_nonzero(~first_right & ~second_right)),
        p_value=p_value,
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for having tested several hypotheses, by Holm's step-down method.

    Args:
        p_values: The p-values of all the tests, in any order.

    Returns:
        The corrected p-values in the same order, each at least as large as before and at most 1.

    Raises:
        DataError: If a p-value is not between 0 and 1.

    Source:
        Holm: "A simple sequentially rejective multiple test procedure", 1979.

    Example:
        >>> holm([0.5, 0.01, 0.02])
        [0.5, 0.03, 0.04]
    """
    values = np.asarray(p_values, dtype=float)
    if values.ndim != 1:
        raise DataError(f"p_values has shape {values.shape}; one number a test is needed")
    inside = (values >= 0) & (values <= 1)
    if not inside.all():
        place = int(np.argmin(inside))
        raise DataError(f"p_values has {values[place]} at index {place}; it must be from 0 to 1")
    order = np.argsort(values, kind="stable")
    # The smallest is corrected for all tests, the next for all but one, and so on.
    stepped = values[order] * np.arange(len(values), 0, -1)
    corrected = np.empty(len(values))
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return corrected.tolist()
