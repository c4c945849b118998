"""Loads a saved imputer or forecaster, whichever it is."""

from __future__ import annotations

import os

from harnn.timeseries.forecaster import RecurrentForecaster
from harnn.timeseries.imputer import RecurrentImputer
from harnn.timeseries.pypots_imputer import PyPOTSImputer
from harnn.timeseries.series_archive import load_estimator
from harnn.timeseries.series_forecaster import SeriesForecaster
from harnn.timeseries.series_imputer import SeriesImputer
from harnn.timeseries.simple_forecaster import SimpleForecaster
from harnn.timeseries.simple_imputer import SimpleImputer

__all__ = ["load_forecaster", "load_imputer", "load_model"]

_IMPUTERS: tuple[type[SeriesImputer], ...] = (RecurrentImputer, SimpleImputer, PyPOTSImputer)
_FORECASTERS: tuple[type[SeriesForecaster], ...] = (RecurrentForecaster, SimpleForecaster)


def load_imputer(path: str | os.PathLike[str]) -> SeriesImputer:
    """Load an imputer, with a network or without.

    Args:
        path: The folder that its ``save`` wrote.

    Raises:
        ModelFolderError: If the folder is no imputer, or not as it was written.

    Example:
        >>> import tempfile, numpy as np
        >>> imputer = SimpleImputer().fit(np.arange(200.0)[:, None])
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     imputer.save(f"{parent}/model")
        ...     load_imputer(f"{parent}/model")
        SimpleImputer()
    """
    return load_estimator(_IMPUTERS, path)


def load_forecaster(path: str | os.PathLike[str]) -> SeriesForecaster:
    """Load a forecaster, with a network or without.

    Args:
        path: The folder that its ``save`` wrote.

    Raises:
        ModelFolderError: If the folder is no forecaster, or not as it was written.
    """
    return load_estimator(_FORECASTERS, path)


def load_model(path: str | os.PathLike[str]) -> SeriesImputer | SeriesForecaster:
    """Load an imputer or a forecaster.

    Args:
        path: The folder that its ``save`` wrote.

    Raises:
        ModelFolderError: If the folder is neither, or not as it was written.
    """
    kinds: tuple[type[SeriesImputer | SeriesForecaster], ...] = (*_IMPUTERS, *_FORECASTERS)
    return load_estimator(kinds, path)
