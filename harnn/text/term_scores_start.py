"""What the scores of words are: linear support vector machines on TF-IDF, one a category."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from sklearn.svm import LinearSVC

from harnn.text.documents import EncodedDocuments
from harnn.text.implied_absences import with_implied_absences
from harnn.text.margin_calibration import fit_sigmoid, fit_temperature
from harnn.text.one_vs_rest import fit_one_vs_rest
from harnn.text.targets import level_targets

if TYPE_CHECKING:
    from harnn.text.problem import Problem

__all__ = ["document_frequencies", "term_weights"]

# Inverse strength of the regularisation, with one path a document and with several.
_STRENGTHS = {"softmax": 3.0, "sigmoid": 0.2}


def term_weights(problem: Problem) -> list[np.ndarray]:
    """Learn the weights of `harnn.text.layers.TermScores`.

    One machine an output, against all others, on the words that the network reads; its margins
    are then scaled by what the validation documents say of their certainty: by a temperature a
    level where a document has one path, else by a slope and an offset.

    Args:
        problem: What the network is trained on.

    Returns:
        Kernel ``(ids, outputs)``, bias ``(outputs,)`` and idf ``(ids,)``.
    """
    counts = document_frequencies(problem.words, len(problem.vocabulary))
    idf = np.log((1 + len(problem.words)) / (1 + counts)) + 1
    features = _features(problem.words, idf)
    validation = _features(problem.validation_words, idf)
    taxonomy, decoder = problem.decoder.taxonomy, problem.decoder
    learnt, judged = (
        level_targets(targets, taxonomy, decoder.level_sizes, "sigmoid")
        for targets in (problem.documents.targets, problem.documents.validation.model_targets())
    )
    make = partial(LinearSVC, C=_STRENGTHS[problem.activation], tol=1e-2, random_state=problem.seed)
    kernels, biases = [], []
    for level, truth in zip(with_implied_absences(learnt, taxonomy), judged, strict=True):
        scores = fit_one_vs_rest(features, level, make)
        margins = scores(validation)
        slope, offset = (
            (1 / fit_temperature(scores, margins, truth), 0.0)
            if problem.activation == "softmax"
            else fit_sigmoid(scores, margins, truth)
        )
        kernel = np.zeros((len(idf), len(scores.biases)), dtype=np.float32)
        kernel[:, scores.learned] = slope * scores.weights
        kernels.append(kernel)
        biases.append(slope * scores.biases + offset)
    return [np.concatenate(kernels, axis=1), np.concatenate(biases), idf.astype(np.float32)]


def document_frequencies(documents: EncodedDocuments, ids: int) -> np.ndarray:
    """Count in how many documents each word occurs ``(ids,)``."""
    counts = np.zeros(ids, dtype=np.int64)
    for words in documents:
        counts[np.unique(words)] += 1
    return counts


def _features(documents: EncodedDocuments, idf: np.ndarray) -> sp.csr_matrix:
    """Return the TF-IDF of documents, as `TermScores` weighs them."""
    data, columns, ends = [], [], [0]
    for words in documents:
        found, counts = np.unique(words[words > 1], return_counts=True)
        weights = (1 + np.log(counts)) * idf[found]
        data.append(weights / max(np.linalg.norm(weights), 1e-12))
        columns.append(found)
        ends.append(ends[-1] + len(found))
    return sp.csr_matrix(
        (np.concatenate(data), np.concatenate(columns), ends), shape=(len(documents), len(idf))
    )
