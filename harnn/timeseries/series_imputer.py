"""Base of all imputers: filling, reconstructing with bands, scoring."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.timeseries.bands import Bands
from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.reconstruction import Reconstruction
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import Series, is_list_of_series
from harnn.timeseries.series_estimator import SeriesEstimator
from harnn.timeseries.series_output import SeriesOutput

__all__ = ["SeriesImputer"]


class SeriesImputer(
    SeriesOutput,
    TransformerMixin,
    SeriesEstimator,
    auto_wrap_output_keys=None,  # type: ignore[call-arg]  # scikit-learn has no types
):
    """The base of what fills the holes of series."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Output is labelled by SeriesOutput, and not by scikit-learn besides.
        super().__init_subclass__(auto_wrap_output_keys=None, **kwargs)

    @abstractmethod
    def fit(self, X: Any, y: Any = None, times: Any = None, validation_data: Any = None) -> Self:
        """Learn to fill the holes of series like these."""

    def fit_transform(
        self, X: Any, y: Any = None, times: Any = None, validation_data: Any = None
    ) -> Any:
        """Fit, and fill the holes of the same series.

        Args:
            X: As for ``fit``.
            y: Not used.
            times: The times of arrays.
            validation_data: As for ``fit``.

        Returns:
            As ``transform``.
        """
        return self.fit(X, y, times, validation_data).transform(X, times)

    def transform(self, X: Any, times: Any = None, causal: bool = False) -> Any:
        """Fill the holes of series.

        Args:
            X: As for ``fit``.
            times: The times of arrays.
            causal: Use the past of each value alone; for the directions ``"forward"``, which
                never does otherwise, and ``"decoupled"``.

        Returns:
            The series as they were given, without holes: arrays, tables with the same columns,
            order and types, or a list of these; or what ``set_output`` asks for.
        """
        found = self.reconstruct(X, times, causal)
        if isinstance(found, Reconstruction):
            return self._given_back(X, found.frame(), found.filled)
        return [
            self._given_back(data, one.frame(), one.filled)
            for data, one in zip(X, found, strict=True)
        ]

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
        return found if is_list_of_series(X) else found[0]

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
