"""Integrated gradients: how much each word adds to what a network says of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harnn.quiet_keras import ops
from harnn.text.documents import pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.documents.vocabulary import PADDING, UNKNOWN
from harnn.text.explanation.backend_gradient import compiled, gradient
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.word_weights import TINY
from harnn.text.prediction.predictor import length_multiple

__all__ = ["Attributions", "IntegratedGradients"]

# Points of a path at a time, and words a batch: an LSTM's states of so many fit in the memory.
_POINTS = 64
_WORDS = 16_384


@dataclass(frozen=True)
class Attributions:
    """What integrated gradients say of one output for one document.

    Attributes:
        words: How much each word adds to the output ``(words,)``.
        value: The output for the document.
        baseline: The output for as many unknown words.
    """

    words: np.ndarray
    value: float
    baseline: float

    @property
    def gap(self) -> float:
        """By how much the words' sum misses ``value - baseline``: the error of the integral."""
        return float(self.words.sum(dtype=np.float64) - (self.value - self.baseline))


class IntegratedGradients:
    """Attributes the log-probability of an output to the words of a document.

    With the word vectors x_t, the vector u of the unknown word and F = log P::

        a_t = (x_t − u) · ∫₀¹ ∂F/∂x_t (u + s (x − u)) ds

    by the midpoint rule; where the network has linear scores of words besides, what a word adds to
    them goes the same way from zero. Then Σ_t a_t = F(x) − F(u) up to the error of the rule:
    ``exp`` of an attribution is the factor by which a word changes the probability. The logarithm
    keeps a gradient where a probability is close to zero, as it mostly is among many categories
    for most of the way.

    Args:
        network: The network.

    Attributes:
        network: The network.

    Source:
        Sundararajan, Taly, Yan: "Axiomatic attribution for deep networks", ICML 2017, equation 3.

    Example:
        >>> from harnn.text.network import build_network
        >>> from harnn.text.options import NetworkOptions
        >>> options = NetworkOptions(embedding_dim=8, recurrent_units=4)
        >>> network = ExplainedNetwork(build_network(options, 50, (2, 5), "softmax", seed=0))
        >>> found = IntegratedGradients(network)([np.array([4, 1, 2])], [3])[0]
        >>> found.words.shape, float(found.words[1]), abs(found.gap) < 1e-4
        ((3,), 0.0, True)
    """

    def __init__(self, network: ExplainedNetwork) -> None:
        self.network = network
        self._sum = compiled(self._summed, ("int32", 2), ("int32", 1), ("float32", 1))

    def __reduce__(self) -> tuple[Any, ...]:
        # A compiled function stays in its process.
        return IntegratedGradients, (self.network,)

    def __call__(
        self, documents: Sequence[np.ndarray], outputs: npt.ArrayLike, steps: int = 32
    ) -> list[Attributions]:
        """Attribute an output of each document.

        Args:
            documents: Word ids, one array a document; one may stand there several times.
            outputs: Which output of each, counted over all levels.
            steps: Points on the way from u to x.

        Returns:
            The attributions, in the order of the documents.
        """
        lengths = np.array([len(ids) for ids in documents], dtype=np.int64)
        chosen = np.asarray(outputs, dtype=np.int32)
        found: list[Attributions | None] = [None] * len(documents)
        shares = ((np.arange(steps) + 0.5) / steps).astype(np.float32)
        points = min(steps, _POINTS)
        size = max(1, _WORDS // (points * int(lengths.max(initial=1))))
        for rows in batches_by_length(lengths, size):
            tokens = pad([documents[row] for row in rows], length_multiple())
            sums = np.zeros(tokens.shape)
            for at in range(0, steps, points):
                part = self._sum(tokens, chosen[rows], shares[at : at + points])
                sums += ops.convert_to_numpy(part)
            sums /= steps
            values = self._log_probability(tokens, chosen[rows])
            baselines = self._log_probability(_unknown(tokens), chosen[rows])
            for k, row in enumerate(rows):
                words = sums[k, : lengths[row]]
                found[row] = Attributions(words, float(values[k]), float(baselines[k]))
        return [attributions for attributions in found if attributions is not None]

    def _log_probability(self, tokens: Any, outputs: np.ndarray) -> np.ndarray:
        probabilities = self.network.probability(tokens, outputs)
        return np.log(np.maximum(probabilities, TINY))

    def _summed(self, tokens: Any, outputs: Any, shares: Any) -> Any:
        """Return each word's attribution, summed over some points of the way ``(batch, time)``."""
        start, way = self._way(tokens)
        # The linear scores are zero for unknown words, and grow with the share of the way, too.
        contributions = self.network.contributions(tokens)
        totals = ops.sum(contributions, axis=1)
        count, (batch, time, size) = ops.shape(shares)[0], ops.shape(way)
        scale = ops.cast(ops.reshape(shares, (1, -1, 1, 1)), way.dtype)
        points = ops.expand_dims(start, 1) + scale * ops.expand_dims(way, 1)
        scores = ops.shape(totals)[1]
        on_the_way = ops.reshape(shares, (1, -1, 1)) * ops.expand_dims(totals, 1)
        of_vectors, of_totals = gradient(
            lambda at, *others: self.network.log_probability(*at, *others),
            [
                ops.reshape(points, (batch * count, time, size)),
                ops.reshape(on_the_way, (batch * count, scores)),
            ],
            ops.repeat(_lengths(tokens), count, axis=0),
            ops.repeat(outputs, count, axis=0),
        )
        of_vectors = ops.sum(ops.reshape(of_vectors, (batch, count, time, size)), axis=1)
        of_totals = ops.sum(ops.reshape(of_totals, (batch, count, 1, scores)), axis=1)
        of_words = ops.sum(of_vectors * way, axis=-1)
        # What the encoder does not read counts in the linear scores alone.
        beyond = ops.zeros_like(tokens[:, time:], dtype=of_words.dtype)
        return ops.concatenate([of_words, beyond], axis=1) + ops.sum(
            of_totals * contributions, axis=-1
        )

    def _way(self, tokens: Any) -> tuple[Any, Any]:
        """Return the unknown words' vectors and the way from them to the words'."""
        start = self.network.vectors(_unknown(tokens))
        return start, self.network.vectors(tokens) - start


def _unknown(tokens: Any) -> Any:
    """Return as many unknown words."""
    return ops.where(ops.equal(tokens, PADDING), PADDING, UNKNOWN)


def _lengths(tokens: Any) -> Any:
    return ops.sum(ops.cast(ops.not_equal(tokens, PADDING), "int32"), axis=1)
