"""Multinomial logistic regression on sparse features with many classes."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.special import softmax

from harnn.text.linear_scores.one_vs_rest import NEVER, LinearScores

__all__ = ["fit_multinomial"]


def fit_multinomial(
    features: sp.csr_matrix,
    targets: np.ndarray,
    C: float = 1.0,
    tol: float = 3e-3,
    max_iter: int = 500,
) -> LinearScores:
    """Learn linear scores whose softmax is the probability of each output.

    The objective is that of scikit-learn's ``LogisticRegression``, its intercepts being the
    weights of one more feature that is always 1: ``C`` times the summed log-loss, plus half the
    squared weights. (With two outputs, scikit-learn has one vector of weights for both, which is
    penalised as if ``C`` were half of what it is here.)

    At the optimum the weights are a sum of the documents' features, so what is searched for is one
    number a document and output (the representer theorem; Schölkopf et al., COLT 2001), by
    nonlinear conjugate gradients (Polak & Ribière, 1969) in the inner product of the weights. A
    step costs one product with the features and one with their transpose; the number of
    features, far above that of the documents with n-grams, matters to neither memory nor steps.

    Args:
        features: ``(documents, features)``.
        targets: ``(documents, outputs)`` of 1 and 0, −1 where not known; at most one 1 a row. The
            documents with a 1 are learned from.
        C: Inverse strength of the regularisation.
        tol: The search ends when the gradient is this small, relative to where it started.
        max_iter: Or after this many steps.

    Returns:
        The scores.

    Example:
        >>> features = sp.csr_matrix([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        >>> scores = fit_multinomial(features, np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), C=10)
        >>> scores(features).argmax(axis=1).tolist()
        [0, 1, 2]
    """
    present = targets == 1
    rows = np.flatnonzero(present.any(axis=1))
    seen = np.flatnonzero(present.any(axis=0))
    weights = np.zeros((features.shape[1], 0), dtype=np.float32)
    biases = np.full(targets.shape[1], NEVER, dtype=np.float32)
    learned = np.zeros(targets.shape[1], dtype=bool)
    biases[seen] = 0.0
    if len(seen) > 1:
        inputs = features[rows].astype(np.float32)
        shares = _search(inputs, present[np.ix_(rows, seen)], C, tol, max_iter)
        weights = inputs.T @ shares
        biases[seen] = shares.sum(axis=0)
        learned[seen] = True
    return LinearScores(weights, biases, learned)


def _search(
    inputs: sp.csr_matrix, truth: np.ndarray, C: float, tol: float, max_iter: int
) -> np.ndarray:
    """Return each document's share in the weights of each class ``(documents, classes)``."""
    transposed = inputs.T.tocsr()

    def scores_of(shares: np.ndarray) -> np.ndarray:
        return inputs @ (transposed @ shares) + shares.sum(axis=0)

    shares = np.zeros(truth.shape, dtype=np.float32)
    scores = np.zeros_like(shares)
    gradient = _probabilities(scores) - truth
    gradient_scores = scores_of(gradient)
    direction, direction_scores = -gradient, -gradient_scores
    size = start = _dot(gradient, gradient_scores)
    for _ in range(max_iter):
        if size <= tol**2 * start:
            break
        if _dot(gradient, direction_scores) >= 0:  # no way down: rounding; start afresh
            direction, direction_scores = -gradient, -gradient_scores
        step = _line_search(scores, truth, shares, direction, direction_scores, C)
        shares += step * direction
        scores += step * direction_scores
        gradient = _probabilities(scores) - truth + shares / np.float32(C)
        before, gradient_scores = gradient_scores, scores_of(gradient)
        previous, size = size, _dot(gradient, gradient_scores)
        turn = np.float32(max(0.0, (size - _dot(gradient, before)) / previous))
        direction = turn * direction - gradient
        direction_scores = turn * direction_scores - gradient_scores
    return shares


def _line_search(
    scores: np.ndarray,
    truth: np.ndarray,
    shares: np.ndarray,
    direction: np.ndarray,
    direction_scores: np.ndarray,
    C: float,
) -> np.float32:
    """Return how far to go: Newton's method in one dimension, kept inside a bracket."""
    linear = _dot(shares, direction_scores) / C
    quadratic = _dot(direction, direction_scores) / C
    low, high, step, start = 0.0, np.inf, 0.0, 0.0
    for trial in range(20):
        probabilities = _probabilities(scores + np.float32(step) * direction_scores)
        slope = _dot(probabilities - truth, direction_scores) + linear + step * quadratic
        if trial == 0:
            start = abs(slope)
        elif abs(slope) <= 0.1 * start:
            break
        if slope < 0:
            low = step
        else:
            high = step
        mean = (probabilities * direction_scores).sum(axis=1)
        curvature = _dot(probabilities, direction_scores**2) - float(mean @ mean) + quadratic
        step -= slope / curvature
        if not low < step < high:
            step = (low + high) / 2 if np.isfinite(high) else 2 * low
    return np.float32(step)


def _probabilities(scores: np.ndarray) -> np.ndarray:
    return softmax(scores, axis=1)


def _dot(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.vdot(left, right))
