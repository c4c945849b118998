"""The time of each kind of operation in a training step, from TensorFlow's profiler."""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.table import Table

__all__ = ["OperationTimes", "operation_tables", "profile_steps"]

# The operations of a graph run on these threads; on the others, the same time is seen again.
_THREADS = "tf_Compute"
# The name of an event: "scope/name:Operation".
_OPERATION = re.compile(r"^(?P<path>[^:$ ]+):(?P<kind>\w+)$")
# Keras gives each use of a layer a number.
_NUMBER = re.compile(r"_\d+$")


@dataclass
class OperationTimes:
    """The time in operations over some steps.

    Attributes:
        steps: Number of steps.
        kinds: Milliseconds of each kind of operation, all threads added up.
        counts: Number of runs of each kind.
        layers: Milliseconds of each layer, forwards and backwards.
    """

    steps: int
    kinds: dict[str, float]
    counts: Counter[str]
    layers: dict[tuple[str, str], float]


def profile_steps(step: Callable[[], Any], steps: int) -> OperationTimes:
    """Run steps under TensorFlow's profiler.

    Args:
        step: Runs one step; it must have been compiled already.
        steps: Number of steps.

    Returns:
        The time in the operations of these steps.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        for _ in range(steps):
            step()
        tf.profiler.experimental.stop()
        return sum_of_operations(_events(Path(folder)), steps)


def sum_of_operations(events: Iterable[tuple[str, float]], steps: int) -> OperationTimes:
    """Add up the events of a profile.

    Args:
        events: The name of each, and its milliseconds. Those that are no operation are passed over.
        steps: Number of steps that they are of.

    Example:
        >>> times = sum_of_operations(
        ...     [("m/names_1/MatMul:MatMul", 2.0), ("gradient_tape/m/names_1/Mul:Mul", 1.0)], 1
        ... )
        >>> dict(times.kinds), dict(times.layers)
        ({'MatMul': 2.0, 'Mul': 1.0}, {('names', 'forward'): 2.0, ('names', 'backward'): 1.0})
    """
    times = OperationTimes(steps, defaultdict(float), Counter(), defaultdict(float))
    for name, milliseconds in events:
        match = _OPERATION.match(name)
        if match is None:
            continue
        times.kinds[match["kind"]] += milliseconds
        times.counts[match["kind"]] += 1
        times.layers[_layer(match["path"])] += milliseconds
    return times


def operation_tables(times: OperationTimes, wall: float, rows: int = 20) -> list[Table]:
    """Return two tables: the operations, and the layers.

    Args:
        times: The time in operations.
        wall: Seconds of one step, without the profiler.
        rows: Largest number of rows of each.
    """
    total = sum(times.kinds.values())
    title = (
        f"{wall * 1e3:.0f} ms per step; under the profiler {total / times.steps:.0f} ms in "
        "operations, all threads added up"
    )
    kinds = Table(title=title)
    kinds.add_column("operation")
    for column in ("share", "ms per step", "runs per step"):
        kinds.add_column(column, justify="right")
    for kind, spent in _largest(times.kinds, rows):
        kinds.add_row(
            kind,
            f"{spent / total:.1%}",
            f"{spent / times.steps:.2f}",
            f"{times.counts[kind] / times.steps:,.0f}",
        )
    layers = Table()
    layers.add_column("layer")
    layers.add_column("pass")
    for column in ("share", "ms per step"):
        layers.add_column(column, justify="right")
    for (layer, direction), spent in _largest(times.layers, rows):
        layers.add_row(layer, direction, f"{spent / total:.1%}", f"{spent / times.steps:.2f}")
    return [kinds, layers]


def _largest(times: dict[Any, float], rows: int) -> list[tuple[Any, float]]:
    return sorted(times.items(), key=lambda item: -item[1])[:rows]


def _layer(path: str) -> tuple[str, str]:
    """Return the layer that an operation belongs to, and "forward" or "backward"."""
    parts = path.removeprefix("gradient_tape/").split("/")
    if len(parts) < 3:  # of no layer: the loss, or the optimiser
        return (_NUMBER.sub("", parts[0]) if len(parts) > 1 else "no layer"), ""
    # The first part is the model. The document representation has several layers of its own.
    layer = _NUMBER.sub("", parts[1])
    if layer == "document":
        layer = f"{layer}/{_NUMBER.sub('', parts[2])}"
    return layer, "backward" if path.startswith("gradient_tape/") else "forward"


def _events(folder: Path) -> Iterable[tuple[str, float]]:
    try:
        protobuf = import_module("tensorflow.tsl.profiler.protobuf.xplane_pb2")
    except ImportError:  # it has moved between releases of TensorFlow
        protobuf = import_module("tsl.profiler.protobuf.xplane_pb2")
    for file in folder.rglob("*.xplane.pb"):
        space = protobuf.XSpace.FromString(file.read_bytes())
        for plane in space.planes:
            for line in plane.lines:
                if not line.name.startswith(_THREADS):
                    continue
                for event in line.events:
                    name = plane.event_metadata[event.metadata_id].name
                    yield name, event.duration_ps / 1e9
