"""Linear support vector machines on TF-IDF features, one a category."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.svm import LinearSVC

from baselines.linear_classifier import LinearClassifier
from harnn.text.labels.implied_absences import with_implied_absences
from harnn.text.linear_scores.margin_calibration import fit_sigmoid, fit_temperature
from harnn.text.linear_scores.one_vs_rest import fit_one_vs_rest

__all__ = ["LinearSVM"]

# Of a logarithm's argument: float32 probabilities underflow to zero.
_TINY = 1e-12
# The logarithm of the largest common factor.
_MOST = np.log(10.0)


class LinearSVM(LinearClassifier):
    """One linear SVM a category against all others, and probabilities made of their margins.

    With one path a document, a level's probabilities are the softmax of its margins over a
    temperature, and what it decides for itself is the category with the largest margin; with
    several, a category's probability is a sigmoid of its margin (Platt, 1999), one for all
    categories of a level. Both are fitted by the log-loss of validation documents, which are held
    out of the training documents where none are given. As the levels read the same words, the
    product of their probabilities is surer than it should be: one factor, common to all
    temperatures, is fitted by the log-loss of the consistent probabilities.

    Args:
        C: Inverse strength of the regularisation; ``None``: 3 with one path a document, 0.2 with
            several.
        max_ngram: Features are words and n-grams of up to this many words.
        min_count: A feature must occur in this many training documents.
        max_features: At most this many features, the most frequent ones; ``None``: all.
        name_documents: As how many training documents the name of a category is read that has few
            of its own, or none: see `harnn.text.name_documents`.
        validation_fraction: Without validation documents, the share of the training documents
            to hold out. With 0 none are, and margins are read as if the scores of a logistic
            regression.
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        random_state: Taken, as every classifier takes it, and not used: the solver's seed is fixed.
        verbose: Taken likewise, and not used: there is no progress to show.

    Attributes:
        calibration_: What was fitted on the validation documents: of each level the temperature,
            or the slope and the offset of the sigmoid.

    Example:
        >>> texts = ["a river in the north", "a deep lake", "plays tennis", "runs marathons"] * 5
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 5
        >>> model = LinearSVM().fit(texts, labels)
        >>> model.predict(["this lake"]).tolist()
        ['place/lake']
        >>> model.n_parameters_ == 6 * (model.n_features_ + 1)
        True
    """

    _validates_one_path = True
    _strengths = (3.0, 0.2)

    def _fit_levels(
        self,
        features: sp.csr_matrix,
        targets: list[np.ndarray],
        validation_features: sp.csr_matrix,
        validation_targets: list[np.ndarray],
    ) -> None:
        make = partial(LinearSVC, C=self._strength, tol=1e-2, random_state=0)
        self._scores = [
            fit_one_vs_rest(features, level, make)
            for level in with_implied_absences(targets, self.taxonomy_)
        ]
        fit: Callable[..., Any] = fit_temperature if self._codec.one_path else fit_sigmoid
        self.calibration_: list[Any] = [
            fit(scores, scores(validation_features), truth)
            for scores, truth in zip(self._scores, validation_targets, strict=True)
        ]
        if self._codec.one_path and validation_features.shape[0]:
            factor = self._common_factor(validation_features, validation_targets)
            self.calibration_ = [temperature * factor for temperature in self.calibration_]

    def _common_factor(self, features: sp.csr_matrix, targets: list[np.ndarray]) -> float:
        """Return by how much all temperatures must rise for the consistent probabilities."""
        margins = [scores(features) for scores in self._scores]
        sizes = self.taxonomy_.level_sizes
        true = np.column_stack(
            [
                (truth[:, :size] == 1) & scores.learned[:size]
                for truth, size, scores in zip(targets, sizes, self._scores, strict=True)
            ]
        )

        def loss(log_factor: float) -> float:
            factor = np.exp(log_factor)
            levels = [
                softmax(margin / np.float32(temperature * factor), axis=1)
                for margin, temperature in zip(margins, self.calibration_, strict=True)
            ]
            right = self._decoder.probabilities(levels)[true]
            return -float(np.log(np.maximum(right, _TINY)).sum())

        bounds = (0.0, _MOST)
        return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))

    def _levels(self, features: sp.csr_matrix) -> list[np.ndarray]:
        levels = []
        for scores, fitted in zip(self._scores, self.calibration_, strict=True):
            margins = scores(features)
            if self._codec.one_path:
                levels.append(softmax(margins / fitted, axis=1))
            else:
                slope, offset = fitted
                levels.append(expit(slope * margins + offset))
        return levels
