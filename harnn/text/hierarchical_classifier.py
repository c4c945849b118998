"""What every classifier of documents into a hierarchy shares, whatever it learns with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.evaluation import Evaluation
from harnn.text.decoding import BestPathDecoder, Decoder, ThresholdDecoder
from harnn.text.documents import check_texts
from harnn.text.ground_truth import GroundTruth
from harnn.text.label_codec import LabelCodec
from harnn.text.labels import read_labels
from harnn.text.thresholds import tune_thresholds
from harnn.text.training_documents import check_lengths

__all__ = ["HierarchicalClassifier"]


class HierarchicalClassifier(ClassifierMixin, BaseEstimator):
    """A scikit-learn classifier of texts whose predictions respect a hierarchy.

    A subclass learns in ``fit``, where it calls ``_set_codec`` and, for several paths a document,
    ``_tune_thresholds``; and it says in ``_level_outputs`` what it makes of texts. From there on
    labels, decoding and evaluation are the same for all.

    Attributes:
        taxonomy_: The categories. Columns of ``predict_proba`` are in its order.
        classes_: Their paths, ``"a/b/c"``.
        label_form_: How the labels were written.
        thresholds_: The threshold of each category where a document may have several paths.
    """

    taxonomy: Any
    label_form: str
    paths: str

    @abstractmethod
    def _level_outputs(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        """Give the probabilities of each level, ``(documents, outputs)``, some texts at a time.

        A level has an output a category, in the taxonomy's order, and one more where the decoder's
        ``level_sizes`` has one for "the path has ended".
        """

    # Predicting ------------------------------------------------------------------------------

    def predict(self, X: Sequence[str]) -> Any:
        """Classify documents.

        Args:
            X: The texts.

        Returns:
            Labels in the form that ``fit`` was given.
        """
        check_is_fitted(self)
        chosen = [self._decoder.decide(part) for part in self._probabilities(check_texts(X))]
        return self._codec.decode(np.concatenate(chosen) if chosen else self._nothing(bool))

    def predict_proba(self, X: Sequence[str]) -> np.ndarray:
        """Return the probability of every category.

        Args:
            X: The texts.

        Returns:
            ``(documents, categories)``, columns in the order of ``taxonomy_``. A category is
            never more probable than its parents.
        """
        check_is_fitted(self)
        parts = list(self._probabilities(check_texts(X)))
        return np.concatenate(parts) if parts else self._nothing(np.float32)

    def predict_decisions(self, X: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return decisions and probabilities as arrays, and what ignoring the hierarchy gives.

        Args:
            X: The texts.

        Returns:
            Three arrays ``(documents, categories)``, columns in the order of ``taxonomy_``: the
            consistent decisions that ``predict`` writes as labels; the decisions of each level
            for itself, whatever the levels above say; what ``predict_proba`` returns.
        """
        check_is_fitted(self)
        parts = []
        for levels in self._level_outputs(check_texts(X)):
            probabilities = self._decoder.probabilities(levels)
            parts.append(
                (
                    self._decoder.decide(probabilities),
                    self._decoder.decide_each_level(levels),
                    probabilities,
                )
            )
        if not parts:
            return self._nothing(bool), self._nothing(bool), self._nothing(np.float32)
        decided, separate, probable = (
            np.concatenate(arrays) for arrays in zip(*parts, strict=True)
        )
        return decided, separate, probable

    def predict_stream(
        self, texts: Iterable[str], top_k: int = 1
    ) -> Iterator[tuple[list[tuple[str, float]], list[tuple[str, float]]]]:
        """Classify documents one after another, in constant memory.

        Args:
            texts: Any number of texts, read as needed.
            top_k: How many of the likeliest paths to give beside the prediction.

        Yields:
            For each text the predicted paths and the ``top_k`` likeliest ones, each with the
            probability that it is the whole path: with one path a document, those of all paths
            sum to one; with several, it is the probability of the path's last category.
        """
        check_is_fitted(self)
        paths = self.taxonomy_.path_strings
        terminals = self.taxonomy_.terminals
        for probabilities in self._probabilities(texts):
            chosen = self.taxonomy_.most_specific(self._decoder.decide(probabilities))
            ends = self._decoder.ends(probabilities)
            likeliest = np.argsort(-ends, axis=1, kind="stable")[:, :top_k]
            whole = probabilities.copy()
            whole[:, terminals] = ends
            for row, scores in enumerate(whole):
                yield (
                    [(paths[c], float(scores[c])) for c in np.flatnonzero(chosen[row])],
                    [(paths[c], float(scores[c])) for c in terminals[likeliest[row]]],
                )

    # Judging ---------------------------------------------------------------------------------

    def evaluate(self, X: Sequence[str], y: Any) -> Evaluation:
        """Compare predictions with labels, by every metric of `harnn.evaluation`.

        Args:
            X: The texts.
            y: Their labels. A category that ``fit`` has never seen counts as missed, with a
                warning that names it.

        Returns:
            All scores.
        """
        check_is_fitted(self)
        texts = check_texts(X)
        labels = read_labels(y, self.label_form_)
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

    def _set_codec(self, codec: LabelCodec) -> None:
        """Set what follows from the categories, after ``fit`` and after ``load``."""
        self._codec = codec
        self.taxonomy_ = codec.taxonomy
        self.label_form_ = codec.template.form
        self.classes_ = np.array(codec.taxonomy.path_strings)
        self._decoder: Decoder
        if codec.one_path:
            self._decoder = BestPathDecoder(codec.taxonomy, codec.may_be_empty)
        else:
            self._decoder = ThresholdDecoder(codec.taxonomy, may_be_empty=codec.may_be_empty)

    def _tune_thresholds(self, texts: Sequence[str], truth: GroundTruth) -> None:
        """Choose the thresholds on validation documents, where a document may have several paths.

        With no document to choose on, each stays at one half.
        """
        if isinstance(self._decoder, ThresholdDecoder):
            parts = list(self._probabilities(texts))
            if parts:
                self._decoder.thresholds = tune_thresholds(np.concatenate(parts), *truth.of_model())
            self.thresholds_ = self._decoder.thresholds

    def _probabilities(self, texts: Iterable[str]) -> Iterator[np.ndarray]:
        for levels in self._level_outputs(texts):
            yield self._decoder.probabilities(levels)

    def _nothing(self, dtype: Any) -> np.ndarray:
        return np.zeros((0, len(self.taxonomy_)), dtype=dtype)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.target_tags.multi_output = True
        return tags
