"""The attention of HARNN's levels as an ONNX graph, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from harnn.text.export.onnx_graph import OnnxGraph

__all__ = ["AttentionGraph", "DocumentWords"]

# exp() of a number up to this, summed over a document, stays within float32.
_SAFE_EXPONENT = 60.0
_MASKED = np.float32(-1e9)
# Below the exponential of any score.
_TINY = np.float32(1e-30)


class DocumentWords(NamedTuple):
    """The words V of documents, zero on padding.

    Attributes:
        parts: The parts of V ``(batch, time, features)``: states, and vectors if they are features.
        row: The mask of the real words ``(batch, 1, time)``.
        column: ″ ``(batch, time, 1)``.
    """

    parts: tuple[str, ...]
    row: str
    column: str

    def summed(self, graph: OnnxGraph, weights: str) -> str:
        """Return sums of V ``(batch, sums, features)``, weighted ``(batch, sums, time)``."""
        sums = [graph("MatMul", weights, part) for part in self.parts]
        return graph("Concat", *sums, axis=2) if len(sums) > 1 else sums[0]


class AttentionGraph:
    """Adds attention, summaries, category scores and dependencies of levels to a graph.

    The softmax over words is never divided word by word: sums of exponentials are divided by the
    sum of all. Padding counts in none of them, as its words V are zero, but for the sum of all,
    which the mask leaves it out of.

    Args:
        graph: Where nodes are added.
        layers: Those of the network, by name.
        sizes: Outputs of each level.
        words: The documents' words.
        product: From a kernel ``(features, columns)`` to the product with the words V.
    """

    def __init__(
        self,
        graph: OnnxGraph,
        layers: dict[str, Any],
        sizes: Sequence[int],
        words: DocumentWords,
        product: Callable[[np.ndarray], str],
    ) -> None:
        self._graph = graph
        self._layers = layers
        self._sizes = sizes
        self._words = words
        self._product = product
        # Of each group of levels the exponentials (batch, time, outputs), and their sum over the
        # real words (batch, 1, outputs).
        self._groups: list[tuple[Sequence[int], str, str]] = []

    def read(self, levels: Sequence[int], weights: str | None) -> tuple[list[str], str | None]:
        """Add the attention of some levels at once.

        Args:
            levels: Counted from 1; several only where no level depends on another one.
            weights: ω of the level above ``(batch, time, 1)``, if there is one.

        Returns:
            The summary r of each level ``(batch, features)``, and the scores of the categories of
            all ``(batch, outputs)``, None if they have none.
        """
        graph, sizes = self._graph, [self._sizes[level - 1] for level in levels]
        attentions = [self._layers[f"attention_{level}"] for level in levels]
        scorers = [self._layers[f"scores_{level}"] for level in levels
                   if f"scores_{level}" in self._layers]  # fmt: skip
        kernels = [np.asarray(layer.word_kernel) for layer in attentions]
        widths = [kernel.shape[1] for kernel in kernels]
        if scorers:
            kernels += [np.asarray(layer.kernel).T for layer in scorers]
            widths.append(sum(sizes))
        product = self._product(np.concatenate(kernels, axis=1))
        if weights is not None:
            product = graph("Mul", product, weights)
        parts = [product]
        if len(widths) > 1:
            parts = graph.several("Split", product, widths, outputs=[""] * len(widths), axis=2)
        queries = [np.asarray(layer.category_embeddings).T for layer in attentions]
        raised = self._raised(parts[: len(levels)], queries)
        total = graph("Max", graph("MatMul", self._words.row, raised), _TINY)
        self._groups.append((levels, raised, total))
        # The mean of the attention over the categories of each level.
        members = np.repeat(np.eye(len(levels), dtype=np.float32), sizes, axis=1)
        members /= np.array(sizes, np.float32)[:, None]
        means = graph(
            "MatMul", graph("Div", members, total), graph("Transpose", raised, perm=[0, 2, 1])
        )
        if weights is not None:
            means = graph("Mul", means, graph("Transpose", weights, perm=[0, 2, 1]))
        summed = self._words.summed(graph, means)
        summaries = [summed]
        if len(levels) > 1:
            summaries = graph.several("Split", summed, outputs=[""] * len(levels), axis=1)
        summaries = [graph("Squeeze", summary, [1]) for summary in summaries]
        if not scorers:
            return summaries, None
        # Of one document, a product is many times faster than ReduceSum.
        weighed = graph("MatMul", self._words.row, graph("Mul", raised, parts[-1]))
        return summaries, graph("Squeeze", graph("Div", weighed, total), [1])

    def _raised(self, products: list[str], queries: list[np.ndarray]) -> str:
        """Return the exponentials of the attention's scores ``(batch, time, outputs)``."""
        graph = self._graph
        found = [
            graph("MatMul", graph("Tanh", product), np.ascontiguousarray(query))
            for product, query in zip(products, queries, strict=True)
        ]
        scores = graph("Concat", *found, axis=2) if len(found) > 1 else found[0]
        # tanh is between -1 and 1.
        if max(np.abs(query).sum(axis=0).max() for query in queries) > _SAFE_EXPONENT:
            hidden = graph("Mul", graph("Sub", np.float32(1), self._words.column), _MASKED)
            scores = graph("Add", scores, hidden)
            scores = graph("Sub", scores, graph("ReduceMax", scores, axes=[1]))
        return graph("Exp", scores)

    def dependency(self, level: int, probabilities: str) -> str:
        """Return ω ``(batch, time, 1)`` for the level below: see `CategoryDependency`.

        Args:
            level: A level that was read by itself, the last one.
            probabilities: P_L ``(batch, outputs)``.
        """
        graph, words = self._graph, self._words
        size = self._sizes[level - 1]
        _, raised, total = self._groups[-1]
        kind = self._layers[f"dependency_{level}"].dependency
        row = graph("Unsqueeze", probabilities, [1])
        if kind == "reference":
            attention = graph("Div", graph("Mul", raised, words.column), total)
            # At most e.
            again = graph("Mul", graph("Exp", graph("Mul", attention, row)), words.column)
            sums = graph("Max", graph("MatMul", words.row, again), _TINY)
            return graph("ReduceMean", graph("Div", again, sums), axes=[2])
        shares = graph("Div", row, graph("Mul", total, np.float32(size)))
        weights = graph("MatMul", raised, graph("Transpose", shares, perm=[0, 2, 1]))
        weights = graph("Mul", weights, words.column)
        if kind == "paper":
            return weights
        count = graph("Max", graph("ReduceSum", words.column, [1]), np.float32(1))
        mean = graph("Div", graph("ReduceSum", weights, [1]), count)
        nothing = graph("Equal", mean, np.float32(0))
        return graph("Div", weights, graph("Where", nothing, np.float32(1), mean))

    def add_outputs(self, left_out: str) -> None:
        """Add the outputs ``attention_1``, …, ``(batch, outputs, time)``.

        Args:
            left_out: The name of a boolean: whether they are left empty.
        """
        given, empty = OnnxGraph("given_"), OnnxGraph("left_out_")
        found: list[str] = []
        for levels, raised, total in self._groups:
            attention = given("Div", given("Mul", raised, self._words.column), total)
            attention = given("Transpose", attention, perm=[0, 2, 1])
            if len(levels) == 1:
                found.append(attention)
                continue
            sizes = [self._sizes[level - 1] for level in levels]
            found += given.several("Split", attention, sizes, outputs=[""] * len(sizes), axis=1)
        nothing = [empty("ConstantOfShape", [0, size, 0]) for size in self._sizes]
        names = [f"attention_{level}" for level in range(1, len(self._sizes) + 1)]
        self._graph.choose(left_out, (empty, nothing), (given, found), names)
