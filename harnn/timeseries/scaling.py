"""Sensors on one scale, by their means and deviations in the training part."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harnn.errors import ConstantSensorWarning, DataError

if TYPE_CHECKING:
    from harnn.timeseries.series import Series

__all__ = ["LIMIT", "Scaling"]

# The largest scaled value. Networks compute in single precision, in which sums of the squares of
# larger ones overflow. Beside a larger one, double precision cannot tell other values apart.
LIMIT = 1e15
_CURE = 'replace it by NaN if it is a mark for "no data", else choose a larger unit'


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
            DataError: If a sensor is never observed, or a value is so far from the others of its
                sensor that these cannot be told apart beside it.

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
        with np.errstate(over="ignore", invalid="ignore"):
            scaler = StandardScaler().fit(values)
            _check_spread(series, values, scaler.mean_, scaler.scale_)
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

    def check(self, scaled: np.ndarray, names: Sequence[str], place: Callable[[int], str]) -> None:
        """Refuse scaled values that are too large to compute with in single precision.

        Args:
            scaled: ``(time, features)``, NaN where a value is missing.
            names: Of the features.
            place: Returns where a row stands, for the error.

        Raises:
            DataError: If a value is farther than 1e15 deviations from its sensor's mean.

        Example:
            >>> scaling = Scaling(mean=np.zeros(1), scale=np.ones(1))
            >>> scaling.check(np.array([[9.97e36]]), ["flow"], "row {}".format)
            Traceback (most recent call last):
            ...
            harnn.errors.DataError: row 0, column 'flow': 9.97e+36 lies 1e+37 deviations ...
        """
        with np.errstate(invalid="ignore"):
            large = np.abs(scaled) > LIMIT
        if large.any():
            row, sensor = np.argwhere(large)[0]
            value = scaled[row, sensor]
            raise DataError(
                f"{place(int(row))}, column {names[sensor]!r}: "
                f"{value * self.scale[sensor] + self.mean[sensor]:.6g} lies {abs(value):.2g} "
                f"deviations from the mean of the training part, and {LIMIT:g} are the most that "
                f"single precision can compute with; {_CURE}"
            )

    def unscaled(self, values: np.ndarray) -> np.ndarray:
        """Return what ``scaled`` was given."""
        return values * self.scale + self.mean


def _check_spread(
    series: Sequence[Series], values: np.ndarray, mean: np.ndarray, scale: np.ndarray
) -> None:
    """Refuse values that leave nothing of the others of their sensor."""
    ends = np.cumsum([len(one) for one in series])
    for sensor, name in enumerate(series[0].names):
        # Both the median and the median distance from it are blind to a few marks.
        distances = np.abs(values[:, sensor] - np.nanmedian(values[:, sensor]))
        row = int(np.nanargmax(distances))
        farthest, value = distances[row], values[row, sensor]
        usual = np.median(distances[distances > 0]) if farthest > 0 else 0.0
        # Beside rounding errors an ordinary value is as far away: it must be large by itself.
        lost = abs(value) > LIMIT and farthest > LIMIT * usual
        if (farthest > 0 and lost) or not np.isfinite(mean[sensor] + scale[sensor]):
            owner = int(np.searchsorted(ends, row, side="right"))
            place = series[owner].place(row - int(ends[owner]) + len(series[owner]))
            raise DataError(
                f"{place}, column {name!r}: {value:.6g} is too large to compute with beside the "
                f"other values of the sensor; {_CURE}"
            )
