"""None where a metric is undefined: NaN has no place in JSON and equals nothing."""

from __future__ import annotations

import math

from harnn.evaluation.scores import PrecisionRecallF1

__all__ = ["defined", "defined_scores"]


def defined(value: float) -> float | None:
    """Return ``value``, or None if it is NaN.

    Args:
        value: A metric.

    Returns:
        A Python float, or None.

    Example:
        >>> defined(0.5), defined(float("nan"))
        (0.5, None)
    """
    return None if math.isnan(value) else float(value)


def defined_scores(scores: PrecisionRecallF1[float]) -> PrecisionRecallF1[float | None]:
    """Return ``scores`` with None for NaN.

    Args:
        scores: Precision, recall and F1.

    Returns:
        The same, of Python floats and None.

    Example:
        >>> defined_scores(PrecisionRecallF1(1.0, 0.5, float("nan")))
        PrecisionRecallF1(precision=1.0, recall=0.5, f1=None)
    """
    return PrecisionRecallF1(*(defined(value) for value in scores))
