"""Forecasting and reconstruction of multivariate series with holes. Knows no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harnn.lazy_exports import lazy_exports

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
    "RecurrentForecaster": "forecaster",
    "RecurrentImputer": "imputer",
    "Series": "series",
    "SimpleForecaster": "simple_forecaster",
    "SimpleImputer": "simple_imputer",
    "Split": "split",
    "load_forecaster": "saved_models",
    "load_imputer": "saved_models",
    "load_series": "tables",
    "read_series": "series",
    "split_series": "split",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
