"""The nearest observed values of each step, and what follows from them: gaps and simple fills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Neighbours"]


@dataclass(frozen=True)
class Neighbours:
    """Where each sensor was last observed and where it is next.

    A step at which a sensor is observed is its own last and next one.

    Attributes:
        last: ``(..., time, features)`` numbers of steps; −1 before the first observation.
        next: ``(..., time, features)`` numbers of steps; the number of steps after the last one.
    """

    last: np.ndarray
    next: np.ndarray

    @classmethod
    def of(cls, observed: np.ndarray) -> Neighbours:
        """Find them.

        Args:
            observed: Booleans ``(..., time, features)``.

        Example:
            >>> found = Neighbours.of(np.array([[False], [True], [False]]))
            >>> found.last[:, 0].tolist(), found.next[:, 0].tolist()
            ([-1, 1, 1], [1, 1, 3])
        """
        time = observed.shape[-2]
        steps = np.arange(time)[:, None]
        last = np.maximum.accumulate(np.where(observed, steps, -1), axis=-2)
        coming = np.where(observed, steps, time)[..., ::-1, :]
        return cls(last, np.minimum.accumulate(coming, axis=-2)[..., ::-1, :])

    def gaps_before(self, times: np.ndarray) -> np.ndarray:
        """Return the time since each sensor's last observation before each step.

        The δ of Che et al. (*Recurrent Neural Networks for Multivariate Time Series with Missing
        Values*, 2018, equation 2)::

            δ_0 = 0
            δ_t = s_t - s_{t-1}              where the sensor was observed at t - 1
            δ_t = s_t - s_{t-1} + δ_{t-1}    where it was not

        Before its first observation a sensor's gap counts from the first step.

        Args:
            times: ``(..., time)``, increasing.

        Returns:
            ``(..., time, features)``, in the unit of the times.

        Example:
            >>> found = Neighbours.of(np.array([[True], [False], [False], [True]]))
            >>> found.gaps_before(np.array([0.0, 1.0, 4.0, 6.0]))[:, 0].tolist()
            [0.0, 1.0, 4.0, 6.0]
        """
        at_last = _at(times, np.maximum(self.last, 0))
        gaps = np.zeros(at_last.shape)
        gaps[..., 1:, :] = np.asarray(times)[..., 1:, None] - at_last[..., :-1, :]
        return gaps

    def gaps_after(self, times: np.ndarray) -> np.ndarray:
        """Return the time to each sensor's next observation after each step.

        As `gaps_before`, read from the end.
        """
        at_next = _at(times, np.minimum(self.next, self.next.shape[-2] - 1))
        gaps = np.zeros(at_next.shape)
        gaps[..., :-1, :] = at_next[..., 1:, :] - np.asarray(times)[..., :-1, None]
        return gaps

    def last_values(self, values: np.ndarray, otherwise: float = np.nan) -> np.ndarray:
        """Carry each sensor's last observation forward.

        Args:
            values: ``(..., time, features)``.
            otherwise: What stands before the first observation.

        Example:
            >>> found = Neighbours.of(np.array([[False], [True], [False]]))
            >>> found.last_values(np.array([[1.0], [2.0], [3.0]]), otherwise=0.0)[:, 0].tolist()
            [0.0, 2.0, 2.0]
        """
        carried = np.take_along_axis(values, np.maximum(self.last, 0), axis=-2)
        return np.where(self.last < 0, otherwise, carried)

    def interpolated(
        self, values: np.ndarray, times: np.ndarray, otherwise: float = np.nan
    ) -> np.ndarray:
        """Draw a line between the neighbours; beyond the first and the last one it is level.

        Args:
            values: ``(..., time, features)``.
            times: ``(..., time)``, increasing.
            otherwise: What stands where a sensor is never observed.

        Example:
            >>> found = Neighbours.of(np.array([[True], [False], [True], [False]]))
            >>> found.interpolated(
            ...     np.array([[1.0], [9.0], [3.0], [9.0]]), np.array([0.0, 1.0, 4.0, 5.0])
            ... )[:, 0].tolist()
            [1.0, 1.5, 3.0, 3.0]
        """
        none_before, none_after = self.last < 0, self.next == self.last.shape[-2]
        # Where one neighbour is missing, the other one stands for both.
        last = np.where(none_before, self.next, self.last)
        next_ = np.where(none_after, self.last, self.next)
        never = none_before & none_after
        last, next_ = np.where(never, 0, last), np.where(never, 0, next_)
        since = np.asarray(times, dtype=float)[..., None] - _at(times, last)
        between = _at(times, next_) - _at(times, last)
        share = np.divide(since, between, out=np.zeros(last.shape), where=between > 0)
        start = np.take_along_axis(values, last, axis=-2)
        end = np.take_along_axis(values, next_, axis=-2)
        return np.where(never, otherwise, start + share * (end - start))


def _at(times: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the times of steps ``(..., time, features)``."""
    spread = np.broadcast_to(np.asarray(times, dtype=float)[..., None], steps.shape)
    return np.take_along_axis(spread, steps, axis=-2)
