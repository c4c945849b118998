"""``run_study``: models of series on one split with several seeds, and a report at the end."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone

from harnn.environment import installed_versions, machine
from harnn.errors import ConfigError, DataError, nearest
from harnn.own_process import worker_processes
from harnn.progress_display import ProgressDisplay, time_left
from harnn.timeseries.series import Series
from harnn.timeseries.study.grid import Row
from harnn.timeseries.study.problem import StudyProblem
from harnn.timeseries.study.report import write_study
from harnn.timeseries.study.results import (
    ProblemCard,
    RowRecord,
    StudyResults,
    TrialRecord,
)
from harnn.timeseries.study.trial import run_trial
from harnn.timeseries.study.trial_store import TrialStore

__all__ = ["run_study"]


class _Trial(NamedTuple):
    """A fit that is still to be done."""

    name: str
    seed: int | None
    estimator: Any
    fingerprint: str


def run_study(
    problem: StudyProblem,
    rows: Mapping[str, Row],
    folder: str | Path,
    seeds: Sequence[int] = (0,),
    *,
    only: Collection[str] | None = None,
    jobs: int = 1,
    command: str | None = None,
    config: dict[str, Any] | None = None,
    verbose: bool = True,
) -> StudyResults:
    """Fit every model with every seed, judge them on the test part, and write a report.

    What is fitted is stored in the folder and not fitted again: a study that was stopped goes on
    where it was. One that Ctrl-C stops reports what it has, and raises ``KeyboardInterrupt`` then.

    Args:
        problem: What is asked.
        rows: The models, by name.
        folder: Gets ``report.html``, ``report.md``, ``results.json``, ``holes.npz`` and
            ``trials``.
        seeds: Of the fits. A model that draws nothing at random is fitted once.
        only: Fit no other models; those fitted before stay in the report.
        jobs: Fits at a time, each in a process of its own with one thread; with 1, in this one.
        command: What repeats the study, for the report.
        config: The options of the run, for the report.
        verbose: Whether to show progress.

    Returns:
        What was found.

    Raises:
        ConfigError: If a name in ``only`` is none of the rows.
        DataError: If a fit cannot be done with such data; those done before are stored.
    """
    for name in only or ():
        if name not in rows:
            known = nearest(name, rows) or f"; there are {', '.join(rows)}"
            raise ConfigError(f"only: {name!r} is no model of the study{known}")
    store = TrialStore(Path(folder), problem)
    store.write_holes()
    found: dict[str, dict[int | None, TrialRecord]] = {name: {} for name in rows}
    todo = []
    for name, row in rows.items():
        for seed in seeds if row.drawn else (None,):
            estimator = clone(row.estimator)
            if seed is not None:
                estimator.set_params(random_state=seed)
            known_as = store.fingerprint(estimator, seed)
            if (stored := store.read(name, seed, known_as)) is not None:
                found[name][seed] = stored
            elif only is None or name in only:
                todo.append(_Trial(name, seed, estimator, known_as))
    with ProgressDisplay(verbose=verbose) as display:
        done = sum(map(len, found.values()))
        if done:
            display.note(f"stored already: {done} of {done + len(todo)} fits")
        started = time.monotonic()
        number = 0
        stopped = None
        try:
            for trial, record in _run(problem, todo, store, seeds[0], jobs):
                number += 1
                found[trial.name][trial.seed] = record
                left = time_left(started, number, len(todo) - number)
                display.note(
                    f"{number} of {len(todo)}: {rows[trial.name].title}"
                    f"{'' if trial.seed is None else f', seed {trial.seed}'}: "
                    f"MSE {record.scores['micro_mse']:.4f}, {record.cost.fit_seconds:.0f} s "
                    f"({left} left)"
                )
        except KeyboardInterrupt as interrupt:
            display.note(f"{done + number} fits are stored; the same command goes on from there")
            stopped = interrupt
    if not any(found.values()):
        raise stopped or DataError("no model is fitted: there is nothing to report")
    results = StudyResults(
        title=f"{problem.task.capitalize()} of {problem.name}",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        problem=_card(problem, found),
        seeds=tuple(seeds),
        rows=tuple(
            RowRecord(
                name=name,
                title=row.title,
                factors=row.factors,
                trials=tuple(found[name][seed] for seed in sorted(found[name], key=_order)),
                error=None if found[name] else "not fitted yet",
            )
            for name, row in rows.items()
        ),
        versions=installed_versions(),
        machine=machine(),
        command=command,
        config=config,
    )
    write_study(results, folder)
    if stopped is not None:
        raise stopped
    return results


def _run(
    problem: StudyProblem, todo: Sequence[_Trial], store: TrialStore, first_seed: int, jobs: int
) -> Iterator[tuple[_Trial, TrialRecord]]:
    """Do fits, store each, and give them as they end."""

    def arguments(trial: _Trial) -> tuple[Any, ...]:
        model = str(store.model(trial.name, trial.seed))
        excerpts = trial.seed in (None, first_seed)
        return problem, trial.estimator, trial.seed, trial.fingerprint, model, excerpts

    if jobs == 1 or len(todo) < 2:
        for trial in todo:
            record = _fit(*arguments(trial))
            store.write(trial.name, record)
            yield trial, record
        return
    with worker_processes(min(jobs, len(todo)), threads=1) as workers:
        futures = {workers.submit(_fit, *arguments(trial)): trial for trial in todo}
        for future in as_completed(futures):
            trial, record = futures[future], future.result()
            store.write(trial.name, record)
            yield trial, record


def _fit(
    problem: StudyProblem,
    estimator: Any,
    seed: int | None,
    fingerprint: str,
    model: str,
    excerpts: bool,
) -> TrialRecord:
    from harnn.quiet_keras import keras

    # One network after the other in one process: what is left of the last one is given back.
    keras.backend.clear_session()
    return run_trial(problem, estimator, seed, fingerprint, folder=model, excerpts=excerpts)


def _order(seed: int | None) -> int:
    return -1 if seed is None else seed


def _card(
    problem: StudyProblem, found: Mapping[str, Mapping[int | None, TrialRecord]]
) -> ProblemCard:
    parts = {"training": problem.train, "validation": problem.validation, "test": problem.test}
    records = [record for trials in found.values() for record in trials.values()]
    horizon = records[0].settings.get("horizon") if records else None
    return ProblemCard(
        name=problem.name,
        task=problem.task,
        sensors=problem.sensors,
        series=max(map(len, parts.values())),
        steps={name: sum(map(len, part)) for name, part in parts.items()},
        missing={name: _missing(part) for name, part in parts.items()},
        judged=sum(one.places for one in records[0].by_length) if records else 0,
        holes=problem.holes.text() if problem.holes is not None else None,
        horizon=horizon if isinstance(horizon, int) else None,
    )


def _missing(part: Sequence[Series]) -> float:
    return float(1 - np.concatenate([one.observed for one in part]).mean())
