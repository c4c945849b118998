"""How fast the recurrent cells are, beside Keras' own and PyTorch's.

    python benchmarks/cells.py                  # one size: batch 128, 100 steps, 128 units
    python benchmarks/cells.py --around         # and each of the three made smaller and larger
    python benchmarks/cells.py --full           # all 27 sizes
    python benchmarks/cells.py --memory         # and each row's peak memory, each in a process

Keras' backend is the one of KERAS_BACKEND; the rows of PyTorch appear where it is installed.
All rows of a size are measured in turns, so that their ratios hold on a machine that others use
too; the best of the repeats counts. "× rival" is the rival's time over the row's: above 1, the row
is the faster one. The peak is that of one large matrix product, measured in the same run.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from harnn.cells import CoupledBidirectional, ElmanCell, GRUCell, LSTMCell, Recurrent

BATCHES, STEPS, UNITS = (32, 128, 512), (50, 100, 400), (64, 128, 256)
CENTRE = (128, 100, 128)
RATES = {"dropout": 0.2, "recurrent_dropout": 0.2}


@dataclass(frozen=True)
class Row:
    """Something to measure: a layer by its maker, and the row that it is compared with."""

    name: str
    rival: str
    make: Callable[[int], Any] | None  # None: PyTorch's module of that name
    products: int  # products of (features + units) x units a step and direction
    ragged: bool = False
    directions: int = 1


def rows() -> list[Row]:
    """Return what is compared, each rival before those it rivals."""
    sequences = {"return_sequences": True}
    table = [
        Row("keras LSTM", "keras LSTM", lambda u: layers.LSTM(u, **sequences), 4),
        Row("harnn LSTM", "keras LSTM", lambda u: Recurrent(LSTMCell(u)), 4),
        Row(
            "harnn LSTM, layer norm",
            "harnn LSTM",
            lambda u: Recurrent(LSTMCell(u, layer_norm=True)),
            4,
        ),
        Row("torch LSTM", "keras LSTM", None, 4),
        Row("keras GRU", "keras GRU", lambda u: layers.GRU(u, **sequences), 3),
        Row("harnn GRU", "keras GRU", lambda u: Recurrent(GRUCell(u)), 3),
        Row(
            "harnn GRU, layer norm",
            "harnn GRU",
            lambda u: Recurrent(GRUCell(u, layer_norm=True)),
            3,
        ),
        Row("torch GRU", "keras GRU", None, 3),
        Row("keras SimpleRNN", "keras SimpleRNN", lambda u: layers.SimpleRNN(u, **sequences), 1),
        Row("harnn Elman", "keras SimpleRNN", lambda u: Recurrent(ElmanCell(u)), 1),
        Row(
            "keras LSTM, dropout",
            "keras LSTM, dropout",
            lambda u: layers.LSTM(u, **sequences, **RATES),
            4,
        ),
        Row(
            "harnn LSTM, dropout",
            "keras LSTM, dropout",
            lambda u: Recurrent(LSTMCell(u, **RATES)),
            4,
        ),
        Row(
            "harnn LSTM, dropout a gate",
            "keras LSTM, dropout",
            lambda u: Recurrent(LSTMCell(u, **RATES, dropout_per_gate=True)),
            4,
        ),
        Row(
            "keras GRU, dropout",
            "keras GRU, dropout",
            lambda u: layers.GRU(u, **sequences, **RATES),
            3,
        ),
        Row(
            "harnn GRU, dropout", "keras GRU, dropout", lambda u: Recurrent(GRUCell(u, **RATES)), 3
        ),
        Row(
            "keras BiLSTM, ragged",
            "keras BiLSTM, ragged",
            lambda u: layers.Bidirectional(layers.LSTM(u, **sequences)),
            4,
            ragged=True,
            directions=2,
        ),
        Row(
            "harnn BiLSTM, ragged",
            "keras BiLSTM, ragged",
            lambda u: CoupledBidirectional(LSTMCell(u)),
            4,
            ragged=True,
            directions=2,
        ),
        Row("torch BiLSTM, ragged", "keras BiLSTM, ragged", None, 4, ragged=True, directions=2),
    ]
    return [row for row in table if row.make is not None or _has_torch()]


@dataclass(frozen=True)
class Problem:
    """A batch of random sequences."""

    batch: int
    steps: int
    units: int

    @property
    def inputs(self) -> np.ndarray:
        """Return ``(batch, steps, units)``."""
        shape = (self.batch, self.steps, self.units)
        return np.random.default_rng(0).standard_normal(shape, dtype="float32")

    def lengths(self, ragged: bool) -> np.ndarray | None:
        """Return lengths between half and all of the steps, or none."""
        if not ragged:
            return None
        low = max(self.steps // 2, 1)
        return np.random.default_rng(1).integers(low, self.steps + 1, self.batch).astype("int32")

    def words(self, row: Row) -> int:
        """Return the number of real steps of the batch."""
        lengths = self.lengths(row.ragged)
        return self.batch * self.steps if lengths is None else int(lengths.sum())

    def operations(self, row: Row, training: bool) -> float:
        """Return the floating-point operations of the products that the words need."""
        forward = 2 * self.words(row) * 2 * self.units * row.products * self.units * row.directions
        return forward * (3 if training else 1)


def compiled(row: Row, problem: Problem) -> dict[str, Callable[[], Any]]:
    """Return the forward pass and the training step of a row, compiled and run once."""
    if row.make is None:
        functions = _torch_functions(row, problem)
    else:
        layer = row.make(problem.units)
        lengths = problem.lengths(row.ragged)
        arguments: dict[str, Any] = {}
        if lengths is not None:
            real = np.arange(problem.steps) < lengths[:, None]
            arguments = {"lengths": lengths} if row.name.startswith("harnn") else {"mask": real}
        build = {"tensorflow": _tensorflow_functions, "jax": _jax_functions}
        functions = build[keras.config.backend()](layer, problem.inputs, arguments)
    for function in functions.values():
        function()
    return functions


def _tensorflow_functions(
    layer: Any, inputs: np.ndarray, arguments: dict[str, Any]
) -> dict[str, Callable[[], Any]]:
    import tensorflow as tf

    sequences = tf.constant(inputs)
    arguments = {name: tf.constant(value) for name, value in arguments.items()}
    layer(sequences, **arguments)

    @tf.function
    def forward() -> Any:
        return layer(sequences, **arguments)

    @tf.function
    def train() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(sequences)
            loss = tf.reduce_sum(tf.square(layer(sequences, training=True, **arguments)))
        return tape.gradient(loss, [sequences, *layer.trainable_variables])

    return {"forward": forward, "train": train}


def _jax_functions(
    layer: Any, inputs: np.ndarray, arguments: dict[str, Any]
) -> dict[str, Callable[[], Any]]:
    import jax
    import jax.numpy as jnp

    sequences = jnp.asarray(inputs)
    arguments = {name: jnp.asarray(value) for name, value in arguments.items()}
    layer(sequences, **arguments)
    weights = [variable.value for variable in layer.trainable_variables]
    others = [variable.value for variable in layer.non_trainable_variables]

    def outputs(weights: Any, sequences: Any, training: bool) -> Any:
        return layer.stateless_call(weights, others, sequences, training=training, **arguments)[0]

    forward = jax.jit(lambda weights, sequences: outputs(weights, sequences, False))
    train = jax.jit(
        jax.grad(lambda w, sequences: jnp.square(outputs(w, sequences, True)).sum(), argnums=(0, 1))
    )
    return {
        "forward": lambda: jax.block_until_ready(forward(weights, sequences)),
        "train": lambda: jax.block_until_ready(train(weights, sequences)),
    }


def _has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def _torch_functions(row: Row, problem: Problem) -> dict[str, Callable[[], Any]]:
    import torch

    kind = torch.nn.GRU if "GRU" in row.name else torch.nn.LSTM
    units = problem.units
    module = kind(units, units, batch_first=True, bidirectional=row.directions == 2)
    sequences = torch.tensor(problem.inputs, requires_grad=True)
    lengths = problem.lengths(row.ragged)

    def forward() -> Any:
        given: Any = sequences
        if lengths is not None:
            given = torch.nn.utils.rnn.pack_padded_sequence(
                sequences, torch.as_tensor(lengths), batch_first=True, enforce_sorted=False
            )
        outputs = module(given)[0]
        return outputs if lengths is None else outputs.data

    def infer() -> Any:
        with torch.inference_mode():
            return forward()

    def train() -> Any:
        forward().square().sum().backward()

    return {"forward": infer, "train": train}


def matrix_product_peak() -> float:
    """Return the operations a second of one large product in NumPy: what the machine can do."""
    size = 2048
    a = np.random.default_rng(0).standard_normal((size, size), dtype="float32")
    best = float("inf")
    for _ in range(8):
        started = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best


def measured(problem: Problem, chosen: list[Row], seconds: float) -> dict[str, dict[str, float]]:
    """Return each row's best time, forwards and training, in seconds."""
    functions = {}
    with Progress(transient=True, console=Console(stderr=True)) as progress:
        for row in progress.track(chosen, description=f"compiling, {problem}"):
            functions[row.name] = compiled(row, problem)
    best = {name: dict.fromkeys(of, float("inf")) for name, of in functions.items()}
    deadline, rounds = time.perf_counter() + seconds, 0
    while rounds < 3 or time.perf_counter() < deadline:
        rounds += 1
        for name, of in functions.items():
            for what, function in of.items():
                started = time.perf_counter()
                function()
                best[name][what] = min(best[name][what], time.perf_counter() - started)
    return best


def peak_memory(row: Row, problem: Problem) -> float:
    """Return what a training step adds to a process of its own at its peak, in bytes."""
    question = json.dumps([row.name, problem.batch, problem.steps, problem.units])
    answer = subprocess.run(
        [sys.executable, __file__, "--memory-of", question],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(answer.stdout.splitlines()[-1])


def print_peak_memory(question: str) -> None:
    name, *size = json.loads(question)
    row = next(row for row in rows() if row.name == name)
    # A small one first: what the library itself takes is not the row's.
    compiled(row, Problem(2, size[1], size[2]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    compiled(row, Problem(*size))["train"]()
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)


def report(problem: Problem, chosen: list[Row], seconds: float, memory: bool) -> None:
    peak = matrix_product_peak()
    best = measured(problem, chosen, seconds)
    table = Table(
        title=f"{keras.config.backend()}: batch {problem.batch}, {problem.steps} steps, "
        f"{problem.units} units; peak {peak / 1e9:,.0f} Gflop/s"
    )
    columns = ["", "forward ms", "× rival", "training ms", "× rival", "steps a second", "of peak"]
    for column in [*columns, *(["peak memory"] if memory else [])]:
        table.add_column(column, justify="right" if column else "left")
    previous = ""
    for row in chosen:
        if previous and row.rival == row.name:
            table.add_section()
        previous = row.name
        times, rival = best[row.name], best[row.rival]
        cells = [row.name]
        for what in ("forward", "train"):
            ratio = "" if row.rival == row.name else f"{rival[what] / times[what]:.2f}"
            cells += [f"{times[what] * 1e3:.1f}", ratio]
        cells += [
            f"{problem.words(row) / times['train']:,.0f}",
            f"{problem.operations(row, training=True) / times['train'] / peak:.0%}",
        ]
        if memory:
            cells.append(f"{peak_memory(row, problem) / 2**20:,.0f} MiB")
        table.add_row(*cells)
    Console(width=120).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs=3, metavar=("BATCH", "STEPS", "UNITS"))
    parser.add_argument("--around", action="store_true", help="the central size and its neighbours")
    parser.add_argument("--full", action="store_true", help="all 27 sizes")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--seconds", type=float, default=30.0, help="of measuring, a size")
    parser.add_argument("--memory", action="store_true", help="peak memory, too")
    parser.add_argument("--memory-of", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.memory_of:
        print_peak_memory(arguments.memory_of)
        return
    sizes = [tuple(arguments.size or CENTRE)]
    if arguments.around:
        axes = (BATCHES, STEPS, UNITS)
        sizes += [
            (*CENTRE[:axis], value, *CENTRE[axis + 1 :])
            for axis, values in enumerate(axes)
            for value in values
            if value != CENTRE[axis]
        ]
    if arguments.full:
        sizes = list(itertools.product(BATCHES, STEPS, UNITS))
    rivals = {row.rival for row in rows() if arguments.only in row.name}
    chosen = [row for row in rows() if arguments.only in row.name or row.name in rivals]
    if not chosen:
        parser.error(f"no row's name contains {arguments.only!r}")
    for size in sizes:
        report(Problem(*size), chosen, arguments.seconds, arguments.memory)


if __name__ == "__main__":
    main()
