"""Logistic regression on TF-IDF features: a multinomial one a level, or one a category."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

from baselines.linear_classifier import LinearClassifier
from baselines.multinomial import fit_multinomial
from harnn.errors import ConfigError
from harnn.text.labels.implied_absences import with_implied_absences
from harnn.text.linear_scores.one_vs_rest import fit_one_vs_rest

__all__ = ["LogisticRegressionBaseline", "binary_logistic_regression"]


class LogisticRegressionBaseline(LinearClassifier):
    """Logistic regressions that know nothing of one another; the decoder puts them together.

    Args:
        per: ``"level"``: a multinomial regression a level, its outputs sum to one; ``"node"``: a
            binary one a category, which also learns from documents whose level is not known but
            whose parents are. Where a document may have several paths, both are the latter.
        C: Inverse strength of the regularisation; ``None``: 100 with one path a document, 3 with
            several.
        max_ngram: Features are words and n-grams of up to this many words.
        min_count: A feature must occur in this many training documents.
        max_features: At most this many features, the most frequent ones; ``None``: all.
        name_documents: As how many training documents the name of a category is read that has few
            of its own, or none: see `harnn.text.name_documents`.
        validation_fraction: Without validation documents, the share of the training documents
            that thresholds are tuned on, where a document may have several paths.
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        random_state: Taken, as every classifier takes it, and not used: the solver's seed is fixed.
        verbose: Taken likewise, and not used: there is no progress to show.

    Example:
        >>> texts = ["a river in the north", "a deep lake", "plays tennis", "runs marathons"] * 5
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 5
        >>> model = LogisticRegressionBaseline(per="node").fit(texts, labels)
        >>> model.predict(["this lake"]).tolist()
        ['place/lake']
        >>> model.n_parameters_ == 6 * (model.n_features_ + 1)
        True
    """

    def __init__(
        self,
        *,
        per: str = "level",
        C: float | None = None,
        max_ngram: int = 2,
        min_count: int = 2,
        max_features: int | None = None,
        name_documents: int = 0,
        validation_fraction: float = 0.1,
        taxonomy: Any = None,
        label_form: str = "auto",
        paths: str = "auto",
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.per = per
        super().__init__(
            C=C,
            max_ngram=max_ngram,
            min_count=min_count,
            max_features=max_features,
            name_documents=name_documents,
            validation_fraction=validation_fraction,
            taxonomy=taxonomy,
            label_form=label_form,
            paths=paths,
            random_state=random_state,
            verbose=verbose,
        )

    def _fit_levels(
        self,
        features: sp.csr_matrix,
        targets: list[np.ndarray],
        validation_features: sp.csr_matrix,
        validation_targets: list[np.ndarray],
    ) -> None:
        if self.per not in ("level", "node"):
            raise ConfigError(f"per must be 'level' or 'node', not {self.per!r}")
        self._multinomial = self.per == "level" and self._codec.one_path
        if self._multinomial:
            self._scores = [fit_multinomial(features, level, self._strength) for level in targets]
        else:
            make = partial(binary_logistic_regression, self._strength)
            self._scores = [
                fit_one_vs_rest(features, level, make)
                for level in with_implied_absences(targets, self.taxonomy_)
            ]

    def _levels(self, features: sp.csr_matrix) -> list[np.ndarray]:
        scores = [score(features) for score in self._scores]
        if self._multinomial:
            return [softmax(level, axis=1) for level in scores]
        return [expit(level) for level in scores]


def binary_logistic_regression(C: float) -> LogisticRegression:
    """Return an unfitted regression that is quick on many sparse features.

    Args:
        C: Inverse strength of the regularisation.

    Returns:
        scikit-learn's, solved in the dual by coordinate descent (Yu, Huang & Lin, 2011).

    Example:
        >>> binary_logistic_regression(10.0).fit([[0.0], [1.0]], [False, True]).classes_
        array([False,  True])
    """
    return LogisticRegression(
        C=C, solver="liblinear", dual=True, tol=0.1, max_iter=1000, random_state=0
    )
