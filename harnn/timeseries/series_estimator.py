"""Base of the imputer and the forecaster: reading series, scaling them, checking options."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.strict_options import StrictOptions
from harnn.timeseries.bands import Bands
from harnn.timeseries.sampling import Sampling
from harnn.timeseries.scaling import Scaling
from harnn.timeseries.series import Series, read_series
from harnn.timeseries.series_archive import load_estimator, save_estimator
from harnn.timeseries.validation_part import hold_out

__all__ = ["SeriesEstimator"]

Options = TypeVar("Options", bound=StrictOptions)


class SeriesEstimator(BaseEstimator):
    """The base of the estimators of series.

    Attributes:
        feature_names_in_: The sensors.
        n_features_in_: Their number.
        timed_: Whether ``fit`` was given times.
        sampling_: The spacing of the training series; ``None`` without times, and of models saved
            by versions that did not record it.
        scaling_: Their means and deviations in the training part.
        deviation_: Root mean squared errors on held-out values, scaled.
        bands_: How wide bands must be.
    """

    feature_names_in_: np.ndarray
    n_features_in_: int
    timed_: bool
    sampling_: Sampling | None = None
    scaling_: Scaling
    deviation_: np.ndarray
    bands_: Bands

    # Whether what is learnt depends on the spacing of the steps.
    _learns_steps: ClassVar[bool] = True
    # Attributes that hold compiled functions, which stay in their process and are made again.
    _compiled: ClassVar[tuple[str, ...]] = ()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a folder, without pickle.

        Args:
            path: The folder; an older model there is replaced.

        Raises:
            FileExistsError: If the path exists and is no model.
        """
        check_is_fitted(self)
        save_estimator(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what ``save`` wrote.

        Args:
            path: The folder.

        Raises:
            ModelFolderError: If the folder is no such model, or not as it was written.
        """
        return load_estimator((cls,), path)

    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        for name in self._compiled:
            state.pop(name, None)
        return state

    def _description(self) -> dict[str, Any]:
        """Return what JSON can hold of what was learnt, beside what all estimators have."""
        return {}

    def _write_files(self, folder: Path) -> None:
        """Write what JSON cannot hold of what was learnt."""

    def _restore(self, description: dict[str, Any], folder: Path) -> None:
        """Take back what the two above wrote."""

    def _options(self, kind: type[Options]) -> Options:
        """Return the arguments that are options of a kind, checked."""
        given = self.get_params(deep=False)
        return kind.checked(**{name: given[name] for name in kind.model_fields if name in given})

    def _begin(
        self, X: Any, times: Any, validation_data: Any, fraction: float
    ) -> tuple[list[Series], list[Series], int]:
        """Return scaled training and validation series, and a seed.

        Args:
            X: As for ``fit``.
            times: As for ``fit``.
            validation_data: As for ``fit``.
            fraction: Share of the steps held out at each series' end if no data are given.
        """
        series = read_series(X, times)
        self.timed_ = series[0].timestamps is not None
        self._check_times(series, "X")
        if validation_data is None:
            series, held_out = hold_out(series, fraction)
        else:
            if not isinstance(validation_data, tuple):
                validation_data = (validation_data, None)
            data, of_times = validation_data
            held_out = read_series(data, of_times, series[0].names, "validation_data")
            self._check_times(held_out, "validation_data")
        self.sampling_ = Sampling.of(series) if self._learns_steps else None
        self._check_sampling(held_out)
        self.scaling_ = Scaling.of(series)
        self.feature_names_in_ = np.array(series[0].names, dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        seed = int(check_random_state(getattr(self, "random_state", None)).randint(2**31 - 1))
        return self._scaled(series), self._scaled(held_out), seed

    def _read(self, X: Any, times: Any, what: str = "X") -> list[Series]:
        """Return series of the sensors that ``fit`` saw, in their own units."""
        series = read_series(X, times, tuple(self.feature_names_in_), what)
        self._check_times(series, what)
        self._check_sampling(series)
        return series

    def _check_times(self, series: list[Series], what: str) -> None:
        """Refuse series on another clock: steps are no seconds."""
        for one in series:
            if (one.timestamps is not None) != self.timed_:
                found, fitted = ("no times", "some") if self.timed_ else ("times", "none")
                right = (
                    "; times are the index of a DataFrame, the argument times of an array, and "
                    "--time COLUMN of a file"
                )
                raise DataError(
                    f"{what} has {found}, and fit was given {fitted}: gaps would be of another unit"
                    f"{right if self.timed_ else ''}"
                )

    def _check_sampling(self, series: list[Series]) -> None:
        """Refuse series of another frequency, or by another clock, than those of ``fit``."""
        if self.sampling_ is not None:
            self.sampling_.check(series, by_clock=bool(getattr(self, "periods", ())))

    def _scaled(self, series: list[Series]) -> list[Series]:
        """Return series on the scale of the training part, after a check of their range."""
        found = []
        for one in series:
            scaled = self.scaling_.scaled(one.values)
            self.scaling_.check(scaled, one.names, one.place)
            found.append(one.with_values(scaled))
        return found
