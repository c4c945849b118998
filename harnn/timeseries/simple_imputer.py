"""Fills without a network: a line between neighbours, the last value or the mean."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from harnn.errors import ConfigError
from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.neighbours import Neighbours
from harnn.timeseries.options import HoleOptions
from harnn.timeseries.series import Series
from harnn.timeseries.series_imputer import SeriesImputer

__all__ = ["SimpleImputer"]

_STRATEGIES = ("line", "last", "mean")


class SimpleImputer(SeriesImputer):
    """Fills holes by a line between their neighbours, the last value or the mean.

    Args:
        strategy: ``"line"``: linear interpolation in time, level beyond the first and the last
            value; ``"last"``: the last value, before the first one the mean; ``"mean"``: the
            sensor's mean in the training part.
        hide_share: Of the validation values, hidden to measure how wide bands must be: see
            `HoleOptions`.
        hide_length: ″
        validation_fraction: Share of the steps at each series' end for that, where ``fit`` is
            given no validation data.
        random_state: Seed of what is hidden.

    Example:
        >>> X = np.arange(200.0)[:, None]
        >>> X[1] = np.nan
        >>> SimpleImputer().fit(X).transform(X)[:3, 0].tolist()
        [0.0, 1.0, 2.0]
    """

    _learns_steps = False

    def __init__(
        self,
        strategy: str = "line",
        hide_share: float = 0.3,
        hide_length: int = 1,
        validation_fraction: float = 0.2,
        random_state: Any = 0,
    ) -> None:
        self.strategy = strategy
        self.hide_share = hide_share
        self.hide_length = hide_length
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, times: Any = None, validation_data: Any = None) -> Self:
        """Measure the sensors' means, and how wide bands must be.

        Args:
            X: A series, or a list of them: see `harnn.timeseries.series.read_series`.
            y: Not used.
            times: The times of arrays.
            validation_data: Series to measure bands on, or a pair of these and their times.

        Raises:
            ConfigError: If an option is wrong.
            DataError: If the data are no series, or a sensor is never observed.
        """
        if self.strategy not in _STRATEGIES:
            raise ConfigError(f"strategy is {self.strategy!r}; one of {_STRATEGIES} is needed")
        _, held_out, seed = self._begin(X, times, validation_data, self.validation_fraction)
        held = HeldOutValues.of(held_out, self._options(HoleOptions), seed)
        means = [self._fill(one) for one in held.holed]
        self.deviation_, self.bands_ = self._measured(held, means)
        return self

    def _said(self, series: list[Series], causal: bool) -> list[tuple[np.ndarray, np.ndarray]]:
        if causal and self.strategy == "line":
            raise ConfigError(
                "a line between neighbours reads the future; 'last' and 'mean' do not"
            )
        means = [self._fill(one) for one in series]
        return [(mean, np.broadcast_to(self.deviation_, mean.shape)) for mean in means]

    def _fill(self, one: Series) -> np.ndarray:
        """Return what a hidden value would be filled with, scaled; a known one is itself."""
        neighbours = Neighbours.of(one.observed)
        if self.strategy == "line":
            return neighbours.interpolated(one.values, one.times, otherwise=0.0)
        if self.strategy == "last":
            return neighbours.last_values(one.values, otherwise=0.0)
        return np.where(one.observed, one.values, 0.0)
