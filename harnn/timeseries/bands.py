"""Bands around predicted values that contain the stated share, as seen on held-out values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harnn.errors import ConfigError, DataError

__all__ = ["Bands"]

# Standardised errors are kept as so many of their quantiles.
_POINTS = np.linspace(0.0, 1.0, 201)


@dataclass(frozen=True)
class Bands:
    """How many predicted deviations wide a band must be to contain a share of the values.

    Attributes:
        quantiles: Of ``|x - x̂| / σ`` over held-out values, at equally spaced levels from 0 to 1.
    """

    quantiles: np.ndarray

    @classmethod
    def of(cls, errors: np.ndarray, deviations: np.ndarray) -> Bands:
        """Measure held-out errors.

        Args:
            errors: ``x - x̂``, any shape.
            deviations: The σ that the model gave for each, the same shape. Where it is 0, as of a
                constant sensor, nothing is learnt of a width.

        Raises:
            DataError: If there is no error.
        """
        if errors.size == 0:
            raise DataError("no value is held out to measure the bands on")
        # Of a sensor that is said without any error no band is needed, and none is to be learnt.
        uncertain = deviations > 0
        if not uncertain.any():
            return cls(np.zeros(len(_POINTS)))
        return cls(np.quantile(np.abs(errors[uncertain]) / deviations[uncertain], _POINTS))

    def half_width(self, probability: float) -> float:
        """Return half of a band's width, in predicted deviations.

        Args:
            probability: Share of the values that the band is to contain, in ``(0, 1)``.

        Raises:
            ConfigError: If it is not such a number.

        Example:
            >>> errors = np.random.default_rng(0).normal(size=100_000)
            >>> round(Bands.of(errors, np.ones(errors.shape)).half_width(0.9), 1)
            1.6
        """
        if not 0 < probability < 1:
            hint = f", such as {probability / 100:g}" if 1 < probability < 100 else ""
            raise ConfigError(
                f"a band's probability is {probability}; a number between 0 and 1 is needed{hint}"
            )
        return float(np.interp(probability, _POINTS, self.quantiles))
