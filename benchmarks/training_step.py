"""How long a training step takes, and where: HARNN, its encoder, and Keras' own encoder.

    python benchmarks/training_step.py [--batch 64] [--time 96] [--repeats 20]

Prints one table. All rows are measured in turns within one run, so that their ratios hold on a
machine that others use too; the best of the repeats is shown.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.table import Table

from harnn.cells import CoupledBidirectional, LSTMCell
from harnn.text.layers import TextCategoryAttention
from harnn.text.losses import LevelCategoricalCrossentropy
from harnn.text.network import build_network, logits_view
from harnn.text.options import PRESETS
from harnn.training.optimizer import build_optimizer

LEVELS = (9, 70, 219)
WORDS = 30_000


def gradient_step(layer: Any, inputs: list[Any], **arguments: Any) -> Callable[[], Any]:
    """Return a compiled function: the layer forwards, and the gradient of its weights."""
    layer(*inputs, **arguments)

    @tf.function
    def step() -> Any:
        with tf.GradientTape() as tape:
            outputs = tf.nest.flatten(layer(*inputs, **arguments))
            loss = tf.add_n([tf.reduce_sum(tf.square(output)) for output in outputs])
        return tape.gradient(loss, layer.trainable_variables)

    return step


def harnn_step(tokens: np.ndarray) -> Callable[[], Any]:
    """Return a whole training step of the adapted preset."""
    options = PRESETS["adapted"]
    model = logits_view(build_network(options.network, WORDS, LEVELS, "softmax", seed=0))
    model.compile(
        build_optimizer("adamw", 1e-3, clip_norm=1.0, weight_decay=0.01),
        loss={name: LevelCategoricalCrossentropy() for name in model.output},
        jit_compile=False,
    )
    generator = np.random.default_rng(1)
    targets = {
        f"{part}_{level}": np.eye(size, dtype=np.int8)[generator.integers(0, size, len(tokens))]
        for level, size in enumerate(LEVELS, start=1)
        for part in ("local", "global")
    }
    return lambda: model.train_on_batch(tokens, targets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--time", type=int, default=96)
    parser.add_argument("--repeats", type=int, default=20)
    arguments = parser.parse_args()
    batch, steps = arguments.batch, arguments.time
    network = PRESETS["adapted"].network
    units = network.recurrent_units

    generator = np.random.default_rng(0)
    lengths = generator.integers(steps // 2, steps + 1, batch).astype("int32")
    lengths[0] = steps
    mask = np.arange(steps) < lengths[:, None]
    tokens = (generator.integers(2, WORDS, (batch, steps)) * mask).astype("int32")
    vectors = tf.constant(
        generator.standard_normal((batch, steps, network.embedding_dim)), "float32"
    )
    states = tf.constant(generator.standard_normal((batch, steps, 2 * units)), "float32")

    rows = {
        "harnn.cells BiLSTM": gradient_step(
            CoupledBidirectional(LSTMCell(units)), [vectors], lengths=tf.constant(lengths)
        ),
        "keras BiLSTM, no mask": gradient_step(
            keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True)), [vectors]
        ),
        "keras BiLSTM, mask": gradient_step(
            keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True)),
            [vectors],
            mask=tf.constant(mask),
        ),
        "attention, 219 categories": gradient_step(
            TextCategoryAttention(LEVELS[-1], network.attention_units),
            [states, tf.constant(mask)],
        ),
        "HARNN adapted, whole step": harnn_step(tokens),
    }
    best = dict.fromkeys(rows, float("inf"))
    for function in rows.values():
        function()
    for _ in range(arguments.repeats):
        for name, function in rows.items():
            started = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - started)

    table = Table(title=f"batch {batch}, {steps} words, {units} units a direction")
    for column in ("", "ms a step", "words a second", "of HARNN's step"):
        table.add_column(column, justify="left" if not column else "right")
    whole = best["HARNN adapted, whole step"]
    for name, seconds in best.items():
        table.add_row(
            name,
            f"{seconds * 1e3:.0f}",
            f"{mask.sum() / seconds:,.0f}",
            f"{seconds / whole:.0%}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
