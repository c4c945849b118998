"""Results of a comparison that never was."""

from __future__ import annotations

import math

import numpy as np

from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.calibration import CalibrationBin, LevelCalibration
from harnn.evaluation.categories import CategoryScores, FrequencyBin
from harnn.evaluation.confusions import Confusion
from harnn.evaluation.evaluation import CompleteScores, Evaluation
from harnn.evaluation.headline import headline_scores
from harnn.evaluation.levels import LevelScores
from harnn.evaluation.report import (
    CategoryCard,
    CorpusCard,
    Cost,
    LengthCard,
    LevelCard,
    ModelRecord,
    PairRecord,
    PartCard,
    Results,
    RunRecord,
    Score,
    SetRecord,
    StopRecord,
)
from harnn.evaluation.scores import PrecisionRecallF1
from harnn.evaluation.selective import RiskCoverage, risk_coverage
from harnn.evaluation.significance import McNemar, PairedDifference

SCRIPT = "<script>alert('x')</script>"
LONG = (
    "Agent/SportsTeamMember of a very long name that goes on and on/"
    "ProfessionalAssociationFootballPlayerWithoutAnySpaceInItsName"
)
LEVELS = ("l1", "l2 | pipe", "l3 größte")


def evaluation(
    rng: np.random.Generator, quality: float, levels: int = 3, incoherent: float = 0.0
) -> Evaluation:
    def value(low: float = 0.0) -> float:
        return float(np.clip(quality - low + rng.normal(0, 0.004), 0, 1))

    def triple(low: float = 0.0) -> PrecisionRecallF1[float | None]:
        return PrecisionRecallF1(value(low), value(low), value(low))

    return Evaluation(
        documents=2500,
        micro=triple(),
        macro=triple(0.05),
        samples=triple(),
        weighted=triple(),
        hierarchical=triple(-0.03),
        complete=CompleteScores(2484, value(0.08), triple(), triple(0.05)),
        levels=tuple(
            LevelScores(level, 2500 - 8 * level, value(0.03 * level), triple(), triple(0.1))
            for level in range(levels)
        ),
        auprc_micro=value(),
        auprc_macro=None,
        precision_at_k={1: value(), 3: None},
        incoherent_share=incoherent,
    )


def scores_of(evaluations: list[Evaluation]) -> dict[str, Score]:
    names = headline_scores(evaluations[0])
    scores = {}
    for name in names:
        seeds = tuple(headline_scores(entry)[name] for entry in evaluations)
        values = [seed for seed in seeds if seed is not None]
        mean = float(np.mean(values)) if values else None
        scores[name] = Score(
            mean=mean,
            std=float(np.std(values, ddof=1)) if len(values) > 1 else None,
            interval=None
            if mean is None
            else Interval(max(mean - 0.0123, 0.0), min(mean + 0.0119, 1.0)),
            seeds=seeds,
        )
    return scores


def model(
    rng: np.random.Generator,
    name: str,
    title: str,
    quality: float,
    *,
    seeds: tuple[int | None, ...] = (0,),
    raw: bool = True,
    probabilities: bool = True,
    epochs: int = 0,
    memory: int | None = 1_400_000_000,
    fit: float = 100.0,
    floor: bool = False,
) -> ModelRecord:
    evaluations = [evaluation(rng, quality) for _ in seeds]
    raw_evaluations = [evaluation(rng, quality - 0.01, incoherent=0.0421) for _ in seeds]
    runs = tuple(
        RunRecord(
            seed=seed,
            evaluation=own,
            raw_evaluation=other if raw else None,
            cost=Cost(
                fit_seconds=fit + 3 * number,
                predict_seconds=1.25,
                documents_per_second=2500 / 1.25 * (100 / fit) ** 0.3,
                peak_memory_bytes=memory,
                parameters=3_456_789 if raw else None,
                disk_bytes=int(fit * 123_456),
            ),
            history=tuple(
                {
                    "epoch": float(epoch),
                    "loss": 3 * math.exp(-epoch / 4) + 0.1 + 0.02 * number,
                    "all_levels_right": 0.8 * (1 - math.exp(-epoch / 3)) + 0.01 * number,
                    "micro_f1": 0.85 * (1 - math.exp(-epoch / 3)) + 0.01 * number,
                    "log_loss": 1.2 * math.exp(-epoch / 3) + 0.01 * epoch,
                    "seconds": 12.5,
                }
                for epoch in range(1, epochs + 1)
            ),
            best_epoch=epochs - 2 + number if epochs else None,
            notes=(f"a warning with {SCRIPT} | and a pipe",) if number == 0 else (),
        )
        for number, (seed, own, other) in enumerate(
            zip(seeds, evaluations, raw_evaluations, strict=True)
        )
    )
    return ModelRecord(
        name=name,
        title=title,
        floor=floor,
        description=f"What {title} is, in a line.",
        parameters={"units": 128, "dropout": 0.2, "name": f"ü{SCRIPT}", "levels": [1, 2, None]},
        runs=runs,
        scores=scores_of(evaluations),
        raw_scores=scores_of(raw_evaluations) if raw else {},
        calibration=tuple(calibration(rng, level, quality) for level in range(3))
        if probabilities
        else (),
        selective=tuple(selective(level, quality) for level in range(3)) if probabilities else (),
        sets=tuple(
            SetRecord(
                level=level,
                target=target,
                documents=2484 - 8 * level,
                coverage=target + 0.0123,
                size=1 + level + (1 - quality) * 10,
                single=0.5,
            )
            for level in range(3)
            for target in (0.9, 0.95)
        )
        if probabilities
        else (),
        stops=tuple(
            StopRecord(
                level=level,
                target=target,
                answers=2484,
                given=0.0 if level == 2 else quality - 0.2 * level,
                precision=None if level == 2 else target + 0.0045,
            )
            for level in range(3)
            for target in (0.9, 0.95)
        )
        if probabilities
        else (),
        frequency=tuple(
            FrequencyBin(lower, upper, 20, None if lower == 0 else min(quality, 0.25 * step))
            for step, (lower, upper) in enumerate(
                [(0, 0), (1, 9), (10, 99), (100, 999), (1000, 9999)]
            )
        ),
        worst=(
            CategoryScores(LONG, 2, 3, 2, 0, None, 0.0, 0.0),
            CategoryScores("Agent/Künstler 画家", 1, 12, 9, 4, 0.25, 1 / 9, 0.1538),
            CategoryScores("Never", 0, 0, 0, 0, None, None, None),
        ),
        confusions=(
            Confusion(LONG, f"Agent/{SCRIPT}", 12, 0.24, (3, 17, 99)),
            Confusion("Place/River", "Place/Lake", 5, 0.05, (17,)),
        ),
    )


def selective(level: int, quality: float) -> RiskCoverage:
    # A generator of its own: the other numbers stay what they were.
    rng = np.random.default_rng(level)
    confidence = rng.random(500)
    return risk_coverage(
        confidence, rng.random(500) < quality + (1 - quality) * confidence, level=level
    )


def calibration(rng: np.random.Generator, level: int, quality: float) -> LevelCalibration:
    bins = []
    for number in range(15):
        lower, upper = number / 15, (number + 1) / 15
        if number < 3:
            bins.append(CalibrationBin(lower, upper, 0, None, None))
            continue
        confidence = (lower + upper) / 2
        accuracy = float(np.clip(confidence * quality + rng.normal(0, 0.03), 0, 1))
        bins.append(CalibrationBin(lower, upper, 10 * number**2, confidence, accuracy))
    return LevelCalibration(level, 2484, 0.03 + 0.02 * level + 0.05 * (1 - quality), tuple(bins))


def pair(
    rival: str, reference: ModelRecord, other: ModelRecord, p_value: float | None = 0.0002
) -> PairRecord:
    differences = {}
    for name in ("all_levels_right", "micro_f1", "macro_f1"):
        own, its = reference.scores[name].mean, other.scores[name].mean
        if own is not None and its is not None:
            gap = own - its
            differences[name] = PairedDifference(gap, Interval(gap - 0.011, gap + 0.012), p_value)
    test = McNemar(1890, 154, 67, 373, 4.1e-9)
    return PairRecord(rival=rival, differences=differences, mcnemar=test, p_holm=8.2e-9)


def part(name: str, documents: int) -> PartCard:
    return PartCard(
        name=name,
        documents=documents,
        known=(documents, documents - 8, documents - 16),
        complete=documents - 16,
        duplicates=31,
        in_training=0 if name == "train" else 12,
        lengths=LengthCard(
            shortest=0 if name == "train" else 3,
            median=87.0,
            mean=102.4321,
            percentile_95=245.5,
            longest=1499,
        ),
    )


def fake_results() -> Results:
    """Make results of six models: several seeds, one failed, one without probabilities."""
    rng = np.random.default_rng(0)
    models = (
        model(rng, "harnn", "HARNN", 0.90, seeds=(0, 1, 2), epochs=12, fit=842.0),
        model(
            rng, "svm", "Linear SVM", 0.87, seeds=(None,), probabilities=False, raw=False, fit=4.2
        ),
        model(rng, "logistic", f"Logistic {SCRIPT} $x^2$", 0.86, fit=31.0, memory=None),
        model(rng, "xgboost", "XGBoost, a level after another, 画家", 0.84, epochs=40, fit=310.0),
        ModelRecord(
            name="broken",
            title="Broken",
            error=f"DataError: row 3 | column 'l2'\n{SCRIPT} is not in the taxonomy",
        ),
        model(
            rng, "majority", "Majority path", 0.10, seeds=(None,), raw=False, fit=0.004, floor=True
        ),
    )
    return Results(
        created="2025-03-01T12:30:59+00:00",
        title=f"Comparison on {SCRIPT} & news",
        versions={"python": "3.11.7", "harnn": "0.1.0", "keras": "3.10.0"},
        machine={"cores": 2, "memory_bytes": 8_123_456_789, "system": "Linux"},
        command="harnn compare config.yaml --out report",
        config={"models": ["harnn", "svm"], "seeds": [0, 1, 2], "text": f"{SCRIPT} ``` ü"},
        corpus=CorpusCard(
            name="dbpedia",
            digest="3b1f" * 16,
            one_path=True,
            levels=tuple(
                LevelCard(
                    name=name, categories=9 * 7**n, rarest=3, median=120.5, most_frequent=9000
                )
                for n, name in enumerate(LEVELS)
            ),
            parts=(part("train", 20000), part("validation", 2500), part("test", 2500)),
            categories=tuple(
                CategoryCard(
                    path=LONG if n == 0 else f"Agent/Category {n}",
                    level=n % 3,
                    documents={"train": 10 * n, "validation": n, "test": n},
                )
                for n in range(40)
            ),
            unseen=("Agent/Ghost | pipe", SCRIPT),
        ),
        part="test",
        seeds=(0, 1, 2),
        resamples=1000,
        reference="harnn",
        models=models,
        pairs=tuple(
            pair(other.name, models[0], other)
            for other in models
            if other.scores
            if other.name != "harnn"
        ),
        examples={
            3: f"A text with {SCRIPT} and a | pipe\nand a second line, shortened …",
            17: "Die Größe der Seen: 画家 painted a lake that is called a river.",
        },
    )
