"""The training of a network that reconstructs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.imputation_batches import ImputationBatches
from harnn.timeseries.losses import GaussianLikelihood, MaskedSquaredError
from harnn.timeseries.options import HoleOptions, RecurrentOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import Series
from harnn.timeseries.training import fingerprint, train_in_stages, train_network
from harnn.training.checkpoint import FitState

__all__ = ["ReconstructionProblem", "train_reconstruction"]


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
        return fingerprint(
            (self.network, self.holes, self.training),
            (self.readings, self.seed),
            (*self.series, *self.held_out.series),
        )

    def said(self, reconstructor: Reconstructor, output: str) -> list[np.ndarray]:
        """Return what a network says of the validation series, as it will be used."""
        if self.network.direction == "forward":
            return reconstructor.causal(self.held_out.holed)
        return reconstructor.both_ways(self.held_out.holed, output)

    def judge(self, reconstructor: Reconstructor, output: str) -> dict[str, float]:
        """Return the errors over the hidden validation values, in scaled units."""
        said = self.said(reconstructor, output)
        predicted = np.concatenate([one[:, : self.features] for one in said])
        true = np.concatenate([one.values for one in self.held_out.series])
        scores = score_series(true, predicted, np.concatenate(self.held_out.hidden))
        return {"mse": scores.micro_mse, "mae": scores.mae}


def train_reconstruction(
    network: Any,
    problem: ReconstructionProblem,
    checkpoint_dir: str | None = None,
    verbose: bool = True,
) -> tuple[FitState, bool]:
    """Train a network and leave it with the weights of its best epoch.

    Args:
        network: What ``build_reconstruction_network`` made of the problem's options.
        problem: What to train on.
        checkpoint_dir: Where to keep the state after each epoch, and to resume from.
        verbose: Whether to show progress.

    Returns:
        The state of the fit, and whether it was interrupted.
    """

    def train(view: Any) -> tuple[FitState, bool]:
        reconstructor = Reconstructor(view, problem.readings, problem.training.window)
        outputs = tuple(view.output)
        batches = ImputationBatches(
            problem.series, problem.readings, outputs, problem.holes, problem.training, problem.seed
        )
        certain = problem.network.likelihood == "none"
        return train_network(
            view,
            batches,
            lambda: problem.judge(reconstructor, outputs[0]),
            MaskedSquaredError() if certain else GaussianLikelihood(problem.features),
            problem.training,
            known_as=problem.fingerprint(),
            checkpoint_dir=checkpoint_dir,
            verbose=verbose,
        )

    return train_in_stages(network, problem.network.procedure, train)
