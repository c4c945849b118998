"""The columns of a caller's table: their labels, their order and their types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from harnn.errors import DataError

__all__ = ["SensorColumns", "in_type"]

# Whole numbers up to here are exact in double precision.
_EXACT = 2.0**53


@dataclass(frozen=True)
class SensorColumns:
    """Describes how a caller's table holds sensors, so that results come back in the same form.

    Attributes:
        labels: The labels of the columns: text, numbers, dates or tuples of several levels.
        dtypes: Their types.
        sensors: For each column the number of its sensor in the series, ``(features,)``.
    """

    labels: pd.Index
    dtypes: tuple[Any, ...]
    sensors: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame, names: Sequence[str] | None, where: str) -> Self:
        """Match the columns of a table with sensors.

        Args:
            table: One column per sensor.
            names: The sensors that are expected; the columns of the table if not given.
            where: What the table is called in an error.

        Raises:
            DataError: If two columns have one name, or the sensors are others than expected.

        Example:
            >>> columns = SensorColumns.of(pd.DataFrame({2: [0.0], 1: [0.0]}), ("1", "2"), "X")
            >>> columns.sensors.tolist()
            [1, 0]
        """
        found = [str(label) for label in table.columns]
        _check_unique(found, table.columns, where)
        expected = list(names or found)
        there = set(found)
        place = {name: number for number, name in enumerate(expected)}
        missing = [name for name in expected if name not in there]
        more = [name for name in found if name not in place]
        if missing or more:
            parts = [f"lacks {', '.join(map(repr, missing))}"] if missing else []
            parts += [f"has {', '.join(map(repr, more))} besides"] if more else []
            raise DataError(f"{where} {' and '.join(parts)}; the columns are {', '.join(expected)}")
        sensors = np.array([place[name] for name in found], dtype=int)
        return cls(table.columns, tuple(table.dtypes), sensors)

    def frame(
        self, values: np.ndarray, index: pd.Index, whole_numbers: bool = True
    ) -> pd.DataFrame:
        """Return values of the series as a table with these columns.

        Args:
            values: ``(time, features)``, in the order of the series.
            index: The labels of the rows.
            whole_numbers: Whether a column of integers or booleans keeps its type where all its
                values are such. Forecasts of counts are no counts.
        """
        columns = {
            number: in_type(values[:, sensor], dtype, whole_numbers)
            for number, (sensor, dtype) in enumerate(zip(self.sensors, self.dtypes, strict=True))
        }
        frame = pd.DataFrame(columns, index=index)
        frame.columns = self.labels
        return frame


def in_type(values: np.ndarray, dtype: Any, whole_numbers: bool = True) -> Any:
    """Return values in a type if it can hold them, else in double precision.

    Args:
        values: In double precision, NaN where missing; ``(time,)`` for types of pandas.
        dtype: A type of NumPy or pandas.
        whole_numbers: Whether types of integers and booleans count.

    Example:
        >>> in_type(np.array([1.5, 2.0]), np.dtype("float32")).dtype
        dtype('float32')
        >>> in_type(np.array([1.5, 2.0]), np.dtype("int64")).tolist()
        [1.5, 2.0]
    """
    if isinstance(dtype, pd.SparseDtype):
        dtype = dtype.subtype
    # Types of pandas mark what is missing by a mask; those of NumPy have NaN alone.
    nullable = isinstance(dtype, pd.api.extensions.ExtensionDtype)
    source: Any = pd.array(values, dtype="Float64") if nullable else values
    if pd.api.types.is_float_dtype(dtype):
        with np.errstate(over="ignore"):
            cast = source.astype(dtype)
        numbers = cast.to_numpy(dtype=float, na_value=np.nan) if nullable else cast
        if (np.isfinite(numbers) | ~np.isfinite(values)).all():
            return cast
    elif whole_numbers and _holds(values, dtype, nullable):
        return source.astype(dtype)
    return source.astype("double[pyarrow]") if isinstance(dtype, pd.ArrowDtype) else source


def _holds(values: np.ndarray, dtype: Any, nullable: bool) -> bool:
    """Tell whether values are whole numbers in the range of a type."""
    known = values[~np.isnan(values)]
    if len(known) < len(values) and not nullable:
        return False
    if pd.api.types.is_bool_dtype(dtype):
        return bool(np.isin(known, (0.0, 1.0)).all())
    if not pd.api.types.is_integer_dtype(dtype):
        return False
    kind = np.iinfo(getattr(dtype, "numpy_dtype", dtype))
    whole = (known == np.rint(known)) & (np.abs(known) < _EXACT)
    return bool((whole & (known >= kind.min) & (known <= kind.max)).all())


def _check_unique(names: Sequence[str], labels: pd.Index, where: str) -> None:
    seen: dict[str, Any] = {}
    for name, label in zip(names, labels, strict=True):
        if name in seen:
            reads = "" if seen[name] == label else f" ({seen[name]!r} and {label!r} read the same)"
            raise DataError(f"{where} has two columns {name!r}{reads}; one per sensor is needed")
        seen[name] = label
