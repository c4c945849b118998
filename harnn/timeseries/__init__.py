"""Forecasting and reconstruction of multivariate series with holes. Knows no text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harnn.timeseries.forecaster import RecurrentForecaster
    from harnn.timeseries.imputer import RecurrentImputer
    from harnn.timeseries.saved_models import load_forecaster, load_imputer
    from harnn.timeseries.series import Series, read_series
    from harnn.timeseries.simple_forecaster import SimpleForecaster
    from harnn.timeseries.simple_imputer import SimpleImputer
    from harnn.timeseries.split import Split, split_series
    from harnn.timeseries.tables import load_series

__all__ = [
    "RecurrentForecaster",
    "RecurrentImputer",
    "Series",
    "SimpleForecaster",
    "SimpleImputer",
    "Split",
    "load_forecaster",
    "load_imputer",
    "load_series",
    "read_series",
    "split_series",
]

# Imported when first asked for, so that what needs no network loads no Keras.
_HOME = {
    "RecurrentForecaster": "harnn.timeseries.forecaster",
    "RecurrentImputer": "harnn.timeseries.imputer",
    "Series": "harnn.timeseries.series",
    "SimpleForecaster": "harnn.timeseries.simple_forecaster",
    "SimpleImputer": "harnn.timeseries.simple_imputer",
    "Split": "harnn.timeseries.split",
    "load_forecaster": "harnn.timeseries.saved_models",
    "load_imputer": "harnn.timeseries.saved_models",
    "load_series": "harnn.timeseries.tables",
    "read_series": "harnn.timeseries.series",
    "split_series": "harnn.timeseries.split",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
