"""Tables of labels: the library they are of and their columns, so as to write others like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from harnn.dataframes import as_pandas, from_arrow, library_of

__all__ = ["LabelTable", "table_cells"]

PANDAS = "pandas"


@dataclass(frozen=True)
class LabelTable:
    """The kind of a table that holds a level in each column.

    Attributes:
        library: The library whose table it is, ``"pandas"`` or another.
        columns: The names of its columns; in pandas of any type.

    Example:
        >>> import pyarrow as pa
        >>> kind = LabelTable.of(pa.table({"top": ["a"], "sub": ["b"]}))
        >>> kind.filled(np.array([["a", ""]], dtype=object)).to_pydict()
        {'top': ['a'], 'sub': ['']}
    """

    library: str
    columns: tuple[Any, ...]

    @classmethod
    def of(cls, table: Any) -> Self:
        """Return the kind of a table for which `harnn.dataframes.is_table` is true."""
        return cls(library_of(table), tuple(as_pandas(table).columns))

    def filled(self, cells: np.ndarray, dtype: Any = None) -> Any:
        """Write a table of this kind.

        Args:
            cells: Names, ``""`` and ``None``, an object array ``(documents, levels)``.
            dtype: The type of the columns in pandas; by default the one that pandas chooses.

        Returns:
            A table of the library, with these columns.
        """
        if self.library == PANDAS:
            import pandas as pd

            return pd.DataFrame(cells, columns=_pandas_columns(self.columns), dtype=dtype)
        import pyarrow as pa

        # The type is said, as a column of nothing but None has none of its own.
        arrays = [pa.array(column.tolist(), pa.string()) for column in cells.T]
        return from_arrow(pa.table(arrays, list(map(str, self.columns))), self.library)


def table_cells(table: Any, name: str = "y") -> np.ndarray:
    """Return the cells of a table as Python objects ``(documents, levels)``."""
    cells: np.ndarray = as_pandas(table, name).astype(object).to_numpy(copy=True)
    return cells


def _pandas_columns(columns: tuple[Any, ...]) -> Any:
    import pandas as pd

    if columns and all(isinstance(column, tuple) for column in columns):
        return pd.MultiIndex.from_tuples(columns)
    return list(columns)
