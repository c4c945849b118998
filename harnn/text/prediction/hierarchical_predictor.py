"""What predicts documents' places in a hierarchy, whoever says what of each level. Pure NumPy."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.text.decisions.calibration import Calibration
from harnn.text.decisions.confident_stop import confidence_thresholds, given_part, without_unknown
from harnn.text.decisions.conformal import (
    check_coverage,
    check_level,
    choices,
    coverage_threshold,
    prediction_sets,
)
from harnn.text.decisions.decoding import BestPathDecoder, Decoder, ThresholdDecoder
from harnn.text.decisions.held_out import HeldOut
from harnn.text.documents import check_texts, iterable_texts
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.prediction.answers import Answer, Asked, Criteria

__all__ = ["HierarchicalPredictor"]


class HierarchicalPredictor:
    """From the levels' outputs to labels, probabilities and sets that respect a hierarchy.

    A subclass says in ``_level_outputs`` what it makes of texts, after it has called
    ``_set_codec``. Calibration, decoding and labels are the same for all: for what is fitted here
    and for what runs an exported network elsewhere.

    Attributes:
        taxonomy_: The categories. Columns of ``predict_proba`` are in its order.
        classes_: Their paths, ``"a/b/c"``.
        label_form_: How the labels were written.
        level_names_: The names of the levels; None if they have none.
    """

    @abstractmethod
    def _level_outputs(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        """Give the probabilities of each level, ``(documents, outputs)``, some texts at a time.

        A level has an output a category, in the taxonomy's order, and one more where the decoder's
        ``level_sizes`` has one for "the path has ended".
        """

    # Predicting ------------------------------------------------------------------------------

    def predict(self, X: Sequence[str], *, stop: str = "leaf", precision: float = 0.95) -> Any:
        """Classify documents.

        Args:
            X: The texts.
            stop: ``"leaf"``: whole paths. ``"confident"``: a path only as far down as the
                validation documents show that what is given is right in the share ``precision``,
                level by level; of several paths a document, only the categories of which they do.
            precision: That share.

        Returns:
            Labels in the form that ``fit`` was given. With ``stop="confident"``, a level that is
            not given is ``None`` in rows of names, and a path is the shorter; a document of which
            nothing is given is ``None``.

        Raises:
            ConfigError: If ``stop`` or ``precision`` is none of these.
            DataError: With ``stop="confident"``, if ``fit`` had too few validation documents to
                show such a precision.
        """
        self._check_ready()
        thresholds = self._stopping(stop, precision)
        parts = [
            self._decided(part, thresholds) for part in self._probabilities(check_texts(X))
        ] or [(self._nothing(bool), np.zeros(0, dtype=np.int64))]
        decided, depth = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        labels = self._codec.decode(decided)
        if thresholds is None:
            return labels
        return without_unknown(labels, depth, self.taxonomy_.n_levels)

    def predict_proba(self, X: Sequence[str]) -> np.ndarray:
        """Return the probability of every category.

        Args:
            X: The texts.

        Returns:
            ``(documents, categories)``, columns in the order of ``taxonomy_``. A category is
            never more probable than its parents.
        """
        self._check_ready()
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
        self._check_ready()
        parts = []
        for outputs in self._level_outputs(check_texts(X)):
            levels = self._calibrated(outputs)
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

    def predict_sets(
        self, X: Sequence[str], coverage: float = 0.9, level: int | None = None
    ) -> list[list[str]]:
        """Return sets that contain the truth with a probability of at least ``coverage``.

        That holds for new documents drawn like the validation documents of ``fit``, on average
        over both, however wrong the model is: the surer it is, the smaller the sets. Documents
        that the fit was stopped or tuned by are a little easier than new ones.

        Args:
            X: The texts.
            coverage: The probability, in ``(0, 1)``.
            level: A level, counted from 1, for sets of what may be true on it: its categories,
                and paths that end above it. Whole labels if not given.

        Returns:
            For each document the paths, in the order of ``taxonomy_``. With one path a document,
            its path down to the level is one of them, and ``""`` stands for no category; with
            several, all of its categories (on the level) are among them, and with a category all
            that is above it.

        Raises:
            ConfigError: If ``coverage`` or ``level`` is out of range.
            DataError: If ``fit`` had too few validation documents.

        Source:
            Split conformal prediction: see `harnn.text.decisions.conformal`.
        """
        self._check_ready()
        check_coverage(coverage)
        place = check_level(level, self.taxonomy_.n_levels)
        threshold = coverage_threshold(self._kept().true[:, place], coverage)
        sets: list[list[str]] = []
        for probabilities in self._probabilities(check_texts(X)):
            sets += self._sets(probabilities, place, threshold)
        return sets

    def predict_stream(
        self,
        texts: Iterable[str],
        top_k: int = 1,
        *,
        stop: str = "leaf",
        precision: float = 0.95,
    ) -> Iterator[tuple[list[tuple[str, float]], list[tuple[str, float]]]]:
        """Classify documents one after another, in constant memory.

        Args:
            texts: Any number of texts, read as needed.
            top_k: How many of the likeliest paths to give beside the prediction.
            stop: As for ``predict``.
            precision: ″

        Yields:
            For each text the predicted paths and the ``top_k`` likeliest ones, each with the
            probability that it is the whole path: with one path a document, those of all paths
            sum to one; with several, it is the probability of the path's last category. So it is
            too of a path that stops early with ``stop="confident"``.
        """
        documents = iterable_texts(texts, name="texts")
        for answer in self._stream(documents, Asked(top_k, stop, precision)):
            yield answer.paths, answer.likeliest

    # Inside ----------------------------------------------------------------------------------

    def _check_ready(self) -> None:
        """Refuse to predict what nothing has been learnt of."""

    def _set_codec(self, codec: LabelCodec) -> None:
        """Set what follows from the categories, after ``fit`` and after ``load``."""
        self._codec = codec
        self.taxonomy_ = codec.taxonomy
        self.label_form_ = codec.template.form
        self.level_names_ = codec.level_names
        self.classes_ = np.array(codec.taxonomy.path_strings)
        self._calibration: Calibration | None = None
        self._held_out: HeldOut | None = None
        self._decoder: Decoder
        if codec.one_path:
            self._decoder = BestPathDecoder(codec.taxonomy, codec.may_be_empty)
        else:
            self._decoder = ThresholdDecoder(codec.taxonomy, may_be_empty=codec.may_be_empty)

    def _calibrated(self, levels: list[np.ndarray]) -> list[np.ndarray]:
        return levels if self._calibration is None else self._calibration.apply(levels)

    def _probabilities(self, texts: Iterable[str]) -> Iterator[np.ndarray]:
        for levels in self._level_outputs(texts):
            yield self._decoder.probabilities(self._calibrated(levels))

    def _kept(self) -> HeldOut:
        if self._held_out is None:
            raise DataError(
                "confident stops and prediction sets are chosen on validation documents, and this "
                "model has kept none: fit it with validation_data"
            )
        return self._held_out

    def _stopping(self, stop: str, precision: float) -> np.ndarray | None:
        """Return the confidence that each level needs; None where whole paths are given."""
        if stop not in ("leaf", "confident"):
            raise ConfigError(f"stop must be 'leaf' or 'confident', not {stop!r}")
        if stop == "leaf":
            return None
        return confidence_thresholds(self._kept(), precision, self.taxonomy_.n_levels)

    def _decided(
        self, probabilities: np.ndarray, thresholds: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what is given of each document, and how many levels of it."""
        decided = self._decoder.decide(probabilities)
        if thresholds is None:
            return decided, np.full(len(decided), self.taxonomy_.n_levels)
        return given_part(self.taxonomy_, self._codec.one_path, probabilities, decided, thresholds)

    def _criteria(self, asked: Asked) -> Criteria:
        """Return what the validation documents say of what is asked."""
        membership = None
        if asked.coverage is not None:
            check_coverage(asked.coverage)
            whole = self._kept().true[:, self.taxonomy_.n_levels]
            membership = coverage_threshold(whole, asked.coverage)
        return Criteria(self._stopping(asked.stop, asked.precision), membership)

    def _stream(self, texts: Iterable[str], asked: Asked) -> Iterator[Answer]:
        """Answer for documents one after another, in constant memory."""
        self._check_ready()
        criteria = self._criteria(asked)
        for probabilities in self._probabilities(texts):
            yield from self._answers(probabilities, asked.top_k, criteria)

    def _answers(
        self, probabilities: np.ndarray, top_k: int = 0, criteria: Criteria | None = None
    ) -> Iterator[Answer]:
        """Answer for documents whose probabilities ``(documents, categories)`` are."""
        criteria = criteria or Criteria()
        levels = self.taxonomy_.n_levels
        paths = self.taxonomy_.path_strings
        terminals = self.taxonomy_.terminals
        decided, depths = self._decided(probabilities, criteria.confidence)
        chosen = self.taxonomy_.most_specific(decided)
        ends = self._decoder.ends(probabilities)
        likeliest = np.argsort(-ends, axis=1, kind="stable")[:, :top_k]
        whole = probabilities.copy()
        whole[:, terminals] = ends
        sets: list[list[str]] | None = None
        if criteria.membership is not None:
            sets = self._sets(probabilities, levels, criteria.membership)
        for row, depth in enumerate(depths):
            # Of a path that goes on unknown, the probability is that of what is given.
            scores = whole[row] if depth == levels else probabilities[row]
            yield Answer(
                [(paths[c], float(scores[c])) for c in np.flatnonzero(chosen[row])],
                [(paths[c], float(whole[row, c])) for c in terminals[likeliest[row]]],
                int(depth),
                None if sets is None else sets[row],
            )

    def _sets(self, probabilities: np.ndarray, level: int, threshold: float) -> list[list[str]]:
        """Return the paths that are probable enough on a level, as ``choices`` counts levels."""
        one_path, may_be_empty = self._codec.one_path, self._codec.may_be_empty
        scores = choices(self.taxonomy_, probabilities, level, one_path, may_be_empty)
        names = (*self.taxonomy_.path_strings, "")
        chosen = prediction_sets(scores, threshold, one_path)
        return [[names[c] for c in np.flatnonzero(row)] for row in chosen]

    def _nothing(self, dtype: Any) -> np.ndarray:
        return np.zeros((0, len(self.taxonomy_)), dtype=dtype)
