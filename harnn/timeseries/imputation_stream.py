"""Fills the values of a sensor rig as they come, a step at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.scaling import Scaling

__all__ = ["ImputationStream"]


class ImputationStream:
    """What is known after the steps so far: the states of the network and each last value.

    What it says equals ``transform(…, causal=True)`` of the whole series. Memory and time of a
    step do not grow.

    Args:
        reconstructor: The trained network.
        scaling: Of the sensors.
        names: Of the sensors.
    """

    def __init__(
        self, reconstructor: Reconstructor, scaling: Scaling, names: tuple[str, ...]
    ) -> None:
        self._run = reconstructor
        self._scaling = scaling
        self._names = names
        self._states: list[Any] = reconstructor.first_states()
        self._steps = 0
        self._last = np.full(len(names), np.nan)
        self._last_time = np.zeros(len(names))
        self._time = -np.inf

    def step(self, values: Any, time: float | None = None) -> np.ndarray:
        """Take the values of a step, and give them back without holes.

        Args:
            values: ``(features,)``, NaN where missing.
            time: Seconds, on the clock that ``fit`` was given (dates count from 1970); the number
                of the step if not given.

        Returns:
            ``(features,)``.

        Raises:
            DataError: If the values are not so many numbers, or the time is not after the last.
        """
        values = np.asarray(values, dtype=float)
        time = float(self._steps) if time is None else float(time)
        self._check(values, time)
        observed = ~np.isnan(values)
        scaled = self._scaling.scaled(values)
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
