"""The scores of words and pairs: linear support vector machines, one per category."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from sklearn.svm import LinearSVC

from harnn.text.labels.implied_absences import with_implied_absences
from harnn.text.labels.label_codec import Targets
from harnn.text.labels.targets import level_targets
from harnn.text.layers.pair_table import fill_slots
from harnn.text.linear_scores.margin_calibration import fit_sigmoid, fit_temperature
from harnn.text.linear_scores.one_vs_rest import LinearScores, fit_one_vs_rest
from harnn.text.linear_scores.term_features import TermFeatures
from harnn.training.beside import Stopped

if TYPE_CHECKING:
    from harnn.text.problem import Problem

__all__ = ["TermScoresStart", "learn_from_all_documents", "learn_term_scores"]

# Inverse strength of the regularisation, with one path a document and with several.
_STRENGTHS = {"softmax": 3.0, "sigmoid": 0.2}


@dataclass(frozen=True)
class TermScoresStart:
    """Linear scores of words and pairs, with what they were learnt by.

    Attributes:
        features: Turns documents into weights of words and pairs.
        scales: Slope and offset of each level, from margins to logits.
        kernel: The scores ``(ids + pairs, outputs)``.
        bias: ``(outputs,)``.
        slots: The table in which the network looks up pairs; None without pairs.
    """

    features: TermFeatures
    scales: list[tuple[float, float]]
    kernel: np.ndarray
    bias: np.ndarray
    slots: np.ndarray | None

    @property
    def weights(self) -> list[np.ndarray]:
        """The weights of `harnn.text.layers.TermScores`, in the layer's order."""
        pairs, idf = self.features.pairs, self.features.idf.astype(np.float32)
        ids = len(idf) - len(pairs)
        weights = [self.kernel[:ids], self.bias, idf[:ids]]
        if self.slots is not None:
            # Row 0 stands for the pairs that are not in the table.
            weights += map(_after_none, (self.kernel[ids:], idf[ids:], pairs))
            weights.append(self.slots)
        return weights


def learn_term_scores(problem: Problem, stop: Event | None = None) -> TermScoresStart:
    """Learn the linear scores of words and pairs from the training documents.

    One machine per output, against all others, on the words and pairs of a document. Its margins
    are scaled by the certainty that the validation documents show: by one temperature per level
    where a document has one path, else by a slope and an offset.

    Args:
        problem: What the network is trained on.
        stop: Ends the learning before the next category when it is set.

    Returns:
        The scores.

    Raises:
        Stopped: If ``stop`` was set.
    """
    features = TermFeatures.learn(problem.words, len(problem.vocabulary), problem.pairs)
    learnt = _levels(problem, problem.documents.targets)
    judged = _levels(problem, problem.documents.validation.model_targets())
    validated_on = features(problem.validation_words)
    scales, machines = [], _machines(problem, features(problem.words), learnt, stop)
    for scores, truth in zip(machines, judged, strict=True):
        margins = scores(validated_on)
        if problem.activation == "softmax":
            scales.append((1 / fit_temperature(scores, margins, truth), 0.0))
        else:
            scales.append(fit_sigmoid(scores, margins, truth))
    kernel, bias = _scaled(machines, scales, len(features.idf))
    slots = fill_slots(problem.pairs)[0] if len(problem.pairs) else None
    return TermScoresStart(features, scales, kernel, bias, slots)


def learn_from_all_documents(problem: Problem, start: TermScoresStart) -> TermScoresStart:
    """Learn the linear scores again, from the training and the validation documents.

    Vocabulary, pairs, the weights of the features and the scales stay. So does everything that was
    chosen on the validation documents, for scores that had not seen them.

    Args:
        problem: What the network was trained on.
        start: What `learn_term_scores` returned.

    Returns:
        The scores.
    """
    features = sp.vstack(
        [start.features(problem.words), start.features(problem.validation_words)], format="csr"
    )
    learnt = [
        np.concatenate(parts)
        for parts in zip(
            _levels(problem, problem.documents.targets),
            _levels(problem, problem.documents.validation.model_targets()),
            strict=True,
        )
    ]
    machines = _machines(problem, features, learnt)
    kernel, bias = _scaled(machines, start.scales, len(start.features.idf))
    return replace(start, kernel=kernel, bias=bias)


def _levels(problem: Problem, targets: Targets) -> list[np.ndarray]:
    """Return what is known of each level ``(documents, outputs)``: 1, 0, or −1 if unknown."""
    taxonomy = problem.decoder.taxonomy
    return level_targets(targets, taxonomy, problem.decoder.level_sizes, "sigmoid")


def _machines(
    problem: Problem, features: sp.csr_matrix, levels: list[np.ndarray], stop: Event | None = None
) -> list[LinearScores]:
    """Learn one machine per output of each level."""

    def make() -> LinearSVC:
        if stop is not None and stop.is_set():
            raise Stopped
        # One at a time: LIBLINEAR draws from one generator per process, and two machines that
        # learn in two threads would draw different numbers in every run.
        strength = _STRENGTHS[problem.activation]
        return LinearSVC(C=strength, tol=1e-2, random_state=problem.seed)

    known = with_implied_absences(levels, problem.decoder.taxonomy)
    return [fit_one_vs_rest(features, level, make) for level in known]


def _scaled(
    machines: list[LinearScores], scales: list[tuple[float, float]], features: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the kernel ``(features, outputs)`` and the bias of all levels, scaled."""
    kernels, biases = [], []
    for scores, (slope, offset) in zip(machines, scales, strict=True):
        kernel = np.zeros((features, len(scores.biases)), dtype=np.float32)
        kernel[:, scores.learned] = slope * scores.weights
        kernels.append(kernel)
        biases.append(slope * scores.biases + offset)
    return np.concatenate(kernels, axis=1), np.concatenate(biases)


def _after_none(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(rows[:1]), rows])
