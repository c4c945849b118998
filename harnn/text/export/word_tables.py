"""The tables of a network that have a row a word, or a pair of words: left out of its way to ONNX.

The converter copies all weights many times over: with the tables of preset ``best`` on DBpedia,
which are nearly all of its weights, it took 8.6 GB, without them 1.9 GB and a quarter of the time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from harnn.errors import ExportError

__all__ = ["WordTable", "put_tables", "with_few_words"]

# Rows of a stand-in.
_ROWS = 3


class WordTable(NamedTuple):
    """A table with a row a word.

    Attributes:
        name: Of the variable.
        stand_in: What stands for it in the network of few words.
        values: The true table.
    """

    name: str
    stand_in: np.ndarray
    values: np.ndarray


def with_few_words(model: Any) -> tuple[Any, list[WordTable]]:
    """Return the same network for a vocabulary of three words, and the tables that it lacks.

    Args:
        model: What ``build_network`` returned, or a loaded copy of it.

    Returns:
        The network, with weights of its own, and a table for each variable that has a row a word.
    """
    config = model.get_config()
    for layer in config["layers"]:
        if "vocabulary_size" in layer["config"]:
            layer["config"]["vocabulary_size"] = _ROWS
        if layer["config"].get("pairs"):
            # And a row for what is none of them.
            layer["config"]["pairs"] = _ROWS - 1
    small = type(model).from_config(config)
    generator = np.random.default_rng(0)
    tables = []
    for layer in model.layers:
        twin = small.get_layer(layer.name)
        for original, variable in zip(layer.weights, twin.weights, strict=True):
            values = np.asarray(original)
            if variable.shape != values.shape:
                # Numbers that nothing else has, by which the file is searched for it.
                numbers = generator.integers(1, 1 << 30, variable.shape)
                stand_in = numbers.astype(values.dtype)
                tables.append(WordTable(variable.path, stand_in, values))
                variable.assign(stand_in)
            else:
                variable.assign(values)
    return small, tables


def put_tables(path: Path, tables: list[WordTable]) -> None:
    """Put the true tables into the file of a network of few words.

    Args:
        path: The ONNX file, which is written anew.
        tables: What ``with_few_words`` returned.

    Raises:
        ExportError: If the file does not have each of the stand-ins.
    """
    import onnx
    from onnx import numpy_helper

    network = onnx.load(path)
    missing = {table.name for table in tables}
    for tensor in network.graph.initializer:
        if list(tensor.dims[:1]) != [_ROWS]:
            continue
        values = numpy_helper.to_array(tensor)
        for table in tables:
            if np.array_equal(values, table.stand_in):
                tensor.CopyFrom(numpy_helper.from_array(table.values, tensor.name))
                missing.discard(table.name)
    if missing:
        raise ExportError(f"the converter changed the tables {sorted(missing)}: no export")
    onnx.save(network, path)
