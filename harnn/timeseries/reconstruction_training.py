"""The training of a network that reconstructs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from harnn.timeseries.imputation_batches import ImputationBatches, diffused
from harnn.timeseries.losses import GaussianLikelihood, MaskedSquaredError
from harnn.timeseries.network import build_reconstruction_network
from harnn.timeseries.options import HoleOptions, RecurrentOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import Series
from harnn.training.checkpoint import Checkpoint, FitState
from harnn.training.loop import fit_loop
from harnn.training.optimizer import build_optimizer, build_schedule

__all__ = ["HeldOutValues", "ReconstructionProblem", "train_reconstruction"]


@dataclass(frozen=True)
class HeldOutValues:
    """Validation series in which some values are hidden, once and for all.

    Attributes:
        series: Scaled, complete as far as known.
        holed: The same ones without what is hidden.
        hidden: What is hidden of each ``(time, features)``.
    """

    series: list[Series]
    holed: list[Series]
    hidden: list[np.ndarray]

    @classmethod
    def of(cls, series: Sequence[Series], holes: HoleOptions, seed: int) -> HeldOutValues:
        """Hide values as training does."""
        generator = np.random.default_rng(seed)
        hidden = [diffused(one.observed, holes, generator) for one in series]
        holed = [
            one.with_values(np.where(of_one, np.nan, one.values))
            for one, of_one in zip(series, hidden, strict=True)
        ]
        return cls(list(series), holed, hidden)

    def joined(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Return what arrays ``(time, features)``, one a series, hold at the hidden places."""
        return np.concatenate([a[h] for a, h in zip(arrays, self.hidden, strict=True)])


@dataclass(frozen=True)
class ReconstructionProblem:
    """What a network is trained on and how it is judged.

    Attributes:
        series: The training series, scaled.
        held_out: What to judge by.
        readings: What the network reads.
        network: Its options.
        holes: What it learns to fill.
        training: How it is trained.
        seed: Of weights, masks, holes and order.
    """

    series: list[Series]
    held_out: HeldOutValues
    readings: Readings
    network: RecurrentOptions
    holes: HoleOptions
    training: SeriesTrainingOptions
    seed: int

    @property
    def features(self) -> int:
        """The number of sensors."""
        return self.series[0].values.shape[1]

    def fingerprint(self) -> str:
        """Return a digest of everything that a resumed fit must share with the first one."""
        digest = hashlib.sha256()
        for options in (self.network, self.holes, self.training):
            digest.update(options.model_dump_json().encode())
        digest.update(f"{self.readings} {self.seed} {keras.config.backend()}".encode())
        for one in (*self.series, *self.held_out.series):
            digest.update(np.ascontiguousarray(one.values).tobytes())
            digest.update(np.ascontiguousarray(one.times).tobytes())
        return digest.hexdigest()

    def judge(self, reconstructor: Reconstructor) -> dict[str, float]:
        """Return the errors over the hidden validation values, in scaled units."""
        said = (
            reconstructor.causal(self.held_out.holed)
            if self.network.direction == "forward"
            else reconstructor.both_ways(self.held_out.holed)
        )
        predicted = np.concatenate([one[:, : self.features] for one in said])
        true = np.concatenate([one.values for one in self.held_out.series])
        scores = score_series(true, predicted, np.concatenate(self.held_out.hidden))
        return {"mse": scores.micro_mse, "mae": scores.mae}


def train_reconstruction(
    problem: ReconstructionProblem, checkpoint_dir: str | None = None, verbose: bool = True
) -> tuple[Any, FitState, bool]:
    """Build and train a network.

    Args:
        problem: What to train on.
        checkpoint_dir: Where to keep the state after each epoch, and to resume from.
        verbose: Whether to show progress.

    Returns:
        The network, the state of the fit, and whether it was interrupted.
    """
    model = build_reconstruction_network(
        problem.network,
        problem.features,
        problem.readings.channels(problem.features),
        seed=problem.seed,
    )
    reconstructor = Reconstructor(model, problem.readings, problem.training.window)
    outputs = tuple(model.output)
    batches = ImputationBatches(
        problem.series, problem.readings, outputs, problem.holes, problem.training, problem.seed
    )
    checkpoint = None
    if checkpoint_dir is not None:
        checkpoint = Checkpoint(checkpoint_dir, problem.fingerprint())
    state, interrupted = fit_loop(
        _compiled(model, problem, len(batches)),
        batches,
        lambda: problem.judge(reconstructor),
        rank=lambda figures: (-figures["mse"],),
        epochs=problem.training.epochs,
        patience=problem.training.patience,
        checkpoint=checkpoint,
        verbose=verbose,
    )
    return model, state, interrupted


def _compiled(model: Any, problem: ReconstructionProblem, steps_per_epoch: int) -> Any:
    training = problem.training
    schedule = build_schedule(
        training.schedule,
        training.learning_rate,
        steps=training.epochs * steps_per_epoch,
        warmup=training.warmup,
    )
    loss = MaskedSquaredError if problem.network.likelihood == "none" else GaussianLikelihood
    model.compile(
        build_optimizer("adamw", schedule, training.clip_norm, training.weight_decay),
        loss={name: loss() for name in model.output},
        jit_compile=keras.config.backend() == "jax",
    )
    return model
