"""Probabilities out of margins: a temperature or a sigmoid, fitted on validation documents."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from harnn.text.linear_scores.one_vs_rest import LinearScores

__all__ = ["fit_sigmoid", "fit_temperature"]

# Temperatures outside of this say that margins mean nothing, or everything.
_LOG_RANGE = (np.log(1e-2), np.log(1e2))


def fit_temperature(scores: LinearScores, margins: np.ndarray, truth: np.ndarray) -> float:
    """Find the temperature at which the softmax of the margins has the least log-loss.

    One document more, of a category drawn at random, keeps a temperature that is fitted on a few
    documents, all of them right, from going to zero: the mean log-loss of all categories is added.

    Args:
        scores: What gave the margins; outputs that it has not learned take no part.
        margins: ``(documents, outputs)``.
        truth: Of the same shape: 1 and 0, −1 where not known.

    Returns:
        The temperature; 1 where no document tells.

    Example:
        >>> scores = LinearScores(np.zeros((1, 2)), np.zeros(2), np.ones(2, dtype=bool))
        >>> truth = np.array([[1, 0]] * 3 + [[0, 1]])
        >>> round(fit_temperature(scores, np.tile([[0.5, 0.0]], (4, 1)), truth), 2)
        0.59
    """
    hot = truth[:, scores.learned] == 1
    rows = hot.any(axis=1)
    if hot.shape[1] < 2 or not rows.any():
        return 1.0
    margins = margins[rows][:, scores.learned].astype(np.float64)
    hot = hot[rows]

    def loss(log_temperature: float) -> float:
        logs = log_softmax(margins / np.exp(log_temperature), axis=1)
        return float(-logs[hot].sum() - logs.mean())

    return float(np.exp(minimize_scalar(loss, bounds=_LOG_RANGE, method="bounded").x))


def fit_sigmoid(
    scores: LinearScores, margins: np.ndarray, truth: np.ndarray
) -> tuple[float, float]:
    """Find the sigmoid of the margins that has the least log-loss over all categories.

    Args:
        scores: What gave the margins; outputs that it has not learned take no part.
        margins: ``(documents, outputs)``.
        truth: Of the same shape: 1 and 0, −1 where not known.

    Returns:
        Slope and offset; 1 and 0 where no document tells, or what they tell is that a category
        is the less likely the larger its margin.

    Example:
        >>> scores = LinearScores(np.zeros((1, 1)), np.zeros(1), np.ones(1, dtype=bool))
        >>> margins = np.repeat([[-1.0], [1.0]], 400, axis=0)
        >>> truth = (np.arange(800) % 4 == 0).astype(int)  # one in four of the first half
        >>> truth[400:] = 1 - truth[400:]  # and three in four of the second
        >>> slope, offset = fit_sigmoid(scores, margins, truth[:, None])
        >>> round(slope, 1), abs(round(offset, 1))
        (1.1, 0.0)
    """
    known = (truth >= 0) & scores.learned
    inputs, present = margins[known][:, None], truth[known] == 1
    if present.all() or not present.any():
        return 1.0, 0.0
    # The mild penalty of the default keeps the slope finite where a few margins separate all.
    fitted = LogisticRegression().fit(inputs, present)
    slope = float(fitted.coef_[0, 0])
    return (slope, float(fitted.intercept_[0])) if slope > 0 else (1.0, 0.0)
