"""Tables of other libraries than pandas are read by name, and given back as they came."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from harnn.dataframes import as_list, as_pandas, is_column, is_table, like_table
from harnn.errors import DataError

COLUMNS = {"b": [1.5, None], "a": ["x", None]}
LIBRARIES = [pd.DataFrame, pl.DataFrame, pa.table]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_table_keeps_its_columns_their_order_and_what_is_missing(library):
    table = library(COLUMNS)
    assert is_table(table)
    frame = as_pandas(table)
    assert list(frame.columns) == ["b", "a"]
    assert frame["b"].tolist()[0] == 1.5
    assert frame.isna().to_numpy().tolist() == [[False, False], [True, True]]


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_goes_back_is_of_the_library_that_came(library):
    table = library(COLUMNS)
    back = like_table(pd.DataFrame({"b": [2.5, 3.5]}, index=[7, 8]), table)
    assert type(back) is type(table)
    assert as_pandas(back)["b"].tolist() == [2.5, 3.5]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["x", None], dtype=object),
        pl.Series(["x", None]),
        pa.array(["x", None]),
        pa.chunked_array([["x"], [None]]),
    ],
)
def test_a_column_is_a_list_of_python_objects(column):
    assert is_column(column)
    assert not is_table(column)
    assert as_list(column) == ["x", None]


@pytest.mark.parametrize("data", [None, "x", [["x"]], {"a": [1]}, np.zeros((2, 2)), object()])
def test_what_is_no_table_is_not_taken_for_one(data):
    assert not is_table(data)
    assert not is_column(data)


def test_a_lazy_table_is_refused_with_the_cure():
    lazy = pl.DataFrame(COLUMNS).lazy()
    assert is_table(lazy)
    with pytest.raises(DataError, match=r"X is a lazy table.*collect\(\)"):
        as_pandas(lazy, "X")
