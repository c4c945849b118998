"""What answering only where a model is sure gives: risk against coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harnn.errors import ConfigError, DataError

__all__ = ["PrecisionCoverage", "RiskCoverage", "risk_coverage"]

PRECISIONS = (0.9, 0.95, 0.99)


@dataclass(frozen=True)
class PrecisionCoverage:
    """How much can be answered at a precision.

    Args:
        precision: The share of the answers given that is to be right.
        coverage: The largest share of the answers that can be given so, the most confident first;
            0 if there is none.
    """

    precision: float
    coverage: float


@dataclass(frozen=True)
class RiskCoverage:
    """Risk against coverage on one level.

    Args:
        level: The 0-based level.
        count: The number of answers.
        risk: The share of all answers that is wrong; None if there is no answer.
        aurc: The area under the curve: the mean of the risk over all coverages; None likewise.
        curve: Some points of the curve: pairs of a coverage, rising to 1, and the risk there.
        at: How much can be answered at some precisions. They are read off the answers
            themselves: a threshold that keeps them for new answers has to be chosen elsewhere.
    """

    level: int
    count: int
    risk: float | None
    aurc: float | None
    curve: tuple[tuple[float, float], ...]
    at: tuple[PrecisionCoverage, ...]


def risk_coverage(
    confidence: np.ndarray,
    right: np.ndarray,
    *,
    level: int = 0,
    precisions: Sequence[float] = PRECISIONS,
    points: int = 50,
) -> RiskCoverage:
    """Measure how wrong the most confident answers are, from few of them to all.

    The risk at a coverage of k out of n is the share of wrong ones among the k most confident
    answers. Among equally confident ones none comes first: there, it is that of a random order,
    on average.

    Args:
        confidence: How sure each answer is ``(answers,)``.
        right: Whether it is right, likewise, bool.
        level: The 0-based level they are of.
        precisions: Where to look up the coverage.
        points: How many points of the curve to keep.

    Returns:
        The curve, its area, and the coverage at each precision.

    Raises:
        ConfigError: If a precision lies outside of [0, 1], or ``points`` is below 1.
        DataError: If the arrays do not fit, or a confidence is NaN.

    Source:
        Geifman, El-Yaniv: "Selective classification for deep neural networks", NeurIPS 2017, for
        risk and coverage; Geifman, Uziel, El-Yaniv: "Bias-reduced uncertainty estimation for deep
        neural classifiers", ICLR 2019, for the area.

    Example:
        >>> found = risk_coverage(np.array([0.9, 0.8, 0.6]), np.array([True, True, False]))
        >>> round(found.aurc, 3), found.at[0]  # the mean of 0, 0 and 1/3
        (0.111, PrecisionCoverage(precision=0.9, coverage=0.6666666666666666))
    """
    confidence, right = np.asarray(confidence), np.asarray(right)
    if confidence.ndim != 1 or confidence.shape != right.shape or right.dtype != bool:
        raise DataError(
            f"confidence and right have shapes {confidence.shape} and {right.shape} and dtypes "
            f"{confidence.dtype} and {right.dtype}; (answers,) of floats and bool is needed"
        )
    if np.isnan(confidence).any():
        raise DataError(f"confidence is NaN at {int(np.isnan(confidence).argmax())}")
    if any(not 0 <= precision <= 1 for precision in precisions):
        raise ConfigError(f"precisions {tuple(precisions)}: numbers from 0 to 1 are needed")
    if points < 1:
        raise ConfigError(f"points is {points}; at least 1 is needed")
    count = len(confidence)
    if count == 0:
        none = tuple(PrecisionCoverage(float(p), 0.0) for p in precisions)
        return RiskCoverage(level, 0, None, None, (), none)
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    last = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))
    sizes = last + 1
    wrong = np.cumsum(~right[order])[last]
    # Within equal answers the expected number of wrong ones rises evenly.
    kept = np.arange(1, count + 1)
    errors = np.interp(kept, np.append(0, sizes), np.append(0, wrong))
    risks = errors / kept
    shown = np.unique(np.ceil(np.linspace(0, count, points + 1)[1:]).astype(int))
    return RiskCoverage(
        level=level,
        count=count,
        risk=float(risks[-1]),
        aurc=float(risks.mean()),
        curve=tuple((float(k / count), float(risks[k - 1])) for k in shown),
        at=tuple(
            PrecisionCoverage(
                float(p),
                # What is right, in whole numbers but for the precision's own rounding.
                float(sizes[sizes - wrong >= p * sizes - 1e-9].max(initial=0) / count),
            )
            for p in precisions
        ),
    )
