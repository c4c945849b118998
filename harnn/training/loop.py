"""The loop that every fit runs: epochs, validation, early stopping, checkpoints, Ctrl-C."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from harnn.errors import CheckpointError
from harnn.quiet_keras import keras
from harnn.training.checkpoint import Checkpoint, FitState, Weights
from harnn.training.progress import FitProgress
from harnn.training.step import Step, training_step

__all__ = ["Batches", "fit_loop"]


class Batches(Protocol):
    """The training data, in batches that depend on the epoch alone."""

    def __len__(self) -> int:
        """Return the number of batches an epoch."""

    def example(self) -> tuple[Any, Any]:
        """Return the inputs and targets of a small batch, of the types and ranks of all."""

    def epoch(self, number: int) -> Iterator[tuple[Any, Any]]:
        """Give the inputs and targets of an epoch's batches, the first epoch being 0."""


def fit_loop(
    model: Any,
    batches: Batches,
    validate: Callable[[], dict[str, float]],
    *,
    rank: Callable[[dict[str, float]], tuple[float, ...]],
    monitor: str,
    epochs: int,
    patience: int,
    checkpoint: Checkpoint | None = None,
    verbose: bool = True,
    label: str = "epoch",
) -> tuple[FitState, bool]:
    """Train a compiled model and leave it with the weights of its best epoch.

    After every epoch the validation figures are computed and, with a checkpoint, the whole state
    is written. Ctrl-C ends the fit with the best weights so far; before the end of the first
    epoch there are none, and the interrupt goes through.

    Args:
        model: A compiled ``keras.Model``.
        batches: The training data.
        validate: Computes the validation figures of the model as it stands.
        rank: What to judge an epoch's figures by; the highest is best.
        monitor: The validation figure that ``rank`` compares first, named where training ends.
        epochs: At most this many epochs.
        patience: Stop after this many epochs without a better one.
        checkpoint: Where to keep the state, and to resume from if one is there.
        verbose: Whether to show progress.
        label: What an epoch is called there.

    Returns:
        The state at the end, and whether the fit was interrupted.

    Raises:
        FloatingPointError: If the loss is not finite.
    """
    step = training_step(model, *batches.example())
    state = (checkpoint.load() if checkpoint else None) or FitState()
    if state.epoch:
        _set(_variables(model), state.variables)
    interrupted = False
    with FitProgress(epochs, len(batches), state.epoch, verbose, label=label) as progress:
        if state.epoch:
            progress.note(f"resumed after epoch {state.epoch}")
        try:
            while state.epoch < epochs and state.epoch - state.best_epoch < patience:
                _one_epoch(model, step, batches, validate, rank, state, progress)
                if checkpoint:
                    state.variables = _get(_variables(model))
                    checkpoint.save(state)
        except KeyboardInterrupt:
            if not state.best_weights:
                raise
            interrupted = True
            progress.note(f"interrupted: keeping the weights of epoch {state.best_epoch}")
        else:
            kept = state.history[state.best_epoch - 1][monitor]
            progress.fit_done(state.epoch, state.best_epoch, monitor, kept)
    _set(model.variables, state.best_weights)
    return state, interrupted


def _one_epoch(
    model: Any,
    step: Step,
    batches: Batches,
    validate: Callable[[], dict[str, float]],
    rank: Callable[[dict[str, float]], tuple[float, ...]],
    state: FitState,
    progress: FitProgress,
) -> None:
    started = time.monotonic()
    loss = math.nan
    model.reset_metrics()
    for number, (inputs, targets) in enumerate(batches.epoch(state.epoch), start=1):
        loss = step(inputs, targets)  # the mean over the epoch so far
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"epoch {state.epoch + 1}, step {number}: the loss is {loss}; "
                "a lower learning_rate or clip_norm keeps it finite"
            )
        progress.step(state.epoch, loss)
    figures = {"loss": loss, **validate()}
    state.epoch += 1
    state.history.append(
        {"epoch": state.epoch, **figures, "seconds": round(time.monotonic() - started, 3)}
    )
    better = not state.best_epoch or rank(figures) > state.best_rank
    if better:
        # The weights first: an interrupt may come between any two lines.
        state.best_weights = _get(model.variables)
        state.best_rank, state.best_epoch = rank(figures), state.epoch
    progress.epoch_done(state.epoch, figures, better)


def _variables(model: Any) -> list[Any]:
    """Return everything that a step changes, the random generators' states included."""
    return [*model.variables, *model.optimizer.variables]


def _get(variables: list[Any]) -> Weights:
    # A copy: on some backends the array would be a view of the variable itself.
    return [keras.ops.convert_to_numpy(variable).copy() for variable in variables]


def _set(variables: list[Any], values: Weights) -> None:
    if len(variables) != len(values):
        raise CheckpointError(
            f"the training state has {len(values)} variables where the model has {len(variables)}: "
            "it was written by another version; delete it to start afresh"
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
