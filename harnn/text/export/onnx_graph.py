"""A list of ONNX nodes and constants that grows into a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

__all__ = ["OnnxGraph"]

# Read by onnxruntime 1.12 and later.
_OPSET, _IR_VERSION = 17, 8
# Larger constants are not compared with one another.
_SMALL = 16


class OnnxGraph:
    """Collects the nodes and the constants of an ONNX graph.

    Args:
        prefix: Of the names that are made up. A graph inside another one sees the names of that
            one, so that its own must differ.

    Attributes:
        folded: The names of the nodes that read nothing but constants. onnxruntime computes them
            once, when it loads the file.

    Example:
        >>> graph = OnnxGraph()
        >>> graph("Mul", "numbers", np.float32(2), output="doubled")
        'doubled'
        >>> graph.folded
        []
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._nodes: list[Any] = []
        self._constants: dict[str, np.ndarray] = {}
        # What is known when the file is loaded: constants, and what follows from them alone.
        self._known: set[str] = set()
        self.folded: list[str] = []

    def constant(self, values: Any, name: str = "") -> str:
        """Add a constant and return its name.

        Args:
            values: An array. Small equal constants without a name are stored once.
            name: Of the constant; made up if not given.
        """
        array = np.asarray(values)
        if not name and array.size <= _SMALL:
            for known, other in self._constants.items():
                if other.dtype == array.dtype and np.array_equal(other, array):
                    return known
        name = name or f"{self._prefix}constant_{len(self._constants)}"
        self._constants[name] = array
        self._known.add(name)
        return name

    def __call__(self, op: str, *inputs: Any, output: str = "", **attributes: Any) -> str:
        """Add a node with one output and return the name of the output.

        Args:
            op: The operator.
            *inputs: Names, or arrays that become constants.
            output: The name of the output; made up if not given.
            **attributes: Of the operator; an array becomes a tensor.
        """
        return self.several(op, *inputs, outputs=[output], **attributes)[0]

    def several(
        self, op: str, *inputs: Any, outputs: Sequence[str], **attributes: Any
    ) -> list[str]:
        """Add a node and return the names of its outputs.

        Args:
            op: The operator.
            *inputs: As for a call.
            outputs: The name of each output; ``""`` for one that is made up.
            **attributes: As for a call.
        """
        node = f"{self._prefix}{op}_{len(self._nodes)}"
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        made = [name or f"{node}_{place}" for place, name in enumerate(outputs)]
        tensors = {
            name: numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
            for name, value in attributes.items()
        }
        self._nodes.append(helper.make_node(op, names, made, name=node, **tensors))
        # A graph inside a node may read anything.
        if names and op not in ("If", "Scan") and self._known.issuperset(names):
            self._known.update(made)
            self.folded.append(node)
        return made

    def choose(
        self,
        condition: str,
        then: tuple[OnnxGraph, Sequence[str]],
        otherwise: tuple[OnnxGraph, Sequence[str]],
        outputs: Sequence[str],
    ) -> list[str]:
        """Add outputs that one of two graphs computes, and return their names.

        Args:
            condition: The name of a boolean scalar.
            then: A graph that may read this graph's tensors by their names, and the names of its
                outputs, all of float32: what is computed where the condition is true.
            otherwise: The same where it is false.
            outputs: The names that the outputs get here; ``""`` for one that is made up.
        """
        branches = {
            name: branch.subgraph((), of_branch)
            for name, (branch, of_branch) in (("then_branch", then), ("else_branch", otherwise))
        }
        return self.several("If", condition, outputs=outputs, **branches)

    def scan(
        self,
        body: OnnxGraph,
        inputs: Sequence[str],
        outputs: Sequence[str],
        states: Sequence[str],
        sequence: str,
    ) -> str:
        """Add a loop over the first axis of a sequence and return the outputs of all steps.

        Args:
            body: The graph of one step.
            inputs: The names of its inputs: the states and one step of the sequence.
            outputs: The names of its outputs: the next states and what is kept of the step.
            states: What the states are before the first step.
            sequence: The sequence.
        """
        made = [""] * len(outputs)
        step = body.subgraph(inputs, outputs)
        return self.several("Scan", *states, sequence, outputs=made, body=step, num_scan_inputs=1)[
            -1
        ]

    def subgraph(self, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
        """Return the graph as an attribute of a node.

        Args:
            inputs: Their names, all of float32.
            outputs: Their names, all of float32.
        """
        return self._made(
            [_float_of_any_shape(name) for name in inputs],
            [_float_of_any_shape(name) for name in outputs],
        )

    def save(
        self,
        path: Path,
        inputs: Mapping[str, tuple[Any, Sequence[str]]],
        outputs: Mapping[str, Sequence[str | int]],
    ) -> None:
        """Write the graph.

        Args:
            path: The file.
            inputs: The NumPy type and the names of the axes of each input. One that has the name
                of a constant need not be given.
            outputs: The axes of each output, all of float32: names, or sizes.
        """
        graph = self._made(
            [
                helper.make_tensor_value_info(
                    name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), list(axes)
                )
                for name, (kind, axes) in inputs.items()
            ],
            [
                helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, list(axes))
                for name, axes in outputs.items()
            ],
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="harnn"
        )
        model.ir_version = _IR_VERSION
        onnx.save(model, path)

    def _made(self, inputs: list[Any], outputs: list[Any]) -> Any:
        constants = [
            numpy_helper.from_array(array, name) for name, array in self._constants.items()
        ]
        return helper.make_graph(self._nodes, "harnn", inputs, outputs, constants)


def _float_of_any_shape(name: str) -> Any:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
