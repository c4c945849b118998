"""From the models' predictions to everything that the report tells."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harnn.comparison.fitting import FittedModel
from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.comparison.trust import trust_records
from harnn.evaluation import (
    Evaluation,
    Hierarchy,
    bootstrap_scores,
    bootstrap_weights,
    category_scores,
    confused_siblings,
    evaluate_predictions,
    headline_scores,
    holm,
    level_calibration,
    mcnemar,
    paired_difference,
    percentile_interval,
    scores_by_frequency,
    worst_categories,
)
from harnn.evaluation.report import ModelRecord, PairRecord, RunRecord, Score

__all__ = ["Contestant", "JudgedModel", "judge_model", "pair_records"]


@dataclass(frozen=True)
class Contestant:
    """A model of a comparison with what came of it.

    Attributes:
        name: What the config calls it.
        title: What the report calls it.
        description: A line on what it is.
        runs: Its fits by seed; empty if it failed.
        error: Why it failed.
        floor: Whether it learns nothing from the texts.
    """

    name: str
    title: str
    description: str
    runs: Mapping[int | None, FittedModel]
    error: str | None = None
    floor: bool = False


@dataclass(frozen=True)
class JudgedModel:
    """A model's record, and what comparing it with another one takes.

    Attributes:
        record: For the report.
        samples: The bootstrap scores by name ``(resamples,)``, averaged over its seeds.
        all_right: Whether its first run has all levels right, a document all of whose levels are
            known; empty if it failed.
    """

    record: ModelRecord
    samples: dict[str, np.ndarray]
    all_right: np.ndarray


def judge_model(
    contestant: Contestant, judge: Judge, part: str, resamples: int = 1000
) -> JudgedModel:
    """Compute all that the report tells of one model.

    Args:
        contestant: The model.
        judge: The truth.
        part: The part to judge by.
        resamples: Bootstrap resamples behind the intervals.

    Returns:
        Its record.
    """
    about: dict[str, Any] = {
        "name": contestant.name,
        "title": contestant.title,
        "description": contestant.description,
        "floor": contestant.floor,
    }
    if contestant.error is not None or not contestant.runs:
        record = ModelRecord(**about, error=contestant.error or "it was not fitted")
        return JudgedModel(record, {}, np.zeros(0, dtype=bool))
    truth, known, hierarchy = (
        judge.targets[part].indicator,
        judge.targets[part].known,
        judge.hierarchy,
    )
    names = judge.codec.level_names
    weights = bootstrap_weights(len(truth), resamples)
    runs: list[RunRecord] = []
    totals: dict[str, np.ndarray] = {}
    for seed, fitted in contestant.runs.items():
        said = fitted.predictions[part]
        each_level = None
        if said.each_level is not None:
            each_level = evaluate_predictions(
                truth, said.each_level, hierarchy, known=known, level_names=names
            )
        runs.append(
            RunRecord(
                seed=seed,
                evaluation=evaluate_predictions(
                    truth,
                    said.decisions,
                    hierarchy,
                    known=known,
                    scores=said.probabilities,
                    level_names=names,
                ),
                raw_evaluation=each_level,
                cost=fitted.cost,
                history=fitted.history,
                best_epoch=fitted.best_epoch,
                notes=fitted.notes,
            )
        )
        drawn = bootstrap_scores(truth, said.decisions, hierarchy, weights, known=known)
        for name, values in drawn.items():
            totals[name] = totals.get(name, 0.0) + values
    samples = {name: total / len(runs) for name, total in totals.items()}
    raw = [run.raw_evaluation for run in runs if run.raw_evaluation is not None]
    first = next(iter(contestant.runs.values()))
    record = ModelRecord(
        **about,
        parameters=first.settings,
        runs=tuple(runs),
        scores=_scores([run.evaluation for run in runs], samples),
        raw_scores=_scores(raw, {}) if len(raw) == len(runs) else {},
        **_details(first.predictions[part], judge, part, hierarchy),
        **trust_records(first.predictions, judge, part),
    )
    complete = known.all(axis=1)
    right = (truth == first.predictions[part].decisions).all(axis=1)[complete]
    return JudgedModel(record, samples, right)


def pair_records(reference: JudgedModel, rivals: Sequence[JudgedModel]) -> tuple[PairRecord, ...]:
    """Test the reference against each rival, on the same documents.

    Args:
        reference: The model that the others are tested against.
        rivals: The others; those without scores are left out.

    Returns:
        A record a rival.
    """
    rivals = [rival for rival in rivals if rival.record.scores]
    tests = [
        mcnemar(reference.all_right, rival.all_right) if len(reference.all_right) else None
        for rival in rivals
    ]
    corrected = iter(holm([test.p_value for test in tests if test is not None]))
    return tuple(
        PairRecord(
            rival=rival.record.name,
            differences={
                name: paired_difference(
                    reference.samples[name], rival.samples[name], ours.mean - theirs.mean
                )
                for name, ours in reference.record.scores.items()
                for theirs in [rival.record.scores[name]]
                if ours.mean is not None and theirs.mean is not None
            },
            mcnemar=test,
            p_holm=None if test is None else next(corrected),
        )
        for rival, test in zip(rivals, tests, strict=True)
    )


def _scores(
    evaluations: Sequence[Evaluation], samples: Mapping[str, np.ndarray]
) -> dict[str, Score]:
    seeds = [headline_scores(evaluation) for evaluation in evaluations]
    scores = {}
    for name in seeds[0]:
        values = [seed[name] for seed in seeds]
        defined = [value for value in values if value is not None]
        scores[name] = Score(
            mean=statistics.fmean(defined) if defined else None,
            std=statistics.stdev(defined) if len(defined) > 1 else None,
            interval=percentile_interval(samples[name]) if name in samples and defined else None,
            seeds=tuple(values),
        )
    return scores


def _details(
    said: Predictions, judge: Judge, part: str, hierarchy: Hierarchy
) -> dict[str, tuple[object, ...]]:
    targets = judge.targets[part]
    truth, known = targets.indicator, targets.known
    categories = category_scores(
        truth, said.decisions, hierarchy, judge.training_documents, known=known
    )
    calibration: tuple[object, ...] = ()
    if said.probabilities is not None:
        calibration = level_calibration(
            truth, said.probabilities, hierarchy, known=known, exclusive=judge.codec.one_path
        )
    return {
        "calibration": calibration,
        "frequency": scores_by_frequency(categories),
        "worst": worst_categories(categories),
        "confusions": confused_siblings(truth, said.decisions, hierarchy, known=known),
    }
