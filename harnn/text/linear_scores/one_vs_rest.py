"""Linear classifiers, one an output: each learns it against the rest (Rifkin & Klautau, 2004)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

__all__ = ["LinearScores", "fit_one_vs_rest"]

# The score of an output that was never seen, and minus that of one that was never absent: finite,
# so that scores can be compared and scaled, and beyond every score that is learned.
NEVER = -30.0


@dataclass(frozen=True)
class LinearScores:
    """Linear functions of the features, one an output.

    Attributes:
        weights: ``(features, learned outputs)``, float32.
        biases: ``(outputs,)``, float32.
        learned: Which outputs were learned, ``(outputs,)`` booleans: the others have a constant
            score, as no training document has them, or all do.
    """

    weights: np.ndarray
    biases: np.ndarray
    learned: np.ndarray

    def __call__(self, features: sp.csr_matrix) -> np.ndarray:
        """Return the scores ``(documents, outputs)``: positive where an output is likely."""
        scores = np.tile(self.biases, (features.shape[0], 1))
        scores[:, self.learned] += features @ self.weights
        return scores

    @property
    def n_parameters(self) -> int:
        """How many weights and biases were learned."""
        return self.weights.size + self.weights.shape[1]


def fit_one_vs_rest(
    features: sp.csr_matrix, targets: np.ndarray, make: Callable[[], Any]
) -> LinearScores:
    """Learn one binary linear classifier an output.

    Args:
        features: ``(documents, features)``.
        targets: ``(documents, outputs)`` of 1 and 0, −1 where not known: an output learns from
            the documents of which it is known.
        make: Makes an unfitted binary classifier of scikit-learn, with ``coef_`` and
            ``intercept_`` once it is fitted.

    Returns:
        The scores.

    Example:
        >>> from sklearn.svm import LinearSVC
        >>> features = sp.csr_matrix([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        >>> targets = np.array([[1, 0], [0, 0], [-1, 0]])
        >>> scores = fit_one_vs_rest(features, targets, LinearSVC)
        >>> (scores(features[:2]) > 0).tolist()
        [[True, False], [False, False]]
        >>> scores.learned.tolist(), scores.n_parameters
        ([True, False], 3)
    """
    outputs = targets.shape[1]
    weights: list[np.ndarray] = []
    biases = np.full(outputs, NEVER, dtype=np.float32)
    learned = np.zeros(outputs, dtype=bool)
    # liblinear computes in float64: converted once, not once an output.
    features = features.astype(np.float64)
    known_before: np.ndarray | None = None
    for output, column in enumerate(targets.T):
        known = column >= 0
        # Mostly the outputs of a level are known of the same documents.
        if known_before is None or not np.array_equal(known, known_before):
            rows = features if known.all() else features[known]
            known_before = known
        present = column[known] == 1
        learned[output] = present.any() and not present.all()
        if learned[output]:
            classifier = make().fit(rows, present)
            weights.append(classifier.coef_[0].astype(np.float32))
            biases[output] = classifier.intercept_[0]
        elif present.any():
            biases[output] = -NEVER
    columns = np.array(weights, dtype=np.float32).reshape(-1, features.shape[1]).T
    # A row's weights side by side: the order in which a product with sparse features reads them.
    return LinearScores(np.ascontiguousarray(columns), biases, learned)
