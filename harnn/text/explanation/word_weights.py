"""How much each word of a document matters to one output of a network, by each method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harnn.errors import ConfigError, nearest
from harnn.text.batches import batches_by_length
from harnn.text.documents import pad
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.predictor import length_multiple

__all__ = ["METHODS", "WordWeights", "check_methods", "word_weights"]

METHODS = ("attention", "gradients")

# Documents a batch: their attention has a number an output and word.
_BATCH = 64


@dataclass(frozen=True)
class WordWeights:
    """What the methods say of one output for one document.

    Attributes:
        methods: By method, a weight a word read.
        probability: The output.
        unknown_probability: The output for as many unknown words; None without gradients.
        gap: By how much the gradients' sum misses the difference of the two logarithms; None
            without gradients.
    """

    methods: dict[str, np.ndarray]
    probability: float
    unknown_probability: float | None = None
    gap: float | None = None


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
    if "attention" in methods and not network.attends:
        raise ConfigError(
            'the network has no attention of its own on each level: methods=("gradients",)'
        )
    rows = np.array([row for row, _ in targets], dtype=np.int64)
    outputs = np.array([output for _, output in targets], dtype=np.int64)
    probabilities = np.empty(len(targets))
    weights: list[dict[str, np.ndarray]] = [{} for _ in targets]
    lengths = np.array([len(ids) for ids in documents], dtype=np.int64)
    for batch in batches_by_length(lengths, _BATCH):
        found, attention = network.read(pad([documents[row] for row in batch], length_multiple()))
        for place, row in enumerate(batch):
            for target in np.flatnonzero(rows == row):
                probabilities[target] = found[place, outputs[target]]
                if "attention" in methods and attention is not None:
                    attended = attention[place, outputs[target], : lengths[row]]
                    weights[target]["attention"] = attended
    if "gradients" not in methods:
        return [WordWeights(w, float(p)) for w, p in zip(weights, probabilities, strict=True)]
    attributed = gradients([documents[row] for row in rows], outputs, steps)
    for weight, attributions in zip(weights, attributed, strict=True):
        weight["gradients"] = attributions.words
    return [
        WordWeights(
            # In the order asked for.
            {method: weight[method] for method in methods},
            float(probability),
            float(np.exp(attributions.baseline)),
            attributions.gap,
        )
        for weight, probability, attributions in zip(
            weights, probabilities, attributed, strict=True
        )
    ]


def check_methods(methods: Sequence[str], steps: int) -> tuple[str, ...]:
    """Refuse a method that there is not, and a number of steps that is none.

    Args:
        methods: What the user asked for.
        steps: How many points he wants gradients at.

    Returns:
        The methods.

    Raises:
        ConfigError: If a method is unknown or stands there twice, there is none, or ``steps`` is
            no whole number of at least one.

    Example:
        >>> check_methods(["gradient"], 32)
        Traceback (most recent call last):
        ...
        harnn.errors.ConfigError: methods: there is no 'gradient', only attention and gradients; \
did you mean 'gradients'?
    """
    if isinstance(methods, str):
        raise ConfigError(f"methods must be a sequence such as ({methods!r},), not a string")
    for method in methods:
        if method not in METHODS:
            raise ConfigError(
                f"methods: there is no {method!r}, only {' and '.join(METHODS)}"
                f"{nearest(str(method), METHODS)}"
            )
    if not methods or len(set(methods)) != len(methods):
        raise ConfigError(
            f"methods must name one or several of {', '.join(METHODS)}, each once, "
            f"not {list(methods)}"
        )
    if not isinstance(steps, int | np.integer) or isinstance(steps, bool) or steps < 1:
        raise ConfigError(f"steps must be a whole number of at least 1, not {steps!r}")
    return tuple(methods)
