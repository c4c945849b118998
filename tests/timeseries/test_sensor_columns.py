"""Tables come back with the labels, the order and the types that they came with."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harnn.errors import DataError
from harnn.timeseries import SimpleForecaster, SimpleImputer, read_series
from harnn.timeseries.sensor_columns import in_type

TRUE = np.stack([np.sin(np.arange(300) / 5), np.cos(np.arange(300) / 9)], axis=1)
HOLED = np.where(np.random.default_rng(0).random(TRUE.shape) < 0.2, np.nan, TRUE)
LABELS = {
    "integers": [7, 3],
    "levels": pd.MultiIndex.from_tuples([("p1", "flow"), ("p2", "flow")], names=["pump", None]),
    "dates": pd.to_datetime(["2024-01-01", "2024-01-02"]),
    "mixed": ["a", 2],
    "named": pd.Index(["a", "b"], name="sensor"),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_labels_come_back_as_they_are(labels):
    frame = pd.DataFrame(HOLED, columns=labels)
    imputer = SimpleImputer().fit(frame)
    filled = imputer.transform(frame)
    pd.testing.assert_index_equal(filled.columns, frame.columns)
    pd.testing.assert_frame_equal(frame.fillna(filled), filled)
    assert imputer.reconstruct(frame).series.frame().columns.equals(frame.columns)
    ahead = SimpleForecaster("last", window=5, horizon=2).fit(frame).predict(frame)
    pd.testing.assert_index_equal(ahead.columns, frame.columns)


def test_columns_come_back_in_the_order_of_the_table_that_was_passed():
    frame = pd.DataFrame(HOLED, columns=["a", "b"])
    other = frame[["b", "a"]]
    imputer = SimpleImputer().fit(frame)
    expected = imputer.transform(frame)
    pd.testing.assert_frame_equal(imputer.transform(other), expected[["b", "a"]])
    forecaster = SimpleForecaster("last", window=5).fit(frame)
    ahead = forecaster.predict(frame)
    pd.testing.assert_frame_equal(forecaster.predict(other), ahead[["b", "a"]])
    assert forecaster.forecast(other).names == ("a", "b")


@pytest.mark.parametrize("table", [pl.DataFrame, pa.table], ids=["polars", "arrow"])
def test_tables_of_other_libraries_are_read_by_name_and_come_back_as_such(table):
    imputer = SimpleImputer("mean").fit(table({"a": TRUE[:, 0] + 100, "b": TRUE[:, 1] - 100}))
    hole = np.where(np.arange(300) == 10, np.nan, TRUE[:, 1] - 100)
    filled = imputer.transform(table({"b": hole, "a": TRUE[:, 0] + 100}))
    assert type(filled) is type(table({"a": [0.0]}))
    assert np.asarray(filled["b"])[10] == pytest.approx(-100, abs=0.5)
    np.testing.assert_array_equal(np.asarray(filled["a"]), TRUE[:, 0] + 100)
    with pytest.raises(DataError, match="X lacks 'b' and has 'c' besides; the columns are a, b"):
        imputer.transform(table({"a": [0.0], "c": [0.0]}))
    several = imputer.transform([table({"a": hole, "b": hole})] * 2)
    assert [len(one) for one in several] == [300, 300]
    forecaster = SimpleForecaster("last", window=5).fit(table({"a": TRUE[:, 0], "b": TRUE[:, 1]}))
    ahead = forecaster.predict(table({"b": TRUE[:, 1], "a": TRUE[:, 0]}))
    assert np.asarray(ahead["a"])[0] == pytest.approx(TRUE[-1, 0])


def test_a_lazy_table_is_refused():
    with pytest.raises(DataError, match=r"X is a lazy table.*collect\(\)"):
        SimpleImputer().fit(pl.DataFrame({"a": [0.0]}).lazy())


def test_types_are_kept_where_they_hold_the_values():
    frame = pd.DataFrame({
        "single": TRUE[:60, 0].astype("float32"),
        "whole": np.arange(60) % 7,
        "flag": np.arange(60) % 2 == 0,
        "nullable": pd.array(TRUE[:60, 1], dtype="Float32"),
        "counts": pd.array([None if k == 9 else k for k in range(60)], dtype="Int64"),
        "thirds": pd.array([None if k == 9 else k**2 for k in range(60)], dtype="Int64"),
        "arrow": pd.array(TRUE[:60, 0], dtype="double[pyarrow]"),
        "objects": pd.Series([None, *([1.5, 2] * 30)][:60], dtype=object),
    })  # fmt: skip
    frame.loc[[3, 4], ["single", "nullable", "arrow"]] = np.nan
    filled = SimpleImputer().fit(frame).transform(frame)
    assert not filled.isna().any(axis=None)
    kinds = [str(kind) for kind in filled.dtypes]
    assert kinds[:5] == ["float32", "int64", "bool", "Float32", "Int64"]
    assert kinds[5:] == ["Int64", "double[pyarrow]", "float64"]
    assert filled["counts"][9] == 9
    known = frame.notna()
    assert (filled == frame)[known].sum(axis=None) == known.sum(axis=None)
    ahead = SimpleForecaster("last", window=5).fit(frame).predict(frame)
    assert str(ahead.dtypes["whole"]) == "float64"
    assert str(ahead.dtypes["single"]) == "float32"


def test_an_array_of_single_precision_comes_back_in_it():
    single = HOLED.astype("float32")
    assert SimpleImputer().fit(single).transform(single).dtype == np.float32
    assert SimpleForecaster("last", window=5).fit(single).predict(single).dtype == np.float32
    assert SimpleImputer().fit(np.arange(30)[:, None]).transform([[1], [2]]).dtype == float


def test_two_labels_that_read_the_same_are_refused_by_name():
    with pytest.raises(DataError, match=r"two columns '1' \(1 and '1' read the same\)"):
        SimpleImputer().fit(pd.DataFrame(TRUE, columns=[1, "1"]))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["x", "y"], "column 'a': numbers are needed, not"),
        ([1j, 2j], "column 'a': numbers are needed, not complex128"),
        (pd.to_datetime(["2024-01-01", "2024-01-02"]), r"set_index\('a'\)"),
        (pd.Categorical([1, 2]), "not category"),
    ],
)
def test_a_column_of_no_numbers_is_refused(column, words):
    with pytest.raises(DataError, match=words):
        read_series(pd.DataFrame({"a": column}))


@given(
    arrays(float, st.integers(0, 9), elements=st.floats(-1e6, 1e6) | st.just(np.nan)),
    st.sampled_from(["int8", "uint16", "int64", "bool", "Int8", "boolean", "float64", "Float64"]),
)
def test_no_type_changes_a_value(values, dtype):
    cast = in_type(values, pd.api.types.pandas_dtype(dtype))
    back = pd.Series(cast).to_numpy(dtype=float, na_value=np.nan)
    np.testing.assert_array_equal(back, values)


def test_what_a_type_cannot_hold_stays_in_double_precision():
    assert in_type(np.array([1e300]), np.dtype("float32")).dtype == float
    assert in_type(np.array([2.0**60]), np.dtype("int64")).dtype == float
    assert str(in_type(np.array([0.5]), pd.ArrowDtype(pa.int64())).dtype) == "double[pyarrow]"
