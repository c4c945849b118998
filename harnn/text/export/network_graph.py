"""HARNN as an ONNX graph made for inference, from the weights of the Keras layers.

A converter writes what the layers do, one by one. This graph computes the same with less work:

- A product of word vectors and weights has one value per word of the vocabulary. Such tables are
  written as products of constants, which onnxruntime computes once, when it loads the file: what
  is left of the attention, the scores and the matches with names is the part of the BiLSTM states.
- The BiLSTM is one operator that reads each document within its own length.
- Levels that depend on no other one are computed together: see `AttentionGraph`.
- Linear scores are counted by sorting: see `TermGraph`.

Exports are compared with the classifier before they are kept, so that an error here is noticed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from harnn.cells import CoupledBidirectional, LSTMCell
from harnn.quiet_keras import keras
from harnn.runtime.onnx_classifier import WITHOUT_ATTENTION
from harnn.text import layers
from harnn.text.export.attention_graph import AttentionGraph, DocumentWords
from harnn.text.export.bilstm_graph import BiLSTMGraph
from harnn.text.export.onnx_graph import OnnxGraph
from harnn.text.export.term_graph import TermGraph
from harnn.text.layers import expert_mixture, name_matches

__all__ = ["has_network_graph", "write_network_graph"]

_UINT8_MAX = np.float32(255)
_LAYERS = (
    keras.layers.Add,
    keras.layers.InputLayer,
    layers.CategoryDependency,
    layers.CategoryPrediction,
    layers.CategoryScores,
    layers.DocumentRepresentation,
    layers.ExpertMixture,
    layers.FirstWords,
    layers.HybridPrediction,
    layers.LevelProbabilities,
    layers.NameMatches,
    layers.TermScores,
    layers.TextCategoryAttention,
)


def has_network_graph(model: Any) -> bool:
    """Return whether a network is one that ``build_network`` makes, with its usual encoder.

    Args:
        model: A ``keras.Model``.
    """
    own = {layer.name: layer for layer in model.layers}
    encoder = getattr(own.get("document"), "encoder", None)
    return (
        all(type(layer) in _LAYERS for layer in model.layers)
        and "hybrid" in own
        and type(encoder) is CoupledBidirectional
        and encoder.fusion is None
        and type(encoder.cell) is LSTMCell
        and not encoder.cell.layer_norm
    )


def write_network_graph(model: Any, path: Path, eight_bits: bool = False) -> list[str]:
    """Write a network as ONNX, for batches of any size and length.

    The input is ``tokens``, word ids int32 ``(batch, time)``, padded on the right with 0. The
    outputs are ``level_1``, ``level_2``, …, the probabilities ``(batch, outputs)``, and
    ``attention_1``, ``attention_2``, …, the attention ``(batch, outputs, time)``; these are empty
    where the boolean ``without_attention``, which need not be given, is true.

    Args:
        model: A network for which ``has_network_graph`` is true.
        path: The file.
        eight_bits: Whether the products will be of eight bits. Tables of words and pairs are kept
            in half precision, the matches with names in eight bits.

    Returns:
        The names of the nodes that are computed when the file is loaded.
    """
    return _NetworkGraph(model, eight_bits).write(path)


class _NetworkGraph:
    """The graph of one network."""

    def __init__(self, model: Any, eight_bits: bool) -> None:
        self._layers = {layer.name: layer for layer in model.layers}
        self._sizes = [int(level.shape[-1]) for level in model.output.values()]
        self._eight_bits = eight_bits
        self._graph = OnnxGraph()

    def write(self, path: Path) -> list[str]:
        graph, own = self._graph, self._layers
        read = "tokens"
        if "first_words" in own:
            read = graph("Slice", read, [0], [own["first_words"].count], [1])
        attention = AttentionGraph(
            graph, own, self._sizes, self._read_document(read), self._product
        )
        matches = self._name_matches() if "names" in own else None
        levels = list(range(1, len(self._sizes) + 1))
        # What no level above changes is computed for all levels at once.
        depends = any(f"dependency_{level}" in own for level in levels)
        features: list[str] = []
        local_logits: list[str] = []
        weights = None
        for group in [[level] for level in levels] if depends else [levels]:
            summaries, scores = attention.read(group, weights)
            predicted = [
                self._predict(level, summary)
                for level, summary in zip(group, summaries, strict=True)
            ]
            features += [found for found, _ in predicted]
            logits = self._joined([of_level for _, of_level in predicted])
            for more in (scores, matches and self._columns(matches, group)):
                logits = graph("Add", logits, more) if more else logits
            local_logits.append(logits)
            if f"dependency_{group[-1]}" in own:
                weights = attention.dependency(group[-1], self._activated(group[-1], logits))
        local = self._joined(local_logits)
        logits = self._hybrid(features)
        if "logits_1" in own:
            logits = graph("Add", logits, local)
        mixed = "terms" in own
        probable = [
            self._probabilities(level, logits, local, "" if mixed else f"level_{level}")
            for level in levels
        ]
        if mixed:
            self._mix(probable)
        attention.add_outputs(graph.constant(np.array(False), WITHOUT_ATTENTION))
        outputs: dict[str, Any] = {
            f"level_{level}": ("batch", size) for level, size in enumerate(self._sizes, start=1)
        }
        for level, size in enumerate(self._sizes, start=1):
            outputs[f"attention_{level}"] = ("batch", size, "words")
        inputs = {"tokens": (np.int32, ("batch", "time")), WITHOUT_ATTENTION: (np.bool_, ())}
        graph.save(path, inputs, outputs)
        return graph.folded

    def _read_document(self, read: str) -> DocumentWords:
        """Add the BiLSTM and the mean of the words."""
        graph, layer = self._graph, self._layers["document"]
        table = np.array(layer.embedding.embeddings)
        # Padding is zero whatever its row holds.
        table[0] = 0
        kept = np.float16 if self._eight_bits else np.float32
        self._vectors = graph.constant(table.astype(kept), "word_vectors")
        if self._eight_bits:
            self._vectors = graph("Cast", self._vectors, to=1)
        self._ids = read
        real = graph("Cast", graph("Greater", read, np.int32(0)), to=1)
        row, column = (graph("Unsqueeze", real, [axis]) for axis in (1, 2))
        count = graph("ReduceSum", real, [1], keepdims=1)
        lengths = graph("Cast", graph("Squeeze", count, [1]), to=6)
        vectors = graph("Gather", self._vectors, read)
        bilstm = BiLSTMGraph(graph, layer.encoder, loop=not self._eight_bits)
        self._states = bilstm(self._vectors, read, vectors, lengths, column)
        parts = (self._states, vectors) if layer.shortcut else (self._states,)
        words = DocumentWords(parts, row, column)
        total = graph("Squeeze", words.summed(graph, row), [1])
        self._mean = graph("Div", total, graph("Max", count, np.float32(1)))
        return words

    def _product(self, kernel: np.ndarray) -> str:
        """Return the product of the words V and a kernel ``(batch, time, columns)``."""
        graph, layer = self._graph, self._layers["document"]
        product = graph("MatMul", self._states, kernel[: 2 * layer.units])
        if layer.shortcut:
            product = graph("Add", product, self._table(kernel[2 * layer.units :]))
        return product

    def _table(self, kernel: np.ndarray) -> str:
        """Return the product of the word vectors and a kernel, read from a table of all words."""
        graph = self._graph
        table = graph("MatMul", self._vectors, kernel)
        if self._eight_bits:
            return graph("Cast", graph("Gather", graph("Cast", table, to=10), self._ids), to=1)
        return graph("Gather", table, self._ids)

    def _name_matches(self) -> str:
        """Return the scores of all levels by the categories' names: see `NameMatches`."""
        graph, layer = self._graph, self._layers["names"]
        squares = graph("ReduceSumSquare", self._vectors, axes=[1])
        lengths = graph("Sqrt", graph("Max", squares, np.float32(name_matches.TINY)))
        directions = graph("Div", self._vectors, lengths)
        cosines = graph("Relu", graph("MatMul", directions, np.asarray(layer.kernel).T))
        if self._eight_bits:
            cosines = graph("Cast", graph("Round", graph("Mul", cosines, _UINT8_MAX)), to=2)
        found = graph("Gather", cosines, self._ids)
        if self._eight_bits:
            # The largest of floats is found faster than that of whole numbers.
            found = graph("Cast", found, to=1)
        best = graph("ReduceMax", found, axes=[1], keepdims=0)
        if self._eight_bits:
            best = graph("Div", best, _UINT8_MAX)
        # By word: then a word is a row to be read, not a number of each document.
        best = graph("Transpose", graph("Pad", best, [0, 0, 0, 1]), perm=[1, 0])
        least = graph("Gather", best, np.ascontiguousarray(layer.words_of_outputs().T))
        least = graph("ReduceMin", least, axes=[0], keepdims=0)
        least = graph("Transpose", least, perm=[1, 0])
        scale = np.repeat(np.asarray(layer.scale), self._sizes).astype(np.float32)
        return graph("Mul", self._power(least, layer.sharpness), scale)

    def _power(self, values: str, exponent: int) -> str:
        """Return a power by squaring, which is faster than Pow."""
        if exponent == 1:
            return values
        half = self._power(values, exponent // 2)
        squared = self._graph("Mul", half, half)
        return self._graph("Mul", squared, values) if exponent % 2 else squared

    def _predict(self, level: int, summary: str) -> tuple[str, str]:
        """Return the features A_L and the logits of a level without the categories' scores."""
        layer = self._layers[f"prediction_{level}"]
        joined = self._graph("Concat", self._mean, summary, axis=1)
        features = self._dense(joined, layer.features, "Relu")
        return features, self._dense(features, layer.logits)

    def _hybrid(self, features: list[str]) -> str:
        """Return the global logits ``(batch, outputs of all levels)``."""
        graph, layer = self._graph, self._layers["hybrid"]
        hidden = self._dense(self._joined(features), layer.features, "Relu")
        for transform, gate in layer.highways:
            share = self._dense(hidden, gate, "Sigmoid")
            rest = graph("Mul", graph("Sub", np.float32(1), share), hidden)
            changed = graph("Mul", share, self._dense(hidden, transform, "Relu"))
            hidden = graph("Add", changed, rest)
        return self._dense(hidden, layer.logits)

    def _dense(self, inputs: str, layer: Any, activation: str = "") -> str:
        graph = self._graph
        product = graph("MatMul", inputs, np.asarray(layer.kernel))
        mapped = graph("Add", product, np.asarray(layer.bias))
        return graph(activation, mapped) if activation else mapped

    def _mix(self, levels: list[str]) -> None:
        """Mix the probabilities with the linear scores: see `ExpertMixture`."""
        graph, own, count = self._graph, self._layers, len(self._sizes)
        scores = TermGraph(graph, own["terms"], self._eight_bits)("tokens")
        mixtures = [own[f"level_{level}_mixed"] for level in range(1, count + 1)]
        share = np.repeat([one.get_share() for one in mixtures], self._sizes).astype(np.float32)
        probable = self._joined(levels)
        logits = graph("Log", graph("Max", probable, np.float32(expert_mixture.TINY)))
        if own["level_1"].activation == "sigmoid":
            rest = graph("Sub", np.float32(1), probable)
            odds = graph("Log", graph("Max", rest, np.float32(expert_mixture.TINY)))
            logits = graph("Sub", logits, odds)
        mixed = graph("Add", graph("Mul", logits, 1 - share), graph("Mul", scores, share))
        for level in range(1, count + 1):
            self._activated(level, self._columns(mixed, [level]), f"level_{level}")

    def _probabilities(self, level: int, logits: str, local: str, name: str) -> str:
        """Return the probabilities of a level: see `LevelProbabilities`.

        Args:
            level: Counted from 1.
            logits: The global ones of all levels.
            local: The local ones of all levels.
            name: Of the output, if it is one.
        """
        graph, alpha = self._graph, float(self._layers[f"level_{level}"].alpha)
        of_level = self._columns(logits, [level])
        if alpha == 1:
            return self._activated(level, of_level, name)
        shares = [
            graph("Mul", self._activated(level, part), np.float32(share))
            for part, share in ((self._columns(local, [level]), 1 - alpha), (of_level, alpha))
        ]
        return graph("Add", *shares, output=name)

    def _activated(self, level: int, logits: str, name: str = "") -> str:
        if self._layers[f"level_{level}"].activation == "sigmoid":
            return self._graph("Sigmoid", logits, output=name)
        return self._graph("Softmax", logits, axis=1, output=name)

    def _joined(self, parts: list[str]) -> str:
        """Return columns of several levels as one array."""
        return self._graph("Concat", *parts, axis=1) if len(parts) > 1 else parts[0]

    def _columns(self, joined: str, levels: list[int]) -> str:
        """Return the columns of some levels that follow one another ``(batch, outputs)``."""
        if len(levels) == len(self._sizes):
            return joined
        start, end = sum(self._sizes[: levels[0] - 1]), sum(self._sizes[: levels[-1]])
        return self._graph("Slice", joined, [start], [end], [1])
