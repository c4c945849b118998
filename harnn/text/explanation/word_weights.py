"""How much each word of a document matters to one output of a network. Pure NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from harnn.errors import ConfigError, nearest
from harnn.text.documents import pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.explanation.occlusion import Occlusion

__all__ = ["METHODS", "TINY", "Read", "WordWeights", "check_methods", "forward_weights"]

METHODS = ("attention", "gradients", "occlusion")
# Of a logarithm's argument, as in decoding: float32 probabilities underflow to zero.
TINY = 1e-12
# A network as explanations read it: from word ids ``(documents, time)`` to the outputs of all
# levels ``(documents, outputs)`` and their attention ``(documents, outputs, time)``, None where
# the network has none.
Read = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]]

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


def forward_weights(
    read: Read,
    documents: Sequence[np.ndarray],
    targets: Sequence[tuple[int, int]],
    methods: Sequence[str],
    multiple: int = 1,
    occlusion: Occlusion | None = None,
) -> list[WordWeights]:
    """Weigh the words of documents by the methods that need no gradient.

    Args:
        read: The network.
        documents: Word ids, one array a document.
        targets: Pairs of a document's number and an output's.
        methods: Any; of others than ``"attention"`` and ``"occlusion"`` nothing is said.
        multiple: Padded lengths are rounded up to a multiple of this.
        occlusion: The network in its parts; read as a whole, once per word, if not given.

    Returns:
        The weights, one a target.

    Raises:
        ConfigError: If the network has no attention a level and it is asked for.
    """
    occlude = occlusion or Occlusion(lambda tokens: read(tokens)[0])
    rows = np.array([row for row, _ in targets], dtype=np.int64)
    outputs = np.array([output for _, output in targets], dtype=np.int64)
    probabilities = np.empty(len(targets))
    weights: list[dict[str, np.ndarray]] = [{} for _ in targets]
    lengths = np.array([len(ids) for ids in documents], dtype=np.int64)
    for batch in batches_by_length(lengths, _BATCH):
        found, attention = read(pad([documents[row] for row in batch], multiple))
        if "attention" in methods and attention is None:
            raise ConfigError(
                "the network has no attention of its own on each level: another of the methods "
                f"{_listed(METHODS[1:])} is needed"
            )
        for place, row in enumerate(batch):
            for target in np.flatnonzero(rows == row):
                probabilities[target] = found[place, outputs[target]]
                if "attention" in methods and attention is not None:
                    attended = attention[place, outputs[target], : lengths[row]]
                    # What the encoder does not read has none.
                    beyond = lengths[row] - len(attended)
                    weights[target]["attention"] = np.pad(attended, (0, beyond))
    if "occlusion" in methods:
        for row in np.unique(rows):
            asked = np.flatnonzero(rows == row)
            without = occlude(documents[row], multiple)[:, outputs[asked]]
            lost = np.log(np.maximum(without, TINY))
            whole = np.log(np.maximum(probabilities[asked], TINY))
            for target, weight in zip(asked, (whole - lost).T, strict=True):
                weights[target]["occlusion"] = weight
    return [WordWeights(w, float(p)) for w, p in zip(weights, probabilities, strict=True)]


def check_methods(
    methods: Sequence[str], steps: int = 1, known: Sequence[str] = METHODS
) -> tuple[str, ...]:
    """Refuse a method that there is not, and a number of steps that is none.

    Args:
        methods: What the user asked for.
        steps: How many points he wants gradients at.
        known: The methods that there are.

    Returns:
        The methods.

    Raises:
        ConfigError: If a method is unknown or stands there twice, there is none, or ``steps`` is
            no whole number of at least one.

    Example:
        >>> check_methods(["gradient"], 32)
        Traceback (most recent call last):
        ...
        harnn.errors.ConfigError: methods: there is no 'gradient', only attention, gradients and \
occlusion; did you mean 'gradients'?
    """
    if isinstance(methods, str):
        raise ConfigError(f"methods must be a sequence such as ({methods!r},), not a string")
    for method in methods:
        if method not in known:
            raise ConfigError(
                f"methods: there is no {method!r}, only {_listed(known)}"
                f"{nearest(str(method), known)}"
            )
    if not methods or len(set(methods)) != len(methods):
        raise ConfigError(
            f"methods must name one or several of {', '.join(known)}, each once, "
            f"not {list(methods)}"
        )
    if not isinstance(steps, int | np.integer) or isinstance(steps, bool) or steps < 1:
        raise ConfigError(f"steps must be a whole number of at least 1, not {steps!r}")
    return tuple(methods)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
