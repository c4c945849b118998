"""One fit of one model of a study, and how it is judged."""

from __future__ import annotations

import math
import time
from typing import Any

from harnn.timeseries.study.judged import judged
from harnn.timeseries.study.problem import StudyProblem
from harnn.timeseries.study.results import TrialCost, TrialRecord

__all__ = ["run_trial"]


def run_trial(
    problem: StudyProblem,
    estimator: Any,
    seed: int | None,
    fingerprint: str,
    *,
    folder: str | None = None,
    excerpts: bool = False,
) -> TrialRecord:
    """Fit a model and judge it on the test part.

    Args:
        problem: What is asked.
        estimator: A `SeriesImputer` or `SeriesForecaster`, not fitted.
        seed: Its seed; ``None`` if it draws nothing.
        fingerprint: Of the trial.
        folder: Where to save the fitted model.
        excerpts: Whether to keep a stretch of what it said.

    Returns:
        What was found.
    """
    started = time.perf_counter()
    estimator.fit(
        [one.frame() for one in problem.train],
        validation_data=[one.frame() for one in problem.validation],
    )
    fitted = time.perf_counter()
    found = judged(problem, estimator)
    ended = time.perf_counter()
    if folder is not None:
        estimator.save(folder)
    history = getattr(estimator, "history_", [])
    return TrialRecord(
        fingerprint=fingerprint,
        seed=seed,
        settings={name: _plain(value) for name, value in estimator.get_params().items()},
        scores=found.scores(),
        sensors=found.sensors(problem.sensors),
        by_length=tuple(found.by_length()),
        cost=TrialCost(
            fit_seconds=fitted - started,
            predict_seconds=ended - fitted,
            parameters=estimator.model_.count_params() if history else None,
            epochs=len(history) or None,
            best_epoch=getattr(estimator, "best_epoch_", None),
        ),
        history=tuple(
            {name: float(value) for name, value in entry.items() if math.isfinite(value)}
            for entry in history
        ),
        excerpts=tuple(found.excerpts(problem)) if excerpts else (),
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
