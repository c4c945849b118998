"""What training shares between all networks for series: optimiser, loop, state on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from harnn.strict_options import StrictOptions
from harnn.timeseries.options import SeriesTrainingOptions
from harnn.timeseries.series import Series
from harnn.training.checkpoint import Checkpoint, FitState
from harnn.training.loop import Batches, fit_loop
from harnn.training.optimizer import build_optimizer, build_schedule

__all__ = ["fingerprint", "train_network"]


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


def train_network(
    network: Any,
    batches: Batches,
    judge: Callable[[], dict[str, float]],
    loss: Any,
    training: SeriesTrainingOptions,
    *,
    known_as: str,
    checkpoint_dir: Path | None = None,
    verbose: bool = True,
    label: str = "epoch",
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
        label: What an epoch is called there.

    Returns:
        The state of the fit, and whether it was interrupted.
    """
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
        epochs=training.epochs,
        patience=training.patience,
        checkpoint=None if checkpoint_dir is None else Checkpoint(checkpoint_dir, known_as),
        verbose=verbose,
        label=label,
    )
