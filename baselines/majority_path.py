"""The floor of every comparison: the most frequent label, whatever the text says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from harnn.evaluation import Evaluation
from harnn.text.ground_truth import GroundTruth
from harnn.text.label_codec import LabelCodec
from harnn.text.labels import read_labels
from harnn.text.taxonomy import Taxonomy

__all__ = ["MajorityPath"]


class MajorityPath(ClassifierMixin, BaseEstimator):
    """Predicts for every document the label that most training documents have.

    Args:
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.

    Attributes:
        taxonomy_: The categories.
        frequencies_: The share of training documents that have each category, among those of
            which its level is known ``(categories,)``.

    Example:
        >>> floor = MajorityPath().fit(["one", "two", "three"], ["a/b", "a/b", "c"])
        >>> floor.predict(["four"]).tolist()
        ['a/b']
    """

    def __init__(self, taxonomy: Any = None, label_form: str = "auto", paths: str = "auto") -> None:
        self.taxonomy = taxonomy
        self.label_form = label_form
        self.paths = paths

    def fit(self, X: Sequence[str], y: Any) -> Self:
        """Count the labels.

        Args:
            X: The texts, which are not read.
            y: Their labels.

        Returns:
            The classifier.
        """
        labels = read_labels(y, self.label_form)
        taxonomy = None if self.taxonomy is None else Taxonomy.read(self.taxonomy)
        self._codec = LabelCodec.infer(labels, taxonomy, self.paths)
        self.taxonomy_ = self._codec.taxonomy
        targets = self._codec.encode(labels)
        # Only a document of which everything is known says what a whole label looks like.
        complete = targets.known.all(axis=1)
        rows = targets.indicator[complete if complete.any() else slice(None)]
        distinct, counts = np.unique(rows, axis=0, return_counts=True)
        self._majority = distinct[counts.argmax()]
        known = targets.known[:, self.taxonomy_.levels]
        self.frequencies_ = (targets.indicator & known).sum(axis=0) / np.maximum(known.sum(0), 1)
        return self

    def predict(self, X: Sequence[str]) -> Any:
        """Return the most frequent label for each of the texts, in the form of ``fit``."""
        check_is_fitted(self)
        return self._codec.decode(self._decisions(len(X)))

    def predict_proba(self, X: Sequence[str]) -> np.ndarray:
        """Return ``frequencies_`` for each of the texts ``(documents, categories)``."""
        check_is_fitted(self)
        return np.tile(self.frequencies_, (len(X), 1))

    def evaluate(self, X: Sequence[str], y: Any) -> Evaluation:
        """Compare the predictions with labels, by every metric of `harnn.evaluation`."""
        check_is_fitted(self)
        truth = GroundTruth(self._codec, read_labels(y, self._codec.template.form))
        return truth.evaluate(self._decisions(len(X)), self.predict_proba(X))

    def _decisions(self, documents: int) -> np.ndarray:
        return np.tile(self._majority, (documents, 1))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.target_tags.multi_output = True
        return tags
