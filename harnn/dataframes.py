"""Tables and columns of any DataFrame library (pandas, polars, pyarrow, …), read by name.

`narwhals <https://narwhals-dev.github.io/narwhals/>`_ knows the libraries. It is imported only for
data that are no pandas object, NumPy array or list, so that a process without such data needs
neither narwhals nor pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harnn.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "as_list",
    "as_pandas",
    "from_arrow",
    "is_column",
    "is_table",
    "library_of",
    "like_table",
]


def is_table(data: Any) -> bool:
    """Return whether ``data`` is a table with named columns: pandas, polars, pyarrow and others.

    A lazy table is one, too; ``as_pandas`` refuses it with the cure.

    Example:
        >>> import pyarrow as pa
        >>> is_table(pa.table({"a": [1]})), is_table([[1]])
        (True, False)
    """
    if _is_of(data, "pandas", "DataFrame"):
        return True
    if _is_plain(data):
        return False
    import narwhals.stable.v1 as nw

    return bool(
        nw.dependencies.is_into_dataframe(data)
        or isinstance(nw.from_native(data, pass_through=True), nw.LazyFrame)
    )


def is_column(data: Any) -> bool:
    """Return whether ``data`` is one column of a table, such as a Series of pandas or polars.

    Example:
        >>> import pyarrow as pa
        >>> is_column(pa.chunked_array([["a"]])), is_column(["a"])
        (True, False)
    """
    if _is_of(data, "pandas", "Series"):
        return True
    if _is_plain(data):
        return False
    import narwhals.stable.v1 as nw

    return bool(nw.dependencies.is_into_series(data) or _is_arrow_array(data))


def as_pandas(table: Any, what: str = "the table") -> pd.DataFrame:
    """Return a table as a pandas DataFrame with the same columns; a pandas one as it is.

    Args:
        table: For which ``is_table`` is true.
        what: What to call it in an error.

    Raises:
        DataError: If the table is lazy, so that it has no rows yet.

    Example:
        >>> import pyarrow as pa
        >>> as_pandas(pa.table({"b": [1.5, None], "a": ["x", "y"]}))
             b  a
        0  1.5  x
        1  NaN  y
    """
    if _is_of(table, "pandas", "DataFrame"):
        return table
    import narwhals.stable.v1 as nw

    native = nw.from_native(table)
    if isinstance(native, nw.LazyFrame):
        raise DataError(
            f"{what} is a lazy table, whose rows are not read yet: call collect() on it"
        )
    return native.to_pandas()


def as_list(column: Any) -> list[Any]:
    """Return the cells of a column as Python objects; ``None`` where a cell is missing.

    Args:
        column: For which ``is_column`` is true.

    Example:
        >>> import pyarrow as pa
        >>> as_list(pa.chunked_array([["a", None], ["b"]]))
        ['a', None, 'b']
    """
    # pandas, polars and narwhals say to_list, pyarrow says to_pylist.
    cells = column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()
    return list(cells)


def like_table(frame: pd.DataFrame, table: Any) -> Any:
    """Return a pandas DataFrame as a table of the library that ``table`` is of.

    The index goes where the other library has none.

    Args:
        frame: What to give back.
        table: What the caller gave.

    Example:
        >>> import pandas as pd, pyarrow as pa
        >>> like_table(pd.DataFrame({"a": [1.5]}), pa.table({"x": [1]})).to_pydict()
        {'a': [1.5]}
    """
    if _is_of(table, "pandas", "DataFrame"):
        return frame
    import pyarrow as pa

    arrow = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    return from_arrow(arrow, library_of(table))


def library_of(table: Any) -> str:
    """Return the name of the library that a table is of: ``"pandas"``, ``"polars"`` or another.

    Args:
        table: For which ``is_table`` is true.

    Example:
        >>> import pyarrow as pa
        >>> library_of(pa.table({"a": [1]}))
        'pyarrow'
    """
    if _is_of(table, "pandas", "DataFrame"):
        return "pandas"
    import narwhals.stable.v1 as nw

    return str(nw.from_native(table).implementation.value)


def from_arrow(table: pa.Table, library: str) -> Any:
    """Return an Arrow table as a table of another library.

    Args:
        table: The table.
        library: A name that ``library_of`` returned, maybe elsewhere.

    Raises:
        ImportError: If the library is not installed.

    Example:
        >>> import pyarrow as pa
        >>> from_arrow(pa.table({"a": [1]}), "pyarrow").column_names
        ['a']
    """
    import narwhals.stable.v1 as nw

    backend: Any = library  # narwhals lists the names that it knows
    try:
        return nw.from_arrow(table, backend=backend).to_native()
    except ImportError:
        raise ImportError(
            f"the table is to be one of {library}, as those that were given: pip install {library}"
        ) from None


def _is_of(data: Any, library: str, name: str) -> bool:
    """Tell an object of a library without importing it."""
    return any(
        kind.__name__ == name and kind.__module__.split(".")[0] == library
        for kind in type(data).__mro__
    )


def _is_plain(data: Any) -> bool:
    """Tell what Python and NumPy have themselves, which is most of what is asked about."""
    return data is None or type(data).__module__ in ("builtins", "numpy", "numpy.ma")


def _is_arrow_array(data: Any) -> bool:
    return _is_of(data, "pyarrow", "Array")
