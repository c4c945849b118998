"""Windows to learn forecasting from, and what follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harnn.errors import DataError
from harnn.timeseries.options import SeriesTrainingOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import Series
from harnn.timeseries.windows import Windows

__all__ = ["ForecastWindows", "TrainingForecasts"]

# Windows run through a network at a time.
_BATCH = 256


class ForecastWindows:
    """All windows of some series with the steps that follow each, and never with any of these.

    Args:
        series: Scaled.
        readings: What the network reads, with last values for fills.
        window: Steps of a window.
        horizon: Steps that follow it.
        before: Steps before it that are a target, too: those of a teacher.

    Raises:
        DataError: If no series is as long as a window with what follows it.
    """

    def __init__(
        self,
        series: Sequence[Series],
        readings: Readings,
        window: int,
        horizon: int,
        before: int = 0,
    ) -> None:
        self.window, self.horizon, self.before = window, horizon, before
        length = before + window + horizon
        if max(map(len, series), default=0) < length:
            raise DataError(
                f"windows of {window} steps, and {horizon + before} before and after them, need "
                f"{length} steps in a row; the longest part has "
                f"{max(map(len, series), default=0)}: give longer series (of each, a part is kept "
                "for validation), or choose a shorter window"
            )
        read, wanted = [], []
        for one in series:
            read.append(readings.of(one.values, one.observed, one.times))
            known = np.nan_to_num(one.values)
            wanted.append(np.concatenate([known, one.observed], axis=-1).astype(np.float32))
        self._read, self._wanted = Windows(read, length), Windows(wanted, length)

    def __len__(self) -> int:
        return len(self._read)

    def readings(self, rows: np.ndarray) -> np.ndarray:
        """Return windows ``(rows, window, channels)``."""
        return self._read[rows][:, self.before : self.before + self.window]

    def targets(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return what follows, ``"forecast"``, and what was before, the nearest step first.

        Each is ``(rows, horizon, 2 * features)``: values, then whether they are known.
        """
        wanted = self._wanted[rows]
        targets = {"forecast": wanted[:, self.before + self.window :]}
        if self.before:
            targets["teacher"] = wanted[:, : self.before][:, ::-1]
        return targets

    def run(
        self, forecasts: Callable[[np.ndarray], np.ndarray], output: str = "forecast"
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Forecast from all windows, and put beside it what came.

        Args:
            forecasts: Turns windows of readings into ``(rows, horizon, features)``.
            output: Which targets.

        Returns:
            What is said, what is true, and where that is known; ``(windows, horizon, features)``.
        """
        said, wanted = [], []
        for at in range(0, len(self), _BATCH):
            rows = np.arange(at, min(at + _BATCH, len(self)))
            said.append(forecasts(self.readings(rows)))
            wanted.append(self.targets(rows)[output])
        true, known = np.split(np.concatenate(wanted), 2, axis=-1)
        return np.concatenate(said), true, known > 0


@dataclass(frozen=True)
class TrainingForecasts:
    """Batches of windows, others in every epoch, by the seed and the epoch alone.

    Attributes:
        windows: All there are.
        outputs: The names of the network's outputs that learn.
        training: How many an epoch takes, and a batch.
        seed: Of the draws.
    """

    windows: ForecastWindows
    outputs: tuple[str, ...]
    training: SeriesTrainingOptions
    seed: int

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return -(-self._windows_an_epoch // self.training.batch_size)

    def example(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return one window as a batch of its own."""
        return self._batch(np.array([0]))

    def epoch(self, number: int) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
        """Give an epoch's batches, the first being 0: readings and targets with weights."""
        generator = np.random.default_rng([self.seed, number])
        chosen = generator.permutation(len(self.windows))[: self._windows_an_epoch]
        for at in range(0, len(chosen), self.training.batch_size):
            yield self._batch(chosen[at : at + self.training.batch_size])

    def _batch(self, rows: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        targets = self.windows.targets(rows)
        return self.windows.readings(rows), {name: targets[name] for name in self.outputs}

    @cached_property
    def _windows_an_epoch(self) -> int:
        stride = self.training.stride or self.training.window // 2
        return -(-len(self.windows) // stride)
