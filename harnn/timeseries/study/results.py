"""What a study found, as it is stored and read back."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import mean, stdev
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from harnn.errors import DataError
from harnn.timeseries.study.problem import Task

__all__ = [
    "Excerpt",
    "LengthError",
    "ProblemCard",
    "RowRecord",
    "StudyResults",
    "TrialCost",
    "TrialRecord",
    "read_study",
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrialCost(_Record):
    """What a fit cost.

    Attributes:
        fit_seconds: Wall time of the fit.
        predict_seconds: Wall time of what was said of the test part, the first call.
        parameters: Trained numbers; ``None`` without a network.
        epochs: How many were run.
        best_epoch: The one that was kept, counted from 1.
    """

    fit_seconds: float
    predict_seconds: float
    parameters: int | None = None
    epochs: int | None = None
    best_epoch: int | None = None


class LengthError(_Record):
    """Errors over holes of some lengths, or some steps ahead.

    Attributes:
        lower: The shortest hole, or the first step, counted from 1.
        upper: The longest, or the last.
        places: How many values.
        mse: Mean squared error.
        mae: Mean absolute error.
    """

    lower: int
    upper: int
    places: int
    mse: float
    mae: float


class Excerpt(_Record):
    """A stretch of the test part, to be drawn; in the units of the sensors.

    Attributes:
        sensor: Its name.
        times: Seconds since the stretch began.
        true: What was measured, ``None`` where nothing was.
        given: Whether the model was given it.
        said: What the model said.
        low: The lower edge of the 90 % band.
        high: Its upper edge.
    """

    sensor: str
    times: tuple[float, ...]
    true: tuple[float | None, ...]
    given: tuple[bool, ...]
    said: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class TrialRecord(_Record):
    """One model fitted with one seed.

    Attributes:
        fingerprint: Digest of what decides the result: model, settings, seed and data.
        seed: The seed; ``None`` if nothing is drawn.
        settings: Of the estimator.
        scores: Over the judged values, in deviations of the sensors: ``micro_mse``,
            ``macro_mse``, ``mae``, ``mre``, ``nll`` (nats a value, over those of
            which the model is not certain), ``coverage_50``,
            ``coverage_80``, ``coverage_90``, ``coverage_95``.
        sensors: The mean squared error of each sensor; ``None`` where nothing was judged.
        by_length: Errors by the length of the hole, or by the steps ahead.
        cost: What it cost.
        history: One dict an epoch.
        excerpts: Of some sensors; of the first seed alone.
    """

    fingerprint: str
    seed: int | None
    settings: dict[str, JsonValue]
    scores: dict[str, float]
    sensors: dict[str, float | None]
    by_length: tuple[LengthError, ...]
    cost: TrialCost
    history: tuple[dict[str, float], ...] = ()
    excerpts: tuple[Excerpt, ...] = ()


class RowRecord(_Record):
    """A model of the study.

    Attributes:
        name: Of its folder.
        title: What it is called.
        factors: Cell, direction and fusion; empty beside the grid.
        trials: Its fits.
        error: Why there is none.
    """

    name: str
    title: str
    factors: dict[str, str]
    trials: tuple[TrialRecord, ...]
    error: str | None = None

    def values(self, score: str) -> list[float]:
        """Return a score of every fit."""
        return [trial.scores[score] for trial in self.trials]

    def mean(self, score: str) -> float:
        """Return the mean of a score over the fits."""
        return mean(self.values(score))

    def std(self, score: str) -> float | None:
        """Return the standard deviation of a score over the fits (n - 1), if there are two."""
        values = self.values(score)
        return stdev(values) if len(values) > 1 else None


class ProblemCard(_Record):
    """What was asked.

    Attributes:
        name: Of the data.
        task: What it was.
        sensors: Their names.
        series: How many series.
        steps: Steps of each part.
        missing: Share of the values that are missing in the data themselves, a part each.
        judged: How many values were judged.
        holes: What was hidden, in words; ``None`` when forecasting.
        horizon: Steps ahead; ``None`` when reconstructing.
    """

    name: str
    task: Task
    sensors: tuple[str, ...]
    series: int
    steps: dict[str, int]
    missing: dict[str, float]
    judged: int
    holes: str | None
    horizon: int | None


class StudyResults(_Record):
    """All that a study found: ``results.json``."""

    format: Literal["harnn-series-study"] = "harnn-series-study"
    version: Literal[1] = 1
    title: str
    created: str
    problem: ProblemCard
    seeds: tuple[int, ...]
    rows: tuple[RowRecord, ...]
    versions: dict[str, str]
    machine: dict[str, JsonValue]
    command: str | None = None
    config: dict[str, JsonValue] | None = None

    def ranked(self) -> list[RowRecord]:
        """Return the rows that have fits, the lowest micro MSE first."""
        fitted = [row for row in self.rows if row.trials]
        return sorted(fitted, key=lambda row: row.mean("micro_mse"))


def read_study(path: str | os.PathLike[str]) -> StudyResults:
    """Read the ``results.json`` of a study.

    Raises:
        DataError: If it cannot be read, is damaged, or is of another kind or version.
    """
    try:
        return StudyResults.model_validate_json(Path(path).read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise DataError(
            f"{path}: no results of a study that this release reads: {place}: {first['msg']}"
        ) from None
