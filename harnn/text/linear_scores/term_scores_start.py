"""What the scores of words and pairs are: linear support vector machines, one a category."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from sklearn.svm import LinearSVC

from harnn.text.labels.implied_absences import with_implied_absences
from harnn.text.labels.targets import level_targets
from harnn.text.layers.pair_table import fill_slots
from harnn.text.linear_scores.margin_calibration import fit_sigmoid, fit_temperature
from harnn.text.linear_scores.one_vs_rest import fit_one_vs_rest
from harnn.text.linear_scores.term_features import TermFeatures
from harnn.training.beside import Stopped

if TYPE_CHECKING:
    from harnn.text.problem import Problem

__all__ = ["term_weights"]

# Inverse strength of the regularisation, with one path a document and with several.
_STRENGTHS = {"softmax": 3.0, "sigmoid": 0.2}


def term_weights(problem: Problem, stop: Event | None = None) -> list[np.ndarray]:
    """Learn the weights of `harnn.text.layers.TermScores`.

    One machine an output, against all others, on the words and pairs of a document; its margins
    are then scaled by what the validation documents say of their certainty: by a temperature a
    level where a document has one path, else by a slope and an offset.

    Args:
        problem: What the network is trained on.
        stop: Ends the learning before the next category when it is set.

    Returns:
        In the order of the layer's weights: kernel ``(ids, outputs)``, bias ``(outputs,)`` and idf
        ``(ids,)`` of the words; where pairs count, the same of the pairs, and their table.

    Raises:
        Stopped: If ``stop`` was set.
    """
    ids = len(problem.vocabulary)
    features = TermFeatures.learn(problem.words, ids, problem.pairs)
    learned_from, validated_on = features(problem.words), features(problem.validation_words)
    taxonomy, decoder = problem.decoder.taxonomy, problem.decoder
    learnt, judged = (
        level_targets(targets, taxonomy, decoder.level_sizes, "sigmoid")
        for targets in (problem.documents.targets, problem.documents.validation.model_targets())
    )

    def make() -> LinearSVC:
        if stop is not None and stop.is_set():
            raise Stopped
        # One at a time: LIBLINEAR draws from one generator per process, and two machines that
        # learn in two threads would draw different numbers in every run.
        strength = _STRENGTHS[problem.activation]
        return LinearSVC(C=strength, tol=1e-2, random_state=problem.seed)

    kernels, biases = [], []
    for level, truth in zip(with_implied_absences(learnt, taxonomy), judged, strict=True):
        scores = fit_one_vs_rest(learned_from, level, make)
        margins = scores(validated_on)
        slope, offset = (
            (1 / fit_temperature(scores, margins, truth), 0.0)
            if problem.activation == "softmax"
            else fit_sigmoid(scores, margins, truth)
        )
        kernel = np.zeros((len(features.idf), len(scores.biases)), dtype=np.float32)
        kernel[:, scores.learned] = slope * scores.weights
        kernels.append(kernel)
        biases.append(slope * scores.biases + offset)
    kernel, idf = np.concatenate(kernels, axis=1), features.idf.astype(np.float32)
    weights: list[np.ndarray] = [kernel[:ids], np.concatenate(biases), idf[:ids]]
    if len(problem.pairs):
        slots, pairs = fill_slots(problem.pairs)
        # Row 0 stands for the pairs that are not in the table.
        weights += [_after_none(kernel[ids:]), _after_none(idf[ids:]), _after_none(pairs), slots]
    return weights


def _after_none(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(rows[:1]), rows])
