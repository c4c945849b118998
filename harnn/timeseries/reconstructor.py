"""Runs a trained network over series of any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from harnn.timeseries.readings import Readings
from harnn.timeseries.series import Series
from harnn.timeseries.streaming_network import streaming_network
from harnn.timeseries.windows import Windows
from harnn.training.forward import compiled_forward

__all__ = ["Reconstructor"]

# Steps of a causal run at a time, and windows of one that looks both ways.
_CHUNK, _BATCH = 2048, 256


class Reconstructor:
    """A network with what stands before it.

    Args:
        model: What ``build_reconstruction_network`` made.
        readings: What it reads.
        window: Steps that it reads at once where it reads both directions.
    """

    def __init__(self, model: Any, readings: Readings, window: int) -> None:
        self.model = model
        self.readings = readings
        self.window = window

    def both_ways(
        self, series: Sequence[Series], output: str = "reconstruction"
    ) -> list[np.ndarray]:
        """Reconstruct from the past and the future.

        A long series is read in windows that overlap by half. Where two do, each counts the more
        the farther a step is from its end, so that there are no seams.

        Args:
            series: Scaled.
            output: Which of the network's outputs.

        Returns:
            What the network says of each ``(time, outputs)``.
        """
        inputs = [self._read(one) for one in series]
        sums: list[Any] = [None] * len(inputs)
        for rows, windows in self._windows(inputs):
            said = np.asarray(self._forward(windows)[output], dtype=float)
            weights = _tent(windows.shape[1])[:, None]
            for (owner, start), one in zip(rows, said, strict=True):
                if sums[owner] is None:
                    sums[owner] = np.zeros((len(inputs[owner]), said.shape[-1] + 1))
                place = sums[owner][start : start + len(one)]
                place[:, :-1] += weights * one
                place[:, -1:] += weights
        return [total[:, :-1] / total[:, -1:] for total in sums]

    def causal(self, series: Sequence[Series]) -> list[np.ndarray]:
        """Reconstruct from the past alone, from each series' first step on.

        Args:
            series: Scaled.

        Returns:
            What the network says of each ``(time, outputs)``.

        Raises:
            ConfigError: If the network reads both directions.
        """
        results: list[Any] = [None] * len(series)
        longest_first = sorted(range(len(series)), key=lambda number: -len(series[number]))
        for at in range(0, len(series), _BATCH):
            rows = longest_first[at : at + _BATCH]
            said = self._causal_batch([self._read(series[row]) for row in rows])
            for row, one in zip(rows, said, strict=True):
                results[row] = one
        return results

    def _causal_batch(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Run some series side by side, the longest first; one that has ended is left out."""
        states = self.first_states(len(inputs))
        parts: list[list[np.ndarray]] = [[] for _ in inputs]
        for at in range(0, len(inputs[0]), _CHUNK):
            running = [one[at : at + _CHUNK] for one in inputs if len(one) > at]
            chunk = np.zeros((len(running), *running[0].shape), np.float32)
            for row, one in zip(chunk, running, strict=True):
                row[: len(one)] = one
            states = [np.asarray(state)[: len(running)] for state in states]
            said, *states = self.stream([chunk, *states])
            for part, one, row in zip(parts, running, np.asarray(said, dtype=float), strict=False):
                part.append(row[: len(one)])
        return [np.concatenate(part) for part in parts]

    def first_states(self, series: int = 1) -> list[np.ndarray]:
        """Return the states before the first step of some series, ``(series, units)`` each."""
        return [np.zeros((series, one.shape[-1]), np.float32) for one in self._stream.input[1:]]

    @cached_property
    def stream(self) -> Any:
        """The compiled network from ``[readings, *states]`` to ``[reconstruction, *states]``."""
        return compiled_forward(self._stream)

    @cached_property
    def _stream(self) -> Any:
        return streaming_network(self.model)

    @cached_property
    def _forward(self) -> Any:
        return compiled_forward(self.model)

    def _read(self, series: Series) -> np.ndarray:
        return self.readings.of(series.values, series.observed, series.times)

    def _windows(self, inputs: list[np.ndarray]) -> Iterator[tuple[list[Any], np.ndarray]]:
        """Give batches of windows, and for each the number of its series and where it starts."""
        short = [number for number, one in enumerate(inputs) if len(one) < self.window]
        for number in short:
            yield [(number, 0)], inputs[number][None]
        if len(short) == len(inputs):
            return
        windows = Windows(inputs, self.window, stride=max(1, self.window // 2), cover=True)
        for at in range(0, len(windows), _BATCH):
            rows = np.arange(at, min(at + _BATCH, len(windows)))
            yield list(zip(*windows.places(rows), strict=True)), windows[rows]


def _tent(length: int) -> np.ndarray:
    """Return weights that rise to the middle of a window and fall again; none is zero."""
    steps = np.arange(length)
    return np.minimum(steps, steps[::-1]) + 1.0
