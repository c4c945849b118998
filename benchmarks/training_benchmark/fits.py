"""Whole fits of models, each in a process of its own, and the time until they reach a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training_benchmark.stages import NETWORK, Stage
from training_benchmark.worker import Worker

__all__ = ["Fit", "fit_model", "seconds_to"]


@dataclass(frozen=True)
class Fit:
    """A whole fit.

    Attributes:
        model: The preset, or the name of the baseline.
        import_seconds: Seconds in which the libraries were loaded, before the fit.
        whole: Time, CPU and memory of the fit.
        stages: The same of its stages.
        peak_memory: Largest resident memory of the process up to the end of the fit, in bytes.
        several_paths: True if a document may have several paths.
        epochs: The validation scores of each epoch, and its seconds; none of a baseline.
        best_epoch: The epoch that was kept, counted from 1; None of a baseline.
        scores: The scores of the fitted model on the validation part.
    """

    model: str
    import_seconds: float
    whole: Stage
    stages: Sequence[Stage]
    peak_memory: int
    several_paths: bool
    epochs: Sequence[dict[str, float]]
    best_epoch: int | None
    scores: dict[str, float | None]

    @property
    def compared(self) -> str:
        """Return the name of the score that models are compared by."""
        return "micro_f1" if self.several_paths else "all_levels_right"

    @property
    def score(self) -> float:
        """Return that score of the fitted model."""
        return self.scores[self.compared] or 0.0


def fit_model(model: str, seed: int, corpus: str, limit: int | None) -> Fit:
    """Fit a model in a process of its own, whose progress is shown.

    Args:
        model: A preset, or the name of a baseline.
        seed: Of the fit; baselines have none.
        corpus: As for ``load_corpus``.
        limit: At most this many documents of each part.

    Returns:
        The resources that the fit used, and its scores.
    """
    arguments = {"model": model, "seed": seed, "corpus": corpus, "limit": limit}
    with Worker("fit_run", arguments, show=True) as worker:
        facts: dict[str, Any] = dict(worker.facts)
    facts["whole"] = Stage(**facts["whole"])
    facts["stages"] = [Stage(**stage) for stage in facts["stages"]]
    return Fit(model=model, **facts)


def seconds_to(fit: Fit, score: float) -> float | None:
    """Return the seconds from the beginning of a fit until the validation score is reached.

    Args:
        fit: The fit of a network.
        score: The validation score to reach, after an epoch or at the end of the fit, when
            calibration and the share of the linear scores have been tuned.

    Returns:
        The seconds; None if it is not reached.
    """
    seconds = next((stage.start for stage in fit.stages if stage.name == NETWORK), 0.0)
    for epoch in fit.epochs:
        seconds += epoch["seconds"]
        if epoch[fit.compared] >= score:
            return seconds
    return fit.whole.seconds if fit.score >= score else None
