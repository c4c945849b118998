"""How far predicted values are from the true ones, over chosen places and a sensor at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from harnn.errors import DataError

__all__ = ["SeriesScores", "band_coverage", "gaussian_nll", "score_series"]


@dataclass(frozen=True)
class SeriesScores:
    """Errors over the places that are judged.

    Attributes:
        micro_mse: Mean squared error over all places.
        macro_mse: Mean over the sensors of each one's mean squared error; sensors without a
            place that is judged take no part.
        mae: Mean absolute error over all places.
        mre: Sum of the absolute errors over the sum of the absolute true values.
        places: How many places were judged.
        sensor_mse: A sensor's mean squared error, by its name; NaN without a place.
        sensor_mae: A sensor's mean absolute error, by its name; NaN without a place.
    """

    micro_mse: float
    macro_mse: float
    mae: float
    mre: float
    places: int
    sensor_mse: dict[str, float]
    sensor_mae: dict[str, float]


def score_series(
    true: np.ndarray,
    predicted: np.ndarray,
    where: np.ndarray,
    names: Sequence[str] | None = None,
) -> SeriesScores:
    """Compare values where they are judged; what stands elsewhere does not matter.

    Args:
        true: ``(..., features)``.
        predicted: The same shape.
        where: Booleans of the same shape.
        names: Of the features; numbers if not given.

    Raises:
        DataError: If the shapes differ, no place is judged, or a value at one is no number.

    Example:
        >>> scores = score_series(
        ...     np.array([[1.0, 2.0], [3.0, 4.0]]),
        ...     np.array([[1.0, 0.0], [4.0, 9.0]]),
        ...     where=np.array([[True, True], [True, False]]),
        ... )
        >>> round(scores.micro_mse, 3), scores.macro_mse, scores.mae, scores.mre
        (1.667, 2.25, 1.0, 0.5)
    """
    _check(true, predicted, where)
    features = true.shape[-1]
    where = where.reshape(-1, features)
    errors = np.where(where, (predicted - true).reshape(-1, features), 0.0)
    size = np.where(where, np.abs(true).reshape(-1, features), 0.0).sum()
    counts = where.sum(axis=0)
    squares, absolute = (errors**2).sum(axis=0), np.abs(errors).sum(axis=0)
    places = int(counts.sum())
    judged = counts > 0
    names = names or [str(number) for number in range(features)]
    return SeriesScores(
        micro_mse=float(squares.sum() / places),
        macro_mse=float((squares[judged] / counts[judged]).mean()),
        mae=float(absolute.sum() / places),
        mre=float(absolute.sum() / size) if size > 0 else float("nan"),
        places=places,
        sensor_mse=_by_name(names, squares, counts),
        sensor_mae=_by_name(names, absolute, counts),
    )


def gaussian_nll(
    true: np.ndarray, mean: np.ndarray, deviation: np.ndarray, where: np.ndarray
) -> float:
    """Return the mean negative log-likelihood of the judged values, in nats a value.

    Args:
        true: ``(..., features)``.
        mean: Of the predicted normal distribution, the same shape.
        deviation: Its standard deviation, the same shape or one that broadcasts to it.
        where: Booleans of the same shape as ``true``.

    Example:
        >>> round(gaussian_nll(np.zeros(1), np.zeros(1), np.ones(1), np.ones(1, dtype=bool)), 4)
        0.9189
    """
    _check(true, mean, where)
    deviation = np.broadcast_to(deviation, true.shape)
    return float(-norm.logpdf(true[where], mean[where], deviation[where]).mean())


def band_coverage(
    true: np.ndarray, mean: np.ndarray, deviation: np.ndarray, where: np.ndarray, nominal: float
) -> float:
    """Return the share of the judged values within their central bands of a nominal probability.

    Args:
        true: ``(..., features)``.
        mean: Of the predicted normal distribution, the same shape.
        deviation: Its standard deviation, the same shape or one that broadcasts to it.
        where: Booleans of the same shape as ``true``.
        nominal: The probability of a band, such as 0.9.

    Example:
        >>> true = np.array([0.0, 1.0, 3.0])
        >>> round(band_coverage(true, np.zeros(3), np.ones(3), np.ones(3, dtype=bool), 0.9), 3)
        0.667
    """
    _check(true, mean, where)
    width = norm.ppf(0.5 + nominal / 2) * np.broadcast_to(deviation, true.shape)
    return float((np.abs(true - mean) <= width)[where].mean())


def _by_name(names: Sequence[str], sums: np.ndarray, counts: np.ndarray) -> dict[str, float]:
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return dict(zip(names, means.tolist(), strict=True))


def _check(true: np.ndarray, predicted: np.ndarray, where: np.ndarray) -> None:
    if not true.shape == predicted.shape == where.shape:
        raise DataError(
            f"true values of shape {true.shape}, predicted of {predicted.shape}, places of "
            f"{where.shape}; all must be the same"
        )
    if not where.any():
        raise DataError("no place is judged")
    for name, values in (("true", true), ("predicted", predicted)):
        if not np.isfinite(values[where]).all():
            raise DataError(f"a {name} value at a place that is judged is no finite number")
