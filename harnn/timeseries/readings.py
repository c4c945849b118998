"""What a network reads of a series: a simple fill, what is observed, and for how long it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from harnn.timeseries.neighbours import Neighbours

__all__ = ["Base", "Readings", "usual_step"]

Base = Literal["last", "line"]


@dataclass(frozen=True)
class Readings:
    """Turns scaled values with holes into the channels of a network.

    For each sensor: the fill that the network corrects, which is the value itself where it is
    observed; whether it is; and the time gaps, as ``log(1 + δ)``, δ in usual steps. One direction
    reads last values and the gap since; both read a straight line between the neighbours, and the
    gap to the next observation besides. Before a sensor's first value the fill is its mean, zero.
    For each period there are the sine and cosine of where in it a step stands.

    Attributes:
        base: ``"last"``, which depends on the past alone, or ``"line"``.
        step: Seconds of a usual step.
        periods: Seconds of the periods that the series may follow, such as those of a day.
    """

    base: Base
    step: float
    periods: tuple[float, ...] = ()

    def channels(self, features: int) -> int:
        """Return the number of channels for so many sensors."""
        return (4 if self.base == "line" else 3) * features + 2 * len(self.periods)

    def of(self, values: np.ndarray, observed: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return the channels.

        Args:
            values: Scaled, ``(..., time, features)``; what is not observed does not matter.
            observed: Booleans of the same shape.
            times: ``(..., time)`` seconds.

        Returns:
            ``(..., time, channels)`` in single precision: the fills of all sensors, then what is
            observed, the gaps and the periods.

        Example:
            >>> values = np.array([[1.0], [0.0], [3.0]])
            >>> observed = np.array([[True], [False], [True]])
            >>> channels = Readings("last", 1.0).of(values, observed, np.array([0.0, 1.0, 2.0]))
            >>> channels[:, :2].tolist(), np.expm1(channels[:, 2]).round(3).tolist()
            ([[1.0, 1.0], [1.0, 0.0], [3.0, 1.0]], [0.0, 1.0, 2.0])
        """
        found = Neighbours.of(observed)
        if self.base == "line":
            fill = found.interpolated(values, times, otherwise=0.0)
            gaps = [found.gaps_before(times), found.gaps_after(times)]
        else:
            fill = found.last_values(values, otherwise=0.0)
            gaps = [found.gaps_before(times)]
        return self.joined(fill, observed, gaps, times)

    def joined(
        self,
        fill: np.ndarray,
        observed: np.ndarray,
        gaps: list[np.ndarray],
        times: np.ndarray,
    ) -> np.ndarray:
        """Return the channels of fills and gaps that are known already, as ``of`` returns them."""
        channels = [fill, observed, *(np.log1p(gap / self.step) for gap in gaps)]
        for period in self.periods:
            # Reduced first: the times may be as large as the seconds since 1970.
            angle = 2 * np.pi * np.mod(times, period)[..., None] / period
            channels += [np.sin(angle), np.cos(angle)]
        return np.concatenate([channel.astype(np.float32) for channel in channels], axis=-1)


def usual_step(times: list[np.ndarray]) -> float:
    """Return the median time from a step to the next, over all series."""
    steps = np.concatenate([np.diff(of_one) for of_one in times])
    return float(np.median(steps)) if len(steps) else 1.0
