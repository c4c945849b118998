"""What the imputer and the forecaster share: reading series, scaling them, checking options."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.strict_options import StrictOptions
from harnn.timeseries.bands import Bands
from harnn.timeseries.scaling import Scaling
from harnn.timeseries.series import Series, read_series
from harnn.timeseries.series_archive import load_estimator, save_estimator
from harnn.timeseries.split import split_series

__all__ = ["SeriesEstimator", "is_one_series"]

Options = TypeVar("Options", bound=StrictOptions)


class SeriesEstimator(BaseEstimator):
    """The base of the estimators of series.

    Attributes:
        feature_names_in_: The sensors.
        n_features_in_: Their number.
        timed_: Whether ``fit`` was given times.
        scaling_: Their means and deviations in the training part.
        deviation_: Root mean squared errors on held-out values, scaled.
        bands_: How wide bands must be.
    """

    feature_names_in_: np.ndarray
    n_features_in_: int
    timed_: bool
    scaling_: Scaling
    deviation_: np.ndarray
    bands_: Bands

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
        if validation_data is None:
            series, held_out, _ = split_series(series, (1 - fraction, fraction, 0.0))
        else:
            if not isinstance(validation_data, tuple):
                validation_data = (validation_data, None)
            data, of_times = validation_data
            held_out = read_series(data, of_times, series[0].names, "validation_data")
        self.timed_ = series[0].timestamps is not None
        self._check_times(held_out, "validation_data")
        self.scaling_ = Scaling.of(series)
        self.feature_names_in_ = np.array(series[0].names, dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        seed = int(check_random_state(getattr(self, "random_state", None)).randint(2**31 - 1))
        return self._scaled(series), self._scaled(held_out), seed

    def _read(self, X: Any, times: Any, what: str = "X") -> list[Series]:
        """Return series of the sensors that ``fit`` saw, in their own units."""
        series = read_series(X, times, tuple(self.feature_names_in_), what)
        self._check_times(series, what)
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

    def _scaled(self, series: list[Series]) -> list[Series]:
        return [one.with_values(self.scaling_.scaled(one.values)) for one in series]


def is_one_series(X: Any, series: list[Series]) -> bool:
    """Tell whether a user passed one series, not a list of them."""
    return not (isinstance(X, list | tuple) and np.ndim(X[0]) == 2 and len(X) == len(series))
