"""Fills the values of a sensor rig as they come, one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from harnn.errors import DataError
from harnn.timeseries.readings import Readings
from harnn.timeseries.scaling import Scaling
from harnn.timeseries.stream_times import has_zone, stream_seconds

__all__ = ["ImputationStream"]


class StepNetwork(Protocol):
    """What an imputation stream asks: a `Reconstructor`, or an export of one."""

    @property
    def readings(self) -> Readings:
        """What the network reads."""

    def first_states(self) -> list[np.ndarray]:
        """Return the states before the first step, ``(1, units)`` each."""

    @property
    def stream(self) -> Callable[[list[Any]], Sequence[Any]]:
        """The network from ``[readings, *states]`` to ``[reconstruction, *states]``."""


class ImputationStream:
    """What is known after the steps so far: the states of the network and each last value.

    What it says equals ``transform(…, causal=True)`` of the whole series. Memory and time of a
    step do not grow.

    Args:
        network: The trained network.
        scaling: Of the sensors.
        names: Of the sensors.
        timed: Whether the network was trained on series with times.
    """

    def __init__(
        self,
        network: StepNetwork,
        scaling: Scaling,
        names: tuple[str, ...],
        timed: bool = False,
    ) -> None:
        self._run = network
        self._timed = timed
        self._scaling = scaling
        self._names = names
        self._states: list[Any] = network.first_states()
        self._steps = 0
        self._last = np.full(len(names), np.nan)
        self._last_time = np.zeros(len(names))
        self._time = -np.inf
        self._zoned: bool | None = None

    def step(self, values: Any, time: Any = None) -> np.ndarray:
        """Take the values of a step, and give them back without holes.

        Args:
            values: ``(features,)``, NaN or masked where missing; or a ``pandas.Series`` or dict of
                these names.
            time: A date, with a zone or without, a duration or seconds, as ``fit`` was given;
                where ``fit`` was given no times, the number of the step if not given.

        Returns:
            ``(features,)``.

        Raises:
            DataError: If the values are not so many numbers, one is too large to compute with, a
                time is needed, or it is not after the last.
        """
        values = self._numbers(values)
        zoned = has_zone(time)
        time = self._seconds(time)
        self._check(values, time)
        observed = ~np.isnan(values)
        scaled = self._scaling.scaled(values)
        self._scaling.check(scaled[None], self._names, lambda _: "the step")
        if self._zoned is None:
            self._zoned = zoned
        if self._steps == 0:
            self._last_time[:] = time
        gaps = time - self._last_time
        fill = np.where(observed, scaled, np.nan_to_num(self._last))
        readings = self._run.readings.joined(fill, observed, [gaps], np.asarray(time))
        said, *self._states = self._run.stream([readings[None, None], *self._states])
        self._last = np.where(observed, scaled, self._last)
        self._last_time = np.where(observed, time, self._last_time)
        self._time, self._steps = time, self._steps + 1
        mean = np.asarray(said, dtype=float)[0, 0, : len(values)]
        return np.where(observed, values, self._scaling.unscaled(mean))

    def _numbers(self, values: Any) -> np.ndarray:
        # A pandas.Series, where pandas is loaded at all.
        if hasattr(values, "index") and hasattr(values, "to_numpy"):
            values = dict(zip(values.index, values, strict=True))
        if isinstance(values, Mapping):
            found = {str(label): value for label, value in values.items()}
            lacking = [name for name in self._names if name not in found]
            if lacking:
                raise DataError(f"a step lacks {', '.join(map(repr, lacking))}")
            values = [found[name] for name in self._names]
        try:
            if isinstance(values, np.ma.MaskedArray):
                values = np.ma.filled(values.astype(float), np.nan)
            return np.asarray(values, dtype=float)
        except (TypeError, ValueError) as error:
            raise DataError(f"a step of numbers is needed: {error}") from None

    def _seconds(self, time: Any) -> float:
        if time is None:
            if self._timed:
                raise DataError("fit was given times: give the time of each step, too")
            return float(self._steps)
        if self._zoned not in (None, has_zone(time)):
            has, had = ("a zone", "none") if has_zone(time) else ("no zone", "one")
            raise DataError(f"time {time} has {has}, and the step before had {had}")
        return stream_seconds(time)

    def _check(self, values: np.ndarray, time: float) -> None:
        if values.shape != (len(self._names),):
            raise DataError(
                f"a step has shape {values.shape}; ({len(self._names)},) is needed: "
                f"{', '.join(self._names)}"
            )
        if np.isinf(values).any():
            name = self._names[int(np.flatnonzero(np.isinf(values))[0])]
            raise DataError(f"sensor {name!r} is infinite; NaN says that a value is missing")
        if not time > self._time:
            raise DataError(f"time {time} does not lie after {self._time}, that of the step before")
