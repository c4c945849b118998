"""How much each word of a document matters to one output of a Keras network, by each method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.explanation.word_weights import WordWeights, forward_weights
from harnn.text.prediction.predictor import length_multiple

__all__ = ["word_weights"]


def word_weights(
    gradients: IntegratedGradients,
    documents: Sequence[np.ndarray],
    targets: Sequence[tuple[int, int]],
    methods: Sequence[str],
    steps: int,
) -> list[WordWeights]:
    """Weigh the words of documents.

    Args:
        gradients: Of the network, which gives the attention too.
        documents: Word ids, one array a document.
        targets: Pairs of a document's number and an output's.
        methods: Some of `METHODS`.
        steps: Points at which gradients are taken.

    Returns:
        The weights, one a target.

    Raises:
        ConfigError: If the network has no attention a level and it is asked for.
    """
    network = gradients.network
    found = forward_weights(
        network.read, documents, targets, methods, length_multiple(), network.occlusion
    )
    if "gradients" not in methods:
        return found
    outputs = np.array([output for _, output in targets], dtype=np.int64)
    attributed = gradients([documents[row] for row, _ in targets], outputs, steps)
    return [
        replace(
            weights,
            methods={**weights.methods, "gradients": attributions.words},
            unknown_probability=float(np.exp(attributions.baseline)),
            gap=attributions.gap,
        )
        for weights, attributions in zip(found, attributed, strict=True)
    ]
