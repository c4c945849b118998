"""Sensors brought to one scale by what the training part says of them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harnn.errors import ConstantSensorWarning, DataError

if TYPE_CHECKING:
    from harnn.timeseries.series import Series

__all__ = ["Scaling"]


@dataclass(frozen=True)
class Scaling:
    """Mean and deviation of each sensor, both ``(features,)``.

    A sensor that is constant in the training part is only shifted: networks give it about its one
    value, and whatever it does later is in its own units to them.
    """

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, series: Sequence[Series]) -> Scaling:
        """Measure the training series; missing values take no part.

        Raises:
            DataError: If a sensor is never observed.

        Warns:
            ConstantSensorWarning: If a sensor has one value throughout.

        Example:
            >>> from harnn.timeseries.series import read_series
            >>> scaling = Scaling.of(read_series([[1.0, 5.0], [float("nan"), 7.0], [3.0, 9.0]]))
            >>> scaling.mean.tolist()
            [2.0, 7.0]
        """
        seen = np.any([one.observed.any(axis=0) for one in series], axis=0)
        if not seen.all():
            never = [name for name, yes in zip(series[0].names, seen, strict=True) if not yes]
            raise DataError(
                f"never observed in the training part: {', '.join(map(repr, never))}; there is "
                "nothing to learn of such a sensor: leave it out"
            )
        from sklearn.preprocessing import StandardScaler

        # At once: a part in which a sensor is never observed would spoil a running mean.
        values = series[0].values
        if len(series) > 1:
            values = np.concatenate([one.values for one in series])
        scaler = StandardScaler().fit(values)
        low = np.fmin.reduce(values)
        still = low == np.fmax.reduce(values)
        if still.any():
            named = [f"{series[0].names[n]!r} ({low[n]:g})" for n in np.flatnonzero(still)]
            warnings.warn(
                f"of one value in all of the training part: {', '.join(named)}; nothing is "
                "learnt of how such a sensor moves",
                ConstantSensorWarning,
                stacklevel=4,  # whoever calls fit
            )
        return cls(scaler.mean_, scaler.scale_)

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return values ``(..., features)`` with mean 0 and deviation 1."""
        return (values - self.mean) / self.scale

    def unscaled(self, values: np.ndarray) -> np.ndarray:
        """Return what ``scaled`` was given."""
        return values * self.scale + self.mean
