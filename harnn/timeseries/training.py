"""What training shares between all networks for series: optimiser, loop, state on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harnn.cells import DecoupledBidirectional
from harnn.quiet_keras import keras
from harnn.strict_options import StrictOptions
from harnn.timeseries.options import SeriesTrainingOptions
from harnn.timeseries.series import Series
from harnn.training.checkpoint import Checkpoint, FitState
from harnn.training.loop import Batches, fit_loop
from harnn.training.optimizer import build_optimizer, build_schedule

__all__ = ["fingerprint", "train_in_stages", "train_network"]


def fingerprint(
    options: Sequence[StrictOptions], facts: Sequence[object], series: Sequence[Series]
) -> str:
    """Return a digest of everything that a resumed fit must share with the first one."""
    digest = hashlib.sha256(keras.config.backend().encode())
    for one in options:
        digest.update(one.model_dump_json().encode())
    digest.update(repr(tuple(facts)).encode())
    for of_one in series:
        digest.update(np.ascontiguousarray(of_one.values).tobytes())
        digest.update(np.ascontiguousarray(of_one.times).tobytes())
    return digest.hexdigest()


def train_in_stages(
    network: Any, procedure: str, train: Callable[[Any], tuple[FitState, bool]]
) -> tuple[FitState, bool]:
    """Train a network at once, or its teacher first and then the rest.

    Args:
        network: With a dict of outputs; a decoupled one has a layer ``"twins"``.
        procedure: ``"joint"`` or ``"teacher_first"``.
        train: Trains what leads to the outputs of the model that it is given: the network, or one
            with some of its outputs.

    Returns:
        The state of the last fit, with the history of both; and whether it was interrupted.
    """
    twins = [layer for layer in network.layers if isinstance(layer, DecoupledBidirectional)]
    if not twins or procedure == "joint":
        return train(network)
    twins[0].stage = "teacher"
    before, interrupted = train(keras.Model(network.input, {"teacher": network.output["teacher"]}))
    if interrupted:
        return before, True
    twins[0].stage = "student"
    others = {name: output for name, output in network.output.items() if name != "teacher"}
    after, interrupted = train(keras.Model(network.input, others))
    after.history = before.history + after.history
    after.best_epoch += len(before.history)
    return after, interrupted


def train_network(
    network: Any,
    batches: Batches,
    judge: Callable[[], dict[str, float]],
    loss: Any,
    training: SeriesTrainingOptions,
    *,
    known_as: str,
    checkpoint_dir: str | None = None,
    verbose: bool = True,
) -> tuple[FitState, bool]:
    """Train a network and leave it with the weights of its best epoch.

    Args:
        network: A ``keras.Model`` with a dict of outputs.
        batches: Of windows, with targets for each output.
        judge: Gives the errors on validation data; of these ``"mse"`` is judged by.
        loss: Of every output.
        training: The schedule.
        known_as: Digest of what the fit is of.
        checkpoint_dir: Where to keep the state after each epoch, and to resume from.
        verbose: Whether to show progress.

    Returns:
        The state of the fit, and whether it was interrupted.
    """
    of_teacher = list(network.output) == ["teacher"]
    checkpoint = None
    if checkpoint_dir is not None:
        checkpoint = Checkpoint(Path(checkpoint_dir, "teacher" if of_teacher else ""), known_as)
    schedule = build_schedule(
        training.schedule,
        training.learning_rate,
        steps=training.epochs * len(batches),
        warmup=training.warmup,
    )
    network.compile(
        build_optimizer("adamw", schedule, training.clip_norm, training.weight_decay),
        loss=dict.fromkeys(network.output, loss),
        # TensorFlow's recurrent loops are slower when XLA compiles them; JAX has no other way.
        jit_compile=keras.config.backend() == "jax",
    )
    return fit_loop(
        network,
        batches,
        judge,
        rank=lambda figures: (-figures["mse"],),
        monitor="mse",
        epochs=training.epochs,
        patience=training.patience,
        checkpoint=checkpoint,
        verbose=verbose,
        label="teacher, epoch" if of_teacher else "epoch",
    )
