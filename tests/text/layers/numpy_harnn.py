"""The equations of HARNN (Huang et al., CIKM 2019), one document and one word at a time.

Everything is float64 and as slow and as plain as the equations: no batch, no padding, no mask.
The only thing shared with the Keras layers is the names of the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Level:
    """What one level computes for a document of N words.

    Attributes:
        attention: A ``(categories, N)``.
        summaries: M ``(categories, features)``, one summary a category.
        summary: r ``(features,)``.
        features: A_L ``(units,)``.
        local_logits: ``(categories,)``.
        local_probabilities: P_L ``(categories,)``.
        word_weights: ω ``(N,)``; ``None`` without dependency.
        global_logits: ``(categories,)``.
        probabilities: P ``(categories,)``.
    """

    attention: Array
    summaries: Array
    summary: Array
    features: Array
    local_logits: Array
    local_probabilities: Array
    word_weights: Array | None
    global_logits: Array
    probabilities: Array


@dataclass(frozen=True)
class Document:
    """What the network computes for a document: V ``(N, features)``, its mean Ṽ, the levels."""

    words: Array
    mean: Array
    levels: list[Level]


class NumpyHARNN:
    """HARNN with given weights.

    Args:
        weights: By the path of the Keras variable, ``"prediction_1/logits/kernel"``.
        level_sizes: Number of categories of each level.
        activation: ``"softmax"`` or ``"sigmoid"``.
        dependency: ``"none"``, ``"paper"``, ``"reference"`` or ``"scaled"``.
        highway_layers: Highway layers of the hybrid prediction.
        alpha: Share of the global prediction.
        path_softmax: Whether local and global logits are added up.
    """

    def __init__(
        self,
        weights: dict[str, Array],
        level_sizes: tuple[int, ...],
        activation: str,
        dependency: str,
        highway_layers: int = 0,
        alpha: float = 0.5,
        path_softmax: bool = False,
    ) -> None:
        self.weights = {path: value.astype(np.float64) for path, value in weights.items()}
        self.level_sizes = level_sizes
        self.activation = {"softmax": softmax, "sigmoid": sigmoid}[activation]
        self.dependency = dependency
        self.highway_layers = highway_layers
        self.alpha = alpha
        self.path_softmax = path_softmax

    def __call__(self, tokens: Any) -> Document:
        """Read the word ids of one document, without padding."""
        words = self._bilstm([self.weights["document/embedding/embeddings"][t] for t in tokens])
        # A document without a word: nothing was read, and the mean of nothing is taken as zero.
        mean = sum(words, np.zeros(words.shape[1])) / max(len(words), 1)
        found = []
        word_weights = None
        for number in range(1, len(self.level_sizes) + 1):
            attended = words if word_weights is None else word_weights[:, None] * words
            attention, summaries, summary = self._attend(number, attended)
            prediction = self._dense(
                f"prediction_{number}/features", np.concatenate([mean, summary])
            )
            features = np.maximum(prediction, 0)
            logits = self._dense(f"prediction_{number}/logits", features)
            if f"scores_{number}/kernel" in self.weights:
                kernel = self.weights[f"scores_{number}/kernel"]
                own = [w @ m for w, m in zip(kernel, summaries, strict=True)]
                logits = logits + np.array(own)
            probabilities = self.activation(logits)
            word_weights = depend(self.dependency, attention, probabilities)
            found.append(
                (attention, summaries, summary, features, logits, probabilities, word_weights)
            )
        global_logits = self._hybrid([level[3] for level in found])
        levels = [
            Level(
                *level,
                logits,
                self.activation(level[4] + logits)
                if self.path_softmax
                else (1 - self.alpha) * level[5] + self.alpha * self.activation(logits),
            )
            for level, logits in zip(found, global_logits, strict=True)
        ]
        return Document(words, mean, levels)

    def _bilstm(self, vectors: list[Array]) -> Array:
        forward = self._lstm("document/bilstm/forward/loop/lstm", vectors)
        backward = self._lstm("document/bilstm/backward/loop/lstm_backward", vectors[::-1])[::-1]
        pairs = [np.concatenate(pair) for pair in zip(forward, backward, strict=True)]
        units = self.weights["document/bilstm/forward/loop/lstm/recurrent_kernel"].shape[0]
        return np.array(pairs).reshape(len(vectors), 2 * units)

    def _lstm(self, path: str, vectors: list[Array]) -> list[Array]:
        return lstm(
            vectors,
            self.weights[f"{path}/kernel"],
            self.weights[f"{path}/recurrent_kernel"],
            self.weights[f"{path}/bias"],
        )

    def _attend(self, number: int, words: Array) -> tuple[Array, Array, Array]:
        kernel = self.weights[f"attention_{number}/word_kernel"]
        embeddings = self.weights[f"attention_{number}/category_embeddings"]
        projected = np.tanh(kernel.T @ words.T)  # O (units, N)
        attention = np.array([softmax(category @ projected) for category in embeddings])
        summaries = attention @ words
        return attention, summaries, summaries.mean(axis=0)

    def _hybrid(self, features: list[Array]) -> list[Array]:
        hidden = np.maximum(self._dense("hybrid/features", np.concatenate(features)), 0)
        for k in range(1, self.highway_layers + 1):
            gate = sigmoid(self._dense(f"hybrid/highway_gate_{k}", hidden))
            transformed = np.maximum(self._dense(f"hybrid/highway_{k}", hidden), 0)
            hidden = gate * transformed + (1 - gate) * hidden
        logits = list(self._dense("hybrid/logits", hidden))
        return [np.array([logits.pop(0) for _ in range(size)]) for size in self.level_sizes]

    def _dense(self, path: str, inputs: Array) -> Array:
        return self.weights[f"{path}/kernel"].T @ inputs + self.weights[f"{path}/bias"]


def lstm(vectors: list[Array], kernel: Array, recurrent_kernel: Array, bias: Array) -> list[Array]:
    """Return h_1 … h_N of an LSTM with gates in the order i, f, c, o."""
    units = len(bias) // 4
    hidden = memory = np.zeros(units)
    outputs = []
    for x in vectors:
        gates = kernel.T @ x + recurrent_kernel.T @ hidden + bias
        i, f, candidate, o = gates.reshape(4, units)
        memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(candidate)
        hidden = sigmoid(o) * np.tanh(memory)
        outputs.append(hidden)
    return outputs


def depend(dependency: str, attention: Array, probabilities: Array) -> Array | None:
    """Return ω of a level, the weights ``(N,)`` of the words for the next one."""
    weighed = probabilities[:, None] * attention
    if dependency == "none":
        return None
    if dependency == "paper":
        return weighed.mean(axis=0)
    if dependency == "reference":
        return np.array([softmax(row) for row in weighed]).mean(axis=0)
    weights = weighed.mean(axis=0)
    return weights / weights.mean() if len(weights) else weights


def softmax(x: Array) -> Array:
    """Return e^x / Σ e^x."""
    powers = np.exp(x - x.max(initial=-np.inf))
    return powers / powers.sum()


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + e^−x)."""
    return 1 / (1 + np.exp(-x))
