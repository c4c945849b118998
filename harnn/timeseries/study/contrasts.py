"""What one choice in the grid brings over another, all others being equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from scipy.stats import t

from harnn.evaluation.bootstrap import Interval
from harnn.timeseries.study.results import RowRecord, StudyResults

__all__ = ["Contrast", "contrasts", "seed_interval"]

_PAIRS = (
    ("direction", "coupled", "forward"),
    ("direction", "decoupled", "forward"),
    ("direction", "coupled", "decoupled"),
    ("cell", "gru", "lstm"),
    ("fusion", "gate", "concat"),
    ("fusion", "recurrent", "concat"),
)


@dataclass(frozen=True)
class Contrast:
    """The micro MSE with one choice less that with another.

    Attributes:
        factor: What is chosen.
        first: One choice.
        second: The other one.
        means: The mean micro MSE with each.
        difference: The first less the second: below zero the first is better.
        interval: 95 % t interval of the difference over the seeds; ``None`` with one seed.
        rows: Rows compared on each side.
    """

    factor: str
    first: str
    second: str
    means: tuple[float, float]
    difference: float
    interval: Interval | None
    rows: tuple[int, int]


def contrasts(results: StudyResults) -> Iterator[Contrast]:
    """Give what can be told of the grid.

    Each side is averaged over its rows first, seed by seed. For a fusion these are the rows of the
    directions that have both.
    """
    grid = [row for row in results.rows if row.factors and row.trials]
    for factor, first, second in _PAIRS:
        sides = [
            [row for row in grid if row.factors.get(factor) == side] for side in (first, second)
        ]
        if factor != "direction":
            # As many rows on one side as on the other, alike in all else.
            rest = [{_rest(row, factor) for row in side} for side in sides]
            shared = rest[0] & rest[1]
            sides = [[row for row in side if _rest(row, factor) in shared] for side in sides]
        if not all(sides):
            continue
        by_seed = [_by_seed(side) for side in sides]
        seeds = sorted(by_seed[0].keys() & by_seed[1].keys())
        if not seeds:
            continue
        differences = [by_seed[0][seed] - by_seed[1][seed] for seed in seeds]
        yield Contrast(
            factor,
            first,
            second,
            (mean(by_seed[0][seed] for seed in seeds), mean(by_seed[1][seed] for seed in seeds)),
            mean(differences),
            seed_interval(differences),
            (len(sides[0]), len(sides[1])),
        )


def seed_interval(values: Sequence[float]) -> Interval | None:
    """Return the 95 % t interval of the mean of some seeds; ``None`` for one alone.

    Example:
        >>> interval = seed_interval([0.1, 0.2, 0.3])
        >>> round(interval.low, 3), round(interval.high, 3)
        (-0.048, 0.448)
    """
    if len(values) < 2:
        return None
    half = float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5)
    return Interval(mean(values) - half, mean(values) + half)


def _rest(row: RowRecord, factor: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, of_row) for name, of_row in row.factors.items() if name != factor))


def _by_seed(rows: Sequence[RowRecord]) -> dict[int, float]:
    """Return the mean over the rows of each seed that all of them have."""
    scores = [
        {trial.seed: trial.scores["micro_mse"] for trial in row.trials if trial.seed is not None}
        for row in rows
    ]
    shared = set.intersection(*(set(of_row) for of_row in scores))
    return {seed: mean(of_row[seed] for of_row in scores) for seed in shared}
