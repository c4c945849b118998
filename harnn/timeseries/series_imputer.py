"""What all imputers share: filling, reconstructing with bands, being scored."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.timeseries.bands import Bands
from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.reconstruction import Reconstruction
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import Series
from harnn.timeseries.series_estimator import SeriesEstimator, is_one_series

__all__ = ["SeriesImputer"]


class SeriesImputer(TransformerMixin, SeriesEstimator):
    """The base of what fills the holes of series."""

    def transform(self, X: Any, times: Any = None, causal: bool = False) -> Any:
        """Fill the holes of series.

        Args:
            X: As for ``fit``.
            times: The times of arrays.
            causal: Use the past of each value alone; for the directions ``"forward"``, which
                never does otherwise, and ``"decoupled"``.

        Returns:
            The series as they were given (arrays, DataFrames, a list of them), without holes.
        """
        found = self.reconstruct(X, times, causal)
        several = isinstance(found, list)
        given = list(X) if several else [X]
        filled = [
            pd.DataFrame(one.filled, index=data.index, columns=list(one.series.names))
            if isinstance(data, pd.DataFrame)
            else one.filled
            for one, data in zip(found if isinstance(found, list) else [found], given, strict=True)
        ]
        return filled if several else filled[0]

    def reconstruct(
        self, X: Any, times: Any = None, causal: bool = False
    ) -> Reconstruction | list[Reconstruction]:
        """Reconstruct every value of series, with bands.

        Args:
            X: As for ``fit``.
            times: The times of arrays.
            causal: As for ``transform``.

        Returns:
            A `Reconstruction`; for a list of series a list of them.
        """
        check_is_fitted(self)
        series = self._read(X, times)
        found = [
            Reconstruction(
                one,
                self.scaling_.unscaled(mean),
                deviation * self.scaling_.scale,
                self._bands(causal),
            )
            for one, (mean, deviation) in zip(
                series, self._said(self._scaled(series), causal), strict=True
            )
        ]
        return found[0] if is_one_series(X, series) else found

    def score(self, X: Any, y: Any, times: Any = None) -> float:
        """Return minus the mean squared error of what is filled, in deviations of the sensors.

        Args:
            X: Series with holes.
            y: The same series with what is in the holes, as far as known.
            times: The times of arrays.

        Raises:
            DataError: If ``y`` has other steps than ``X``, or knows no value that is missing there.
        """
        check_is_fitted(self)
        holed, true = self._read(X, times), self._read(y, times, "y")
        lengths, needed = [len(one) for one in true], [len(one) for one in holed]
        if lengths != needed:
            raise DataError(f"y has series of {lengths} steps; {needed} are needed, as in X")
        where = [b.observed & ~a.observed for a, b in zip(holed, true, strict=True)]
        if not any(one.any() for one in where):
            raise DataError("y knows no value that is missing in X: nothing to score")
        predicted = [mean for mean, _ in self._said(self._scaled(holed), causal=False)]
        scores = score_series(
            np.concatenate([self.scaling_.scaled(one.values) for one in true]),
            np.concatenate(predicted),
            np.concatenate(where),
        )
        return -scores.micro_mse

    @abstractmethod
    def _said(self, series: list[Series], causal: bool) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return means and deviations, scaled, ``(time, features)`` both, of scaled series."""

    def _bands(self, causal: bool) -> Bands:
        """Return how wide bands must be around what is said."""
        return self.bands_

    def _measured(
        self,
        held_out: HeldOutValues,
        means: Sequence[np.ndarray],
        deviations: Sequence[np.ndarray] | None = None,
    ) -> tuple[np.ndarray, Bands]:
        """Measure what bands must be like on the hidden validation values.

        Args:
            held_out: The values.
            means: What is said of them, ``(time, features)`` a series.
            deviations: The same of their standard deviations; if there are none, a deviation a
                sensor is measured.

        Returns:
            The deviation of each sensor, one where deviations are given; and the bands.
        """
        errors = [one.values - mean for one, mean in zip(held_out.series, means, strict=True)]
        of_sensors = np.ones(self.n_features_in_)
        if deviations is None:
            hidden = np.concatenate(held_out.hidden)
            squares = np.where(hidden, np.concatenate(errors), 0.0) ** 2
            counts = hidden.sum(axis=0)
            # A sensor of which nothing was hidden has the deviation of all values, 1.
            of_sensors = np.where(
                counts > 0, (squares.sum(axis=0) / np.maximum(counts, 1)) ** 0.5, 1.0
            )
            deviations = [np.broadcast_to(of_sensors, mean.shape) for mean in means]
        return of_sensors, Bands.of(held_out.joined(errors), held_out.joined(deviations))
