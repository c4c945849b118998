"""A bidirectional LSTM as an ONNX graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.text.export.onnx_graph import OnnxGraph

__all__ = ["BiLSTMGraph"]

# From this many documents on, the loop is faster than the operator LSTM of onnxruntime.
_LOOP_FROM = 8


class BiLSTMGraph:
    """Adds what a `CoupledBidirectional` layer of two LSTM cells computes to a graph.

    Small batches are read by ONNX's operator LSTM. For larger ones the input's part of the gates is
    read from a table with a row per word and direction, and a loop runs both directions at once:
    per word that is a third of the products. The table is a product of constants, which
    onnxruntime computes when it loads the file.

    Args:
        graph: Where nodes are added.
        layer: The built layer.
        loop: Whether there is a loop for larger batches, at the price of the table.
    """

    def __init__(self, graph: OnnxGraph, layer: Any, loop: bool) -> None:
        self._graph = graph
        self._cells = [layer.forward.cell, layer.backward.cell]
        self._units = int(layer.cell.units)
        self._loop = loop

    def __call__(self, table: str, tokens: str, vectors: str, lengths: str, mask: str) -> str:
        """Return the states of both directions ``(batch, time, 2 * units)``, zero on padding.

        Args:
            table: The vectors of all words, a constant ``(words, dims)``.
            tokens: Word ids, int32 ``(batch, time)``.
            vectors: Those of the documents' words ``(batch, time, dims)``.
            lengths: Words of each document, int32 ``(batch,)``.
            mask: 1 for the real words ``(batch, time, 1)``, 0 for padding.
        """
        graph = self._graph
        if not self._loop:
            return self._by_operator(graph, vectors, lengths)
        gates = [
            graph("Add", graph("MatMul", table, _by_gate(cell.kernel, "ifoc")),
                  _by_gate(cell.bias, "ifoc"))
            for cell in self._cells
        ]  # fmt: skip
        rows = graph("Concat", *gates, axis=0)
        words = graph("Shape", table, start=0, end=1)
        count = graph("Squeeze", graph("Shape", tokens, start=0, end=1), [0])
        many = graph("GreaterOrEqual", count, np.int64(_LOOP_FROM))
        loop, operator = OnnxGraph("loop_"), OnnxGraph("operator_")
        then = self._by_loop(loop, rows, graph("Cast", words, to=6), tokens, lengths, mask)
        otherwise = self._by_operator(operator, vectors, lengths)
        return graph.choose(many, (loop, [then]), (operator, [otherwise]), [""])[0]

    def _by_operator(self, graph: OnnxGraph, vectors: str, lengths: str) -> str:
        cells, units = self._cells, self._units
        states = graph(
            "LSTM",
            graph("Transpose", vectors, perm=[1, 0, 2]),
            np.stack([_by_gate(cell.kernel, "iofc").T for cell in cells]),
            np.stack([_by_gate(cell.recurrent_kernel, "iofc").T for cell in cells]),
            # A bias for each of the two products; Keras has one for both.
            np.stack([np.pad(_by_gate(cell.bias, "iofc"), (0, 4 * units)) for cell in cells]),
            lengths,
            direction="bidirectional",
            hidden_size=units,
        )
        # From (time, directions, batch, units).
        return graph("Reshape", graph("Transpose", states, perm=[2, 0, 1, 3]), [0, 0, 2 * units])

    def _by_loop(
        self, graph: OnnxGraph, rows: str, words: str, tokens: str, lengths: str, mask: str
    ) -> str:
        """Run both directions at once, as twice as many documents, the second half reversed."""
        units = self._units
        ends = graph("Cast", lengths, to=7)
        backward = graph("ReverseSequence", tokens, ends, batch_axis=0, time_axis=1)
        both = graph("Concat", tokens, graph("Add", backward, words), axis=0)
        gates = graph("Gather", rows, graph("Transpose", both, perm=[1, 0]))
        shape = graph("Concat", graph("Shape", both, start=0, end=1), [units], axis=0)
        start = graph("ConstantOfShape", shape)
        step, inputs, outputs = self._step()
        states = graph.scan(step, inputs, outputs, [start, start], gates)
        batch = graph("Shape", tokens, start=0, end=1)
        forward = graph("Slice", states, [0], batch, [1])
        backward = graph("Slice", states, batch, [np.iinfo(np.int64).max], [1])
        backward = graph("ReverseSequence", backward, ends, batch_axis=1, time_axis=0)
        joined = graph("Transpose", graph("Concat", forward, backward, axis=2), perm=[1, 0, 2])
        return graph("Mul", joined, mask)

    def _step(self) -> tuple[OnnxGraph, list[str], list[str]]:
        """Return the graph of one step of both directions, and its inputs and outputs."""
        graph, units = OnnxGraph("step_"), self._units
        inputs = ["hidden", "memory", "gates"]
        halves = graph.several("Split", "hidden", outputs=["", ""], axis=0)
        products = [
            graph("MatMul", half, _by_gate(cell.recurrent_kernel, "ifoc"))
            for half, cell in zip(halves, self._cells, strict=True)
        ]
        mapped = graph("Add", graph("Concat", *products, axis=0), "gates")
        opened, new = graph.several("Split", mapped, [3 * units, units], outputs=["", ""], axis=1)
        i, f, o = graph.several("Split", graph("Sigmoid", opened), outputs=["", "", ""], axis=1)
        kept = graph("Mul", f, "memory")
        memory = graph("Add", kept, graph("Mul", i, graph("Tanh", new)))
        hidden = graph("Mul", o, graph("Tanh", memory))
        # No tensor may be two outputs.
        return graph, inputs, [hidden, memory, graph("Identity", hidden)]


def _by_gate(weights: Any, order: str) -> np.ndarray:
    """Return the columns of an LSTM in another order of the gates than Keras', i, f, c, o."""
    parts = dict(zip("ifco", np.split(np.asarray(weights), 4, axis=-1), strict=True))
    return np.concatenate([parts[gate] for gate in order], axis=-1)
