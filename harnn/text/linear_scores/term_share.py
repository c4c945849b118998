"""How much the linear scores count beside the network: chosen by validation documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from harnn.quiet_keras import keras
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.labels.targets import level_targets
from harnn.text.layers.expert_mixture import TINY, ExpertMixture
from harnn.text.prediction.level_outputs import LevelOutputs
from harnn.text.prediction.predictor import length_multiple
from harnn.training.forward import compiled_forward

if TYPE_CHECKING:
    from harnn.text.problem import Problem

__all__ = ["ENOUGH", "best_share", "expert_outputs", "set_share", "share_of", "tune_term_share"]

# With fewer validation documents the share stays as it is: they say too little.
ENOUGH = 50


def tune_term_share(model: Any, problem: Problem) -> None:
    """Give the linear scores of a trained network the share that validation documents speak for.

    A network that has learned much needs them less than one that has learned little. Nothing is
    done where the network has no such scores.

    Args:
        model: What ``problem.build`` returned, trained.
        problem: What it was trained on.
    """
    if not _mixtures(model) or len(problem.validation_words) < ENOUGH:
        return
    sizes = problem.decoder.level_sizes
    networks, scores = expert_outputs(model, problem.vocabulary, sizes, problem.validation_words)
    truth = level_targets(
        problem.documents.validation.model_targets(), problem.decoder.taxonomy, sizes, "sigmoid"
    )
    set_share(model, best_share(networks, scores, truth, problem.activation, share_of(model)))


def expert_outputs(
    model: Any,
    vocabulary: Vocabulary,
    level_sizes: tuple[int, ...],
    documents: Sequence[np.ndarray],
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return what the two that are mixed say of documents.

    Args:
        model: A network with linear scores.
        vocabulary: What its word ids are of.
        level_sizes: Outputs of each level.
        documents: Word ids, one array a document.

    Returns:
        The probabilities of the network and the logits of the linear scores, each
        ``(documents, outputs)`` a level.
    """
    experts = LevelOutputs(
        compiled_forward(
            keras.Model(model.input, [one for mixture in _mixtures(model) for one in mixture.input])
        ),
        vocabulary,
        tuple(size for size in level_sizes for _ in range(2)),
        multiple=length_multiple(),
    ).of_documents(documents)
    return experts[::2], experts[1::2]


def share_of(model: Any) -> float:
    """Return the share of a network's linear scores in what it says; 0 where it has none."""
    return next((mixture.get_share() for mixture in _mixtures(model)), 0.0)


def set_share(model: Any, share: float) -> None:
    """Mix another share of a network's linear scores into what it says."""
    for mixture in _mixtures(model):
        mixture.set_share(share)


def best_share(
    probabilities: list[np.ndarray],
    scores: list[np.ndarray],
    truth: list[np.ndarray],
    activation: str,
    otherwise: float,
) -> float:
    """Find the share of the scores at which all levels together have the least log-loss.

    Args:
        probabilities: What the network says of each level ``(documents, outputs)``.
        scores: What the linear scores say, logits of the same shapes.
        truth: Of the same shapes: 1 and 0, −1 where not known.
        activation: ``"softmax"`` or ``"sigmoid"``.
        otherwise: The share where no document tells.

    Returns:
        The share, from 0 to 1.

    Example:
        >>> network = np.array([[0.6, 0.4]] * 3 + [[0.4, 0.6]])  # unsure, and always right
        >>> truth = np.array([[1, 0]] * 3 + [[0, 1]])
        >>> linear = np.array([[1.0, -1.0]] * 4)  # sure, and right three times of four
        >>> round(best_share([network], [linear], [truth], "softmax", 0.5), 2)
        0.3
    """
    if not any((true == 1).any() for true in truth):
        return otherwise
    networks = [_logits(level.astype(np.float64), activation) for level in probabilities]

    def loss(share: float) -> float:
        total = 0.0
        for network, linear, true in zip(networks, scores, truth, strict=True):
            mixed = (1.0 - share) * network + share * linear
            if activation == "softmax":
                total -= log_softmax(mixed, axis=1)[true == 1].sum()
            else:
                total += (np.logaddexp(0.0, mixed) - mixed * true)[true >= 0].sum()
        return total

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded").x)


def _mixtures(model: Any) -> list[ExpertMixture]:
    """Return the layers that mix in linear scores: one a level, all with one share."""
    return [layer for layer in model.layers if isinstance(layer, ExpertMixture)]


def _logits(probabilities: np.ndarray, activation: str) -> np.ndarray:
    """Return what `ExpertMixture` mixes with the scores."""
    logits = np.log(np.maximum(probabilities, TINY))
    if activation == "sigmoid":
        logits -= np.log(np.maximum(1.0 - probabilities, TINY))
    return logits
