"""HARNN as an ONNX graph made for inference, from the weights of the Keras layers.

A converter writes what the layers do, one by one. This graph computes the same with less work:

- A product of word vectors and weights has one value per word of the vocabulary. Such tables are
  written as products of constants, which onnxruntime computes once, when it loads the file: what
  is left of the attention, the scores and the matches with names is the part of the BiLSTM states.
- The BiLSTM is one operator that reads each document within its own length.
- The softmax over words is never divided word by word: sums of exponentials are divided.
- Linear scores are counted by sorting: see `TermGraph`.

Exports are compared with the classifier before they are kept, so that an error here is noticed.
"""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from harnn.cells import CoupledBidirectional, LSTMCell
from harnn.quiet_keras import keras
from harnn.runtime.onnx_classifier import WITHOUT_ATTENTION
from harnn.text import layers
from harnn.text.export.bilstm_graph import BiLSTMGraph
from harnn.text.export.onnx_graph import OnnxGraph
from harnn.text.export.term_graph import TermGraph
from harnn.text.layers import expert_mixture, name_matches

__all__ = ["has_network_graph", "write_network_graph"]

# exp() of a number up to this, summed over a document, stays within float32.
_SAFE_EXPONENT = 60.0
_MASKED = np.float32(-1e9)
# Below the exponential of any score.
_TINY = np.float32(1e-30)
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
        eight_bits: Whether tables of words are kept in half precision, and the kernel of the
            linear scores in eight bits.

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
        # Of each level the exponentials (batch, time, outputs) and their sum over the real words.
        self._raised: list[tuple[str, str]] = []

    def write(self, path: Path) -> list[str]:
        graph, own = self._graph, self._layers
        read = "tokens"
        if "first_words" in own:
            read = graph("Slice", read, [0], [own["first_words"].count], [1])
        self._read_document(read)
        self._words = self._products()
        matches = self._name_matches() if "names" in own else None
        features, local_logits = [], []
        weights = None
        for level in range(1, len(self._sizes) + 1):
            summary, scores, weigh = self._attend(level, weights)
            if matches is not None:
                scores = [*scores, matches[level - 1]]
            found, logits = self._predict(level, summary, scores)
            features.append(found)
            local_logits.append(logits)
            if f"dependency_{level}" in own:
                weights = weigh(self._activated(level, logits))
        logits = self._hybrid(features)
        if "logits_1" in own:
            logits = graph("Add", logits, graph("Concat", *local_logits, axis=1))
        mixed = "terms" in own
        levels = []
        for level, part in enumerate(self._parts(logits), start=1):
            alpha = float(own[f"level_{level}"].alpha)
            name = "" if mixed or alpha < 1 else f"level_{level}"
            probable = self._activated(level, part, name)
            if alpha < 1:
                local = self._activated(level, local_logits[level - 1])
                probable = graph(
                    "Add",
                    graph("Mul", local, np.float32(1 - alpha)),
                    graph("Mul", probable, np.float32(alpha)),
                    output="" if mixed else f"level_{level}",
                )
            levels.append(probable)
        if mixed:
            self._mix(levels)
        self._add_attention()
        outputs: dict[str, Any] = {
            f"level_{level}": ("batch", size) for level, size in enumerate(self._sizes, start=1)
        }
        for level, size in enumerate(self._sizes, start=1):
            outputs[f"attention_{level}"] = ("batch", size, "words")
        inputs = {"tokens": (np.int32, ("batch", "time")), WITHOUT_ATTENTION: (np.bool_, ())}
        graph.save(path, inputs, outputs)
        return graph.folded

    def _add_attention(self) -> None:
        """Add the outputs ``attention_1``, …, empty where they are not wanted."""
        given, left_out = OnnxGraph("given_"), OnnxGraph("left_out_")
        names, empty, outputs = [], [], []
        for level, size in enumerate(self._sizes, start=1):
            attention = self._attention(given, level)
            names.append(given("Transpose", attention, perm=[0, 2, 1]))
            empty.append(left_out("ConstantOfShape", [0, size, 0]))
            outputs.append(f"attention_{level}")
        unwanted = self._graph.constant(np.array(False), WITHOUT_ATTENTION)
        self._graph.choose(unwanted, (left_out, empty), (given, names), outputs)

    def _read_document(self, read: str) -> None:
        """Add the BiLSTM, the mask and the mean of the words."""
        graph, layer = self._graph, self._layers["document"]
        vectors = np.array(layer.embedding.embeddings)
        # Padding is zero whatever its row holds.
        vectors[0] = 0
        kept = np.float16 if self._eight_bits else np.float32
        self._vectors = graph.constant(vectors.astype(kept), "word_vectors")
        if self._eight_bits:
            self._vectors = graph("Cast", self._vectors, to=1)
        self._ids = read
        real = graph("Cast", graph("Greater", read, np.int32(0)), to=1)
        self._row_mask, self._column_mask = (graph("Unsqueeze", real, [axis]) for axis in (1, 2))
        count = graph("ReduceSum", real, [1], keepdims=1)
        lengths = graph("Cast", graph("Squeeze", count, [1]), to=6)
        self._beside = graph("Gather", self._vectors, read)
        bilstm = BiLSTMGraph(graph, layer.encoder, loop=not self._eight_bits)
        self._states = bilstm(self._vectors, read, self._beside, lengths, self._column_mask)
        total = self._summed(self._row_mask)
        self._mean = graph("Div", total, graph("Max", count, np.float32(1)))

    def _summed(self, weights: str) -> str:
        """Return the sum of the words V ``(batch, features)``, weighted ``(batch, 1, time)``."""
        graph = self._graph
        shortcut = self._layers["document"].shortcut
        parts = [self._states, self._beside] if shortcut else [self._states]
        sums = [graph("MatMul", weights, part) for part in parts]
        joined = graph("Concat", *sums, axis=2) if len(sums) > 1 else sums[0]
        return graph("Squeeze", joined, [1])

    def _products(self) -> dict[str, str]:
        """Return the products of the words V and the kernels of all levels, by the layer's name.

        All at once: ``(batch, time, columns)`` each.
        """
        graph, own = self._graph, self._layers
        units = 2 * own["document"].units
        kernels = {}
        for level in range(1, len(self._sizes) + 1):
            kernels[f"attention_{level}"] = np.asarray(own[f"attention_{level}"].word_kernel)
            if f"scores_{level}" in own:
                kernels[f"scores_{level}"] = np.asarray(own[f"scores_{level}"].kernel).T
        joined = np.concatenate(list(kernels.values()), axis=1)
        product = graph("MatMul", self._states, joined[:units])
        if own["document"].shortcut:
            product = graph("Add", product, self._table(joined[units:]))
        widths = [kernel.shape[1] for kernel in kernels.values()]
        if len(widths) == 1:
            return dict.fromkeys(kernels, product)
        parts = graph.several("Split", product, widths, outputs=[""] * len(widths), axis=2)
        return dict(zip(kernels, parts, strict=True))

    def _weighted(self, product: str, weights: str | None) -> str:
        """Return the product of words that have the weights ω ``(batch, time, 1)``."""
        return product if weights is None else self._graph("Mul", product, weights)

    def _table(self, kernel: np.ndarray) -> str:
        """Return the product of the word vectors and a kernel, read from a table of all words."""
        graph = self._graph
        table = graph("MatMul", self._vectors, kernel)
        if self._eight_bits:
            return graph("Cast", graph("Gather", graph("Cast", table, to=10), self._ids), to=1)
        return graph("Gather", table, self._ids)

    def _name_matches(self) -> list[str]:
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
        scores = graph("Mul", graph("Pow", least, np.float32(layer.sharpness)), scale)
        return self._parts(scores)

    def _attend(self, level: int, weights: str | None) -> tuple[str, list[str], Any]:
        """Add a level's attention.

        Args:
            level: Counted from 1.
            weights: ω of the level above ``(batch, time, 1)``, if there is one.

        Returns:
            The summary r ``(batch, features)``; the scores of the categories ``(batch, outputs)``,
            if they have some; and what makes ω ``(batch, time, 1)`` for the level below of this
            level's probabilities.
        """
        graph = self._graph
        layer = self._layers[f"attention_{level}"]
        size = self._sizes[level - 1]
        product = self._weighted(self._words[f"attention_{level}"], weights)
        projected = graph("Tanh", product)
        queries = np.asarray(layer.category_embeddings).T
        scores = graph("MatMul", projected, np.ascontiguousarray(queries))
        # tanh is between -1 and 1.
        if np.abs(queries).sum(axis=0).max() > _SAFE_EXPONENT:
            hidden = graph("Mul", graph("Sub", np.float32(1), self._column_mask), _MASKED)
            scores = graph("Add", scores, hidden)
            scores = graph("Sub", scores, graph("ReduceMax", scores, axes=[1]))
        raised = graph("Exp", scores)
        # Padding counts in no sum: its words V are zero, and the mask leaves it out of this one.
        # A document without a word has no sum to divide by.
        total = graph("Max", graph("MatMul", self._row_mask, raised), _TINY)
        self._raised.append((raised, total))
        shares = graph("Div", np.float32(1 / size), graph("Reshape", total, [0, size, 1]))
        mean = graph("MatMul", raised, shares)
        if weights is not None:
            mean = graph("Mul", mean, weights)
        summary = self._summed(graph("Reshape", mean, [0, 1, -1]))
        found = []
        if f"scores_{level}" in self._words:
            values = self._weighted(self._words[f"scores_{level}"], weights)
            weighed = graph("ReduceSum", graph("Mul", raised, values), [1], keepdims=1)
            found = [graph("Squeeze", graph("Div", weighed, total), [1])]

        def weigh(probabilities: str) -> str:
            return self._dependency(level, probabilities)

        return summary, found, weigh

    def _attention(self, graph: OnnxGraph, level: int) -> str:
        """Return the attention of a level ``(batch, time, outputs)``, added to any graph."""
        raised, total = self._raised[level - 1]
        return graph("Div", graph("Mul", raised, self._column_mask), total)

    def _dependency(self, level: int, probabilities: str) -> str:
        graph, size = self._graph, self._sizes[level - 1]
        kind = self._layers[f"dependency_{level}"].dependency
        if kind == "reference":
            attention = self._attention(graph, level)
            raised = graph(
                "Exp", graph("Mul", attention, graph("Unsqueeze", probabilities, [1]))
            )  # at most e
            raised = graph("Mul", raised, self._column_mask)
            shares = graph("Div", raised, graph("MatMul", self._row_mask, raised))
            return graph("ReduceMean", shares, axes=[2])
        raised, total = self._raised[level - 1]
        shares = graph(
            "Div",
            graph("Unsqueeze", probabilities, [2]),
            graph("Mul", graph("Reshape", total, [0, size, 1]), np.float32(size)),
        )
        weights = graph("Mul", graph("MatMul", raised, shares), self._column_mask)
        if kind == "paper":
            return weights
        count = graph("Max", graph("ReduceSum", self._column_mask, [1]), np.float32(1))
        mean = graph("Div", graph("ReduceSum", weights, [1]), count)
        nothing = graph("Equal", mean, np.float32(0))
        return graph("Div", weights, graph("Where", nothing, np.float32(1), mean))

    def _predict(self, level: int, summary: str, scores: list[str]) -> tuple[str, str]:
        """Return the features A_L and the logits of a level."""
        graph, layer = self._graph, self._layers[f"prediction_{level}"]
        features = self._dense(graph("Concat", self._mean, summary, axis=1), layer.features, "Relu")
        logits = self._dense(features, layer.logits)
        for one in scores:
            logits = graph("Add", logits, one)
        return features, logits

    def _hybrid(self, features: list[str]) -> str:
        """Return the global logits ``(batch, outputs of all levels)``."""
        graph, layer = self._graph, self._layers["hybrid"]
        joined = graph("Concat", *features, axis=1) if len(features) > 1 else features[0]
        hidden = self._dense(joined, layer.features, "Relu")
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
        probable = graph("Concat", *levels, axis=1) if count > 1 else levels[0]
        logits = graph("Log", graph("Max", probable, np.float32(expert_mixture.TINY)))
        if own["level_1"].activation == "sigmoid":
            rest = graph("Sub", np.float32(1), probable)
            odds = graph("Log", graph("Max", rest, np.float32(expert_mixture.TINY)))
            logits = graph("Sub", logits, odds)
        mixed = graph("Add", graph("Mul", logits, 1 - share), graph("Mul", scores, share))
        for level, part in enumerate(self._parts(mixed), start=1):
            self._activated(level, part, f"level_{level}")

    def _activated(self, level: int, logits: str, name: str = "") -> str:
        if self._layers[f"level_{level}"].activation == "sigmoid":
            return self._graph("Sigmoid", logits, output=name)
        return self._graph("Softmax", logits, axis=1, output=name)

    def _parts(self, joined: str) -> list[str]:
        """Return the columns ``(batch, outputs)`` of each level."""
        if len(self._sizes) == 1:
            return [joined]
        ends = list(accumulate(self._sizes))
        return [
            self._graph("Slice", joined, [end - size], [end], [1])
            for end, size in zip(ends, self._sizes, strict=True)
        ]
