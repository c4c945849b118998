"""What a fitted model says of the test part of a study, and how far it is off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from harnn.timeseries.bands import Bands
from harnn.timeseries.forecast import Backtest
from harnn.timeseries.reconstruction import Reconstruction
from harnn.timeseries.scaling import Scaling
from harnn.timeseries.scores import gaussian_nll, score_series
from harnn.timeseries.series_forecaster import SeriesForecaster
from harnn.timeseries.series_imputer import SeriesImputer
from harnn.timeseries.study.hole_lengths import hole_lengths, power_bins
from harnn.timeseries.study.problem import StudyProblem
from harnn.timeseries.study.results import Excerpt, LengthError

__all__ = ["Judged", "judged"]

# Of an excerpt: steps, and sensors of a study.
_STEPS, _SENSORS = 160, 6
_COVERAGES = (0.5, 0.8, 0.9, 0.95)


def judged(problem: StudyProblem, estimator: Any) -> Judged:
    """Let a fitted model say the test part.

    Args:
        problem: What is asked.
        estimator: A `SeriesImputer` or a `SeriesForecaster`.

    Returns:
        What it said, beside what is true.
    """
    if isinstance(estimator, SeriesImputer):
        return _reconstructed(problem, estimator)
    return _forecast(problem, estimator)


@dataclass(frozen=True)
class Judged:
    """What a model said, what is true, and where it is judged: ``(places, features)`` each, scaled.

    Attributes:
        true: NaN where it is not known.
        mean: What was said.
        deviation: How far the model takes that to be off.
        where: What is judged.
        lengths: Of the hole that a place lies in, or its step ahead.
        bins: Ranges of lengths that are told apart.
        bands: Of the model.
        scaling: ″
        stretch: The places of an excerpt, and the seconds at which they stand.
    """

    true: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    where: np.ndarray
    lengths: np.ndarray
    bins: list[tuple[int, int]]
    bands: Bands
    scaling: Scaling
    stretch: tuple[np.ndarray, np.ndarray]

    def scores(self) -> dict[str, float]:
        """Return errors, likelihood and coverage: see `TrialRecord`."""
        found = score_series(self.true, self.mean, self.where)
        errors = np.abs(self.true - self.mean)[self.where]
        deviations = self.deviation[self.where]
        return {
            "micro_mse": found.micro_mse,
            "macro_mse": found.macro_mse,
            "mae": found.mae,
            "mre": found.mre,
            # Of what is said without any error, as of a constant sensor, there is no likelihood.
            "nll": gaussian_nll(
                self.true, self.mean, self.deviation, self.where & (self.deviation > 0)
            ),
            **{
                f"coverage_{100 * share:.0f}": float(
                    (errors <= self.bands.half_width(share) * deviations).mean()
                )
                for share in _COVERAGES
            },
        }

    def sensors(self, names: tuple[str, ...]) -> dict[str, float | None]:
        """Return the mean squared error of each sensor."""
        found = score_series(self.true, self.mean, self.where, names).sensor_mse
        return {name: value if math.isfinite(value) else None for name, value in found.items()}

    def by_length(self) -> Iterator[LengthError]:
        """Give the errors by the length of the hole, or by the steps ahead."""
        errors = np.where(self.where, self.true - self.mean, 0.0)
        for lower, upper in self.bins:
            here = self.where & (self.lengths >= lower) & (self.lengths <= upper)
            if here.any():
                yield LengthError(
                    lower=lower,
                    upper=upper,
                    places=int(here.sum()),
                    mse=float((errors[here] ** 2).mean()),
                    mae=float(np.abs(errors[here]).mean()),
                )

    def excerpts(self, problem: StudyProblem) -> Iterator[Excerpt]:
        """Give a stretch of some sensors, in their units."""
        rows, times = self.stretch
        half = self.bands.half_width(0.9) * self.deviation[rows]
        true, said, low, high = (
            self.scaling.unscaled(scaled)
            for scaled in (
                self.true[rows],
                self.mean[rows],
                self.mean[rows] - half,
                self.mean[rows] + half,
            )
        )
        for column in np.linspace(
            0, len(problem.sensors) - 1, min(_SENSORS, len(problem.sensors)), dtype=int
        ):
            known = ~np.isnan(true[:, column])
            yield Excerpt(
                sensor=problem.sensors[column],
                times=tuple((times - times[0]).tolist()),
                true=tuple(
                    float(value) if is_known else None
                    for value, is_known in zip(true[:, column], known, strict=True)
                ),
                given=tuple((known & ~self.where[rows, column]).tolist()),
                said=tuple(said[:, column].tolist()),
                low=tuple(low[:, column].tolist()),
                high=tuple(high[:, column].tolist()),
            )


def _reconstructed(problem: StudyProblem, estimator: SeriesImputer) -> Judged:
    found = estimator.reconstruct(problem.holed)
    assert isinstance(found, list)
    scaling = estimator.scaling_
    first: Reconstruction = found[0]
    start = max(0, (len(first.mean) - _STEPS) // 2)
    rows = np.arange(start, min(start + _STEPS, len(first.mean)))
    lengths = [
        hole_lengths(one.observed & ~hidden)
        for one, hidden in zip(problem.test, problem.hidden, strict=True)
    ]
    longest = max(int(one.max()) for one in lengths)
    return Judged(
        true=np.concatenate([scaling.scaled(one.values) for one in problem.test]),
        mean=np.concatenate([scaling.scaled(one.mean) for one in found]),
        deviation=np.concatenate([one.deviation / scaling.scale for one in found]),
        where=np.concatenate(problem.hidden),
        lengths=np.concatenate(lengths),
        bins=power_bins(longest),
        bands=estimator.bands_,
        scaling=estimator.scaling_,
        stretch=(rows, problem.test[0].times[rows]),
    )


def _forecast(problem: StudyProblem, estimator: SeriesForecaster) -> Judged:
    found: Backtest = estimator.backtest([one.frame() for one in problem.test])
    places, horizon, features = found.true.shape
    steps = np.broadcast_to(np.arange(1, horizon + 1)[:, None], (places, horizon, features))
    true = np.where(found.known, found.true, np.nan)
    # A stretch of forecasts of the last step ahead, each from a place of its own, in one series.
    first = next(one for one in problem.test if len(one) >= estimator.window + horizon)
    count = len(first) - estimator.window - horizon + 1
    start = max(0, (count - _STEPS) // 2)
    chosen = np.arange(start, min(start + _STEPS, count))
    return Judged(
        true=true.reshape(-1, features),
        mean=found.predicted.reshape(-1, features),
        deviation=np.broadcast_to(estimator.deviation_, true.shape).reshape(-1, features),
        where=found.known.reshape(-1, features),
        lengths=steps.reshape(-1, features),
        bins=[(step, step) for step in range(1, horizon + 1)]
        if horizon <= 12
        else power_bins(horizon),
        bands=estimator.bands_,
        scaling=estimator.scaling_,
        stretch=(
            chosen * horizon + horizon - 1,
            first.times[chosen + estimator.window + horizon - 1],
        ),
    )
