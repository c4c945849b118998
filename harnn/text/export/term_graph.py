"""The linear scores of `TermScores` as an ONNX graph that counts by sorting."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.text.export.onnx_graph import OnnxGraph
from harnn.text.layers.pair_table import PRIMES
from harnn.text.layers.term_scores import TINY

__all__ = ["TermGraph"]

# Of a slice that ends where its axis ends.
_END = np.iinfo(np.int64).max


class TermGraph:
    """Adds what a `TermScores` layer computes to a graph.

    The layer compares every word of a document with every other one. Here words and pairs share
    one row of term ids per document. The ids are sorted, a run of equal ids is one term, and its
    length is the count. The kernel is read once per term, not once per occurrence, and terms
    without scores are not read at all but for one of them.

    Args:
        graph: Where nodes are added.
        layer: The built layer.
        half: Whether the kernel is kept in half precision.
    """

    def __init__(self, graph: OnnxGraph, layer: Any, half: bool = False) -> None:
        self._graph = graph
        self._layer = layer
        self._half = half

    def __call__(self, tokens: str) -> str:
        """Return the scores ``(batch, outputs of all levels)``.

        Args:
            tokens: Word ids, int32 ``(batch, time)``.
        """
        graph, layer = self._graph, self._layer
        kernel, idf = np.asarray(layer.kernel), np.asarray(layer.idf)
        ids = [tokens]
        if layer.pairs:
            # The pairs follow the words; row 0 of the pairs stands for none, as padding does.
            kernel = np.concatenate([kernel, np.asarray(layer.pair_kernel)[1:]])
            idf = np.concatenate([idf, np.asarray(layer.pair_idf)[1:]])
            ids.append(self._pairs(tokens))
        # Padding and the unknown word.
        idf[:2] = 0
        terms, counts = self._counted(ids)
        occurs = graph("Max", counts, np.float32(1))
        weights = graph("Mul", graph("Add", graph("Log", occurs), np.float32(1)),
                        self._numbers(idf, "term_idf", terms))  # fmt: skip
        length = graph("Sqrt", graph("ReduceSumSquare", weights, axes=[1]))
        weights = graph("Div", weights, graph("Max", length, np.float32(TINY)))
        if self._half:
            kernel = kernel.astype(np.float16)
        rows = graph("Gather", graph.constant(kernel, "term_kernel"), terms)
        if self._half:
            rows = graph("Cast", rows, to=1)
        totals = graph("MatMul", graph("Unsqueeze", weights, [1]), rows)
        return graph("Add", graph("Squeeze", totals, [1]), np.asarray(layer.bias))

    def _counted(self, ids: list[str]) -> tuple[str, str]:
        """Return the different ids of each row, and how often each occurs.

        Args:
            ids: int32 ``(batch, places)`` each, no id in two of them but 0.

        Returns:
            The ids, int32, and their counts, float32, ``(batch, ids of the row that has most)``;
            where a row has fewer, the rest is id 0.
        """
        graph = self._graph
        ordered = [self._ordered(ids[0], graph("Shape", ids[0], start=1, end=2))]
        for one in ids[1:]:
            # Most places have no pair: as many are kept as the row has that has most.
            known = graph("Cast", graph("Greater", one, np.int32(0)), to=6)
            most = graph("ReduceMax", graph("ReduceSum", known, [1], keepdims=0), axes=[0])
            ordered.append(self._ordered(one, graph("Cast", graph("Max", most, np.int32(1)), to=7)))
        joined = graph("Concat", *ordered, axis=1) if len(ordered) > 1 else ordered[0]
        before = graph("Slice", joined, [0], [-1], [1])
        after = graph("Slice", joined, [1], [_END], [1])
        # The number of the run of equal ids in which each place stands.
        begins = graph("Cast", graph("Not", graph("Equal", before, after)), to=6)
        runs = graph("CumSum", graph("Pad", begins, [0, 1, 0, 0]), np.int32(1))
        most = graph("Add", graph("ReduceMax", runs, axes=[0, 1], keepdims=0), np.int32(1))
        most = graph("Unsqueeze", graph("Cast", most, to=7), [0])
        shape = graph("Concat", graph("Shape", joined, start=0, end=1), most, axis=0)
        nothing = graph("ConstantOfShape", shape)
        ones = graph("ConstantOfShape", graph("Shape", joined), value=np.array([1], np.float32))
        counts = graph("ScatterElements", nothing, runs, ones, axis=1, reduction="add")
        nothing = graph("ConstantOfShape", shape, value=np.array([0], np.int32))
        return graph("ScatterElements", nothing, runs, joined, axis=1), counts

    def _ordered(self, ids: str, count: str) -> str:
        """Return the highest ids of each row, ``count`` ``(1,)`` of them, in falling order."""
        return self._graph.several("TopK", ids, count, outputs=["", ""], axis=1)[0]

    def _numbers(self, values: np.ndarray, name: str, terms: str) -> str:
        """Return the number of each term.

        GatherElements reads single numbers faster than Gather does.
        """
        graph = self._graph
        flat = graph("Reshape", terms, [1, -1])
        found = graph("GatherElements", graph.constant(values[None], name), flat, axis=1)
        return graph("Reshape", found, graph("Shape", terms))

    def _pairs(self, tokens: str) -> str:
        """Return the id of the pair that begins with each word, 0 for none.

        Args:
            tokens: int32 ``(batch, time)``.

        Returns:
            int32 ``(batch, time + 1)``.
        """
        graph, layer = self._graph, self._layer
        slots = np.asarray(layer.pair_slots)
        words = np.asarray(layer.pair_words).astype(np.int64)
        size = np.int64(layer.vocabulary_size)
        # By slot, so that one look-up tells whether the pair is there. No pair begins with 0.
        keys = graph.constant((words[slots, 0] * size + words[slots, 1])[None], "pair_keys")
        numbers = np.where(slots > 0, slots + layer.vocabulary_size - 1, 0).astype(np.int32)
        held = graph.constant(numbers[None], "pair_ids")
        # One row of all documents, with a 0 behind each.
        ended = graph("Pad", tokens, [0, 0, 0, 1])
        first = graph("Reshape", ended, [1, -1])
        second = graph("Pad", graph("Slice", first, [1], [_END], [1]), [0, 0, 0, 1])
        sought = graph("Mul", graph("Cast", first, to=7), size)
        sought = graph("Add", sought, graph("Cast", second, to=7))
        found = []
        for (one, other), (few, many) in zip(
            ((first, second), (second, first)), PRIMES, strict=True
        ):
            place = graph("Mul", graph("Mod", one, np.int32(few)), np.int32(many))
            place = graph("Add", place, graph("Mod", other, np.int32(many)))
            place = graph("Mod", place, np.int32(len(slots)))
            there = graph("Equal", graph("GatherElements", keys, place, axis=1), sought)
            held_there = graph("GatherElements", held, place, axis=1)
            found.append(graph("Where", there, held_there, np.int32(0)))
        return graph("Reshape", graph("Max", *found), graph("Shape", ended))
