"""The form in which series and forecasts go back to the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn import get_config
from sklearn.utils.validation import check_is_fitted

from harnn.dataframes import is_table, like_table
from harnn.errors import ConfigError, DataError
from harnn.timeseries.sensor_columns import in_type

__all__ = ["SeriesOutput"]

_CONTAINERS = ("default", "pandas", "polars")


class SeriesOutput:
    """Gives estimators of series ``set_output`` and ``get_feature_names_out``.

    scikit-learn's own mechanism labels columns in the order of ``fit`` and knows no lists of
    series. Here tables keep the columns of the caller, and each series of a list has its own.
    """

    feature_names_in_: np.ndarray

    def set_output(self, *, transform: str | None = None) -> Self:
        """Set the form of what ``transform`` and ``predict`` return.

        Args:
            transform: ``"default"``: as the series came, arrays or tables; ``"pandas"`` or
                ``"polars"``: tables of that library; ``None`` changes nothing.

        Raises:
            ConfigError: If it is another word, or polars is not installed.

        Example:
            >>> from harnn.timeseries import SimpleImputer
            >>> imputer = SimpleImputer().set_output(transform="pandas")
            >>> type(imputer.fit_transform(np.arange(20.0)[:, None])).__name__
            'DataFrame'
        """
        if transform is None:
            return self
        if transform not in _CONTAINERS:
            raise ConfigError(f"transform is {transform!r}; one of {_CONTAINERS} is needed")
        # The name under which scikit-learn's clone copies it.
        self._sklearn_output_config = {"transform": transform}
        return self

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> np.ndarray:
        """Return the names of the sensors, which are those that ``fit`` was given.

        Args:
            input_features: The same names, or ``None``.

        Raises:
            DataError: If they are others.
        """
        check_is_fitted(self)
        names = self.feature_names_in_
        if input_features is not None and list(input_features) != list(names):
            raise DataError(
                f"input_features are {', '.join(map(repr, input_features))}; fit was given "
                f"{', '.join(map(repr, names))}"
            )
        return names.copy()

    def _given_back(self, data: Any, frame: pd.DataFrame, values: np.ndarray) -> Any:
        """Return a result in the form that was set.

        Args:
            data: The series that the user passed.
            frame: The result, with the labels of the data.
            values: The result as ``(time, features)``.
        """
        own = getattr(self, "_sklearn_output_config", {})
        container = own.get("transform", get_config()["transform_output"])
        if container == "pandas":
            return frame
        if container == "polars":
            labels = [str(label) for label in frame.columns]
            return like_table(frame.set_axis(labels, axis=1), _polars_table())
        if is_table(data):
            return like_table(frame, data)
        dtype = getattr(data, "dtype", None)
        return in_type(values, dtype, False) if isinstance(dtype, np.dtype) else values


def _polars_table() -> Any:
    try:
        import polars
    except ImportError:
        raise ConfigError(
            'output in tables of polars needs the package polars; set_output(transform="pandas") '
            "does not"
        ) from None
    return polars.DataFrame()
