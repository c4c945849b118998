"""What every classifier of documents into a hierarchy shares, whatever it learns with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.evaluation import Evaluation
from harnn.text.decisions.calibration import fit_calibration
from harnn.text.decisions.decoding import ThresholdDecoder
from harnn.text.decisions.held_out import HeldOut
from harnn.text.decisions.thresholds import tune_thresholds
from harnn.text.documents import check_texts
from harnn.text.labels import likely_form, read_labels
from harnn.text.labels.ground_truth import GroundTruth
from harnn.text.labels.label_codec import Targets
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor
from harnn.text.training_documents import check_lengths

__all__ = ["HierarchicalClassifier"]


class HierarchicalClassifier(ClassifierMixin, HierarchicalPredictor, BaseEstimator):
    """A scikit-learn classifier of texts whose predictions respect a hierarchy.

    A subclass learns in ``fit``, where it calls ``_set_codec`` and, with its validation documents,
    ``_tune_thresholds``; and it says in ``_level_outputs`` what it makes of texts. From there on
    calibration, labels, decoding and evaluation are the same for all.

    Attributes:
        taxonomy_: The categories. Columns of ``predict_proba`` are in its order.
        classes_: Their paths, ``"a/b/c"``.
        label_form_: How the labels were written.
        level_names_: The names of the levels, if they have any.
        thresholds_: The threshold of each category where a document may have several paths.
    """

    taxonomy: Any
    label_form: str
    paths: str
    # Whether another random_state gives another model: a comparison fits one for each seed then.
    uses_random_state = True

    # Judging ---------------------------------------------------------------------------------

    def evaluate(self, X: Sequence[str], y: Any) -> Evaluation:
        """Compare predictions with labels, by every metric of `harnn.evaluation`.

        Args:
            X: The texts.
            y: Their labels, in the form that ``fit`` was given or in another one. A category that
                ``fit`` has never seen counts as missed, with a warning that names it.

        Returns:
            All scores.
        """
        check_is_fitted(self)
        texts = check_texts(X)
        labels = read_labels(y, likely_form(y, self.label_form_))
        check_lengths(texts, labels)
        truth = GroundTruth(self._codec, labels)
        truth.warn_of_unseen(stacklevel=3)
        probabilities = self.predict_proba(texts)
        return truth.evaluate(self._decoder.decide(probabilities), probabilities)

    def score(self, X: Sequence[str], y: Any, sample_weight: None = None) -> float:
        """Return the share of documents with all levels right, among those with all levels known.

        Args:
            X: The texts.
            y: Their labels.
            sample_weight: Not supported.
        """
        if sample_weight is not None:
            raise DataError("score takes no sample_weight")
        right = self.evaluate(X, y).complete.subset_accuracy
        if right is None:
            raise DataError("y: no document has all its levels known: see evaluate()")
        return right

    # Inside ----------------------------------------------------------------------------------

    def _check_ready(self) -> None:
        check_is_fitted(self)

    def _tune_thresholds(self, texts: Sequence[str], truth: GroundTruth) -> None:
        """Choose by validation documents what is left to choose, once the model has learned.

        That is the calibration of the levels; on what they then say, the thresholds where a
        document may have several paths; and what is kept for ``stop="confident"`` and
        ``predict_sets``. With no document to choose by, thresholds stay at one half.
        """
        parts = list(self._level_outputs(texts))
        if parts:
            levels = [np.concatenate(level) for level in zip(*parts, strict=True)]
            targets = truth.model_targets()
            self._calibration = fit_calibration(
                self._calibration_kind(), levels, targets, self._decoder
            )
            probabilities = self._decoder.probabilities(self._calibrated(levels))
            if isinstance(self._decoder, ThresholdDecoder):
                self._decoder.thresholds = tune_thresholds(
                    probabilities,
                    *truth.of_model(),
                    levels=self.taxonomy_.levels,
                    metric=self._threshold_metric(),
                )
            known = truth.targets.known[:, : self.taxonomy_.n_levels]
            self._held_out = HeldOut.of(
                self.taxonomy_,
                self._codec.one_path,
                probabilities,
                self._decoder.decide(probabilities),
                Targets(targets.indicator, known),
                unseen=known & ~targets.known,
            )
        if isinstance(self._decoder, ThresholdDecoder):
            self.thresholds_ = self._decoder.thresholds

    def _calibration_kind(self) -> str:
        """Say how levels are calibrated: ``"none"``, ``"temperature"`` or ``"isotonic"``."""
        return "none"

    def _threshold_metric(self) -> str:
        """Say what thresholds are chosen for: see `tune_thresholds`."""
        return "macro_f1"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.target_tags.multi_output = True
        return tags
