"""What the models of a study are asked: series cut in time, and holes in the last part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from harnn.errors import DataError
from harnn.strict_options import StrictOptions
from harnn.timeseries.missingness import (
    hide_blocks,
    hide_points,
    hide_sensors,
    hide_subsequences,
)
from harnn.timeseries.readings import usual_step
from harnn.timeseries.series import Series, read_series
from harnn.timeseries.split import split_series

__all__ = ["Holes", "StudyProblem", "Task"]

Task = Literal["reconstruction", "forecasting"]


class Holes(StrictOptions):
    """What is hidden of the test part, by exact numbers: see `harnn.timeseries.missingness`.

    Attributes:
        kind: ``"points"``, ``"subsequences"`` of single sensors, ``"blocks"`` of several at once,
            or whole ``"sensors"``.
        share: Of the values, hidden; for ``"sensors"`` of the sensors.
        length: Steps of a subsequence or a block.
        width: Sensors of a block.
        seed: Of the draw: all models fill the same holes.
    """

    kind: Literal["points", "subsequences", "blocks", "sensors"] = "points"
    share: float = Field(0.2, gt=0.0, lt=1.0)
    length: int = Field(1, ge=1)
    width: int = Field(1, ge=1)
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _of_their_kind(self) -> Self:
        if self.length > 1 and self.kind not in ("subsequences", "blocks"):
            raise ValueError(f"{self.kind} have no length; subsequences and blocks have")
        if self.width > 1 and self.kind != "blocks":
            raise ValueError(f"{self.kind} have no width; blocks have")
        return self

    def hidden(self, observed: np.ndarray, number: int) -> np.ndarray:
        """Choose what to hide of a series.

        Args:
            observed: ``(time, features)``.
            number: Of the series: each has holes of its own.
        """
        seed = int(np.random.SeedSequence([self.seed, number]).generate_state(1)[0])
        match self.kind:
            case "points":
                return hide_points(observed, self.share, seed)
            case "subsequences":
                return hide_subsequences(observed, self.share, self.length, seed)
            case "blocks":
                return hide_blocks(observed, self.share, self.length, self.width, seed)
            case "sensors":
                count = max(1, round(self.share * observed.shape[-1]))
                return hide_sensors(observed, count, seed)

    def text(self) -> str:
        """Say it in words.

        Example:
            >>> Holes(kind="subsequences", share=0.5, length=36).text()
            'subsequences of 36 steps, 50 % of the values'
        """
        share = f"{100 * self.share:g} % of the "
        match self.kind:
            case "points":
                return f"single points, {share}values"
            case "subsequences":
                return f"subsequences of {self.length} steps, {share}values"
            case "blocks":
                size = f"{self.length} steps and {self.width} sensors"
                return f"blocks of {size}, {share}values"
            case "sensors":
                return f"whole sensors, {share}sensors"


@dataclass(frozen=True)
class StudyProblem:
    """One task on one split of some series.

    Attributes:
        name: Of the data.
        task: What is asked.
        train: What is learnt from.
        validation: What is chosen by, and bands are measured on.
        test: What is judged by.
        holes: What is hidden of the test part; ``None`` when forecasting.
    """

    name: str
    task: Task
    train: list[Series]
    validation: list[Series]
    test: list[Series]
    holes: Holes | None = None

    @classmethod
    def of(
        cls,
        name: str,
        task: Task,
        series: Mapping[str, pd.DataFrame],
        fractions: Sequence[float] = (0.6, 0.2, 0.2),
        months: Sequence[int] | None = None,
        holes: Holes | None = None,
    ) -> StudyProblem:
        """Cut series in time.

        Args:
            name: Of the data.
            task: ``"reconstruction"`` or ``"forecasting"``.
            series: By name, as `harnn.timeseries.tables.load_series` returns them.
            fractions: See `harnn.timeseries.split.split_series`.
            months: ″
            holes: When reconstructing, what to hide of the test part.

        Raises:
            DataError: If a part is empty.
        """
        read: list[Series] = []
        for key, frame in series.items():
            what = f"{name}, series {key!r}" if key else name
            read += read_series(frame, names=read[0].names if read else None, what=what)
        parts = split_series(read, fractions, months)
        for of_part, what in zip(parts, ("training", "validation", "test"), strict=True):
            if not of_part:
                raise DataError(f"{name}: the {what} part is empty; choose another split")
        if task == "forecasting":
            return cls(name, task, *parts)
        problem = cls(name, task, *parts, holes=holes or Holes())
        if not any(one.any() for one in problem.hidden):
            assert problem.holes is not None
            raise DataError(
                f"{name}: holes ({problem.holes.text()}) hide nothing of a test part of "
                f"{sum(map(len, problem.test))} steps; choose others, or a larger part"
            )
        return problem

    @cached_property
    def hidden(self) -> list[np.ndarray]:
        """What is hidden of each test series, ``(time, features)``."""
        assert self.holes is not None
        return [self.holes.hidden(one.observed, number) for number, one in enumerate(self.test)]

    @cached_property
    def holed(self) -> list[pd.DataFrame]:
        """The test series without what is hidden."""
        return [
            one.with_values(np.where(of_one, np.nan, one.values)).frame()
            for one, of_one in zip(self.test, self.hidden, strict=True)
        ]

    @property
    def sensors(self) -> tuple[str, ...]:
        """The names of the sensors."""
        return self.train[0].names

    def summary(self) -> str:
        """Say in a line what there is: series, sensors, steps."""
        steps = [sum(map(len, part)) for part in (self.train, self.validation, self.test)]
        count = max(map(len, (self.train, self.validation, self.test)))
        shown = ", ".join(self.sensors[:8]) + (", …" if len(self.sensors) > 8 else "")
        apart = usual_step([one.times for one in self.train])
        unit = "" if self.train[0].timestamps is None else f", usually {apart:g} s apart"
        return (
            f"{self.name}: {count} series of {len(self.sensors)} sensors ({shown}); "
            f"{steps[0]:,} / {steps[1]:,} / {steps[2]:,} steps{unit}"
        )

    def digest(self) -> str:
        """Return a digest of all data and of what is asked."""
        facts = [self.task, self.sensors, self.holes and self.holes.model_dump_json()]
        digest = hashlib.sha256(repr(facts).encode())
        for part in (self.train, self.validation, self.test):
            for one in part:
                digest.update(np.ascontiguousarray(one.values).tobytes())
                digest.update(np.ascontiguousarray(one.times).tobytes())
        return digest.hexdigest()
