"""Numbers in cells of strings."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harnn.errors import ConfigError
from harnn.timeseries.number_cells import (
    MISSING_MARKERS,
    NumberCells,
    check_decimal,
    likely_cause,
)


def column(*cells: object) -> pd.Series:
    return pd.Series(cells, dtype=object)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_that_python_writes_is_read_exactly(numbers):
    read = NumberCells.of(column(*map(repr, numbers)))
    assert read.values.tolist() == numbers
    comma = NumberCells.of(column(*(repr(x).replace(".", ",") for x in numbers)), ",")
    assert comma.values.tolist() == numbers


@pytest.mark.parametrize(
    "cell", ["", "  ", None, float("nan"), pd.NA, *sorted(MISSING_MARKERS), " NA "]
)
def test_a_missing_cell_is_no_number_and_no_mistake(cell):
    read = NumberCells.of(column("1.5", cell))
    np.testing.assert_array_equal(read.values, [1.5, np.nan])
    assert (read.filled.tolist(), read.wrong.tolist()) == ([0], [])


def test_pandas_knows_the_same_markers_of_missing_values():
    from pandas._libs.parsers import STR_NA_VALUES

    assert MISSING_MARKERS | {""} == STR_NA_VALUES


@pytest.mark.parametrize(
    "cell", ["1,5", "1_000", "inf", "-inf", "1e999", "0x1F", "１", "1 2", "--1", ".", "e5", "ERR"]
)
def test_what_is_not_written_as_a_number_is_none(cell):
    assert NumberCells.of(column("1", cell)).wrong.tolist() == [1]


@pytest.mark.parametrize("cell", [" 1.5", "+1.5", "1.5e0", "\t1.50 ", "15E-1", Decimal("1.5"), 1.5])
def test_the_usual_forms_of_a_number_are_read(cell):
    assert NumberCells.of(column(cell)).values.tolist() == [1.5]


def test_whole_numbers_and_booleans_keep_their_kind_where_none_is_missing():
    assert NumberCells.of(column("1", "-2")).values.dtype == np.int64
    assert NumberCells.of(column("1", "")).values.dtype == float
    assert NumberCells.of(column("True", "false")).values.tolist() == [True, False]
    assert NumberCells.of(column("TRUE", "NA")).values.tolist()[0] == 1.0
    assert NumberCells.of(column("True", "1")).wrong.tolist() == [0]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1,5", "2,25", "3"], 'decimal mark is a comma: give decimal="," .--decimal ,.$'),
        (["5", "6", "1,5", "7"], "decimal mark is a comma"),
        (["1,234", "2,345"], "decimal mark is a comma.*or thousands are set apart"),
        (["1,234.5", "2,345.6"], "thousands are set apart"),
        (["1.234,5", "2.345,6"], "thousands are set apart"),
        (["1\u202f234.5", "2\u202f345"], "thousands are set apart"),
        (["1'234", "2'345"], "thousands are set apart"),
        (["1.5 bar", "2.5 bar", "closed"], "a unit, 'bar'"),
        (["15%", "16 %"], "a unit, '%'"),
        (["7,5 °C", "8,1 °C"], "a unit, '°C'"),
        (["3 m3/h", "4 m3/h"], "a unit, 'm3/h'"),
        (["<0.5", "0.7", "<0.5"], "a sign stands beside"),
        (["€5", "€6.50"], "a sign stands beside"),
        (["\u22125", "\u22126.5"], "minus sign"),
        (["1;2", "3;4"], r"another delimiter stands in the cells; if ';' .*--delimiter ';'"),
        (["-", "1.5", "-", "2.5", "-"], "'-' stands where nothing was measured"),
        (["1,5", "2.5", "3,5", "4.25", "5,5"], "side by side"),
    ],
)
def test_the_cause_of_damaged_numbers_is_named(cells, words):
    given = column(*cells)
    assert pd.Series([likely_cause(given, NumberCells.of(given))]).str.contains(words).all()


@pytest.mark.parametrize(
    "cells",
    [
        ["ok", "warn"],
        ["1st", "2nd", "3rd"],
        ["3B", "4A", "5C"],
        ["24h", "24h", "24h"],
        ["12 Oak St", "13 Elm St"],
        ["2024-01-31", "2024-02-01"],
        ["31.01.2024", "01.02.2024"],
        ["13:00", "14:00"],
        ["10.0.0.1", "10.0.0.2"],
        ["closed", "open", "1,5"],
        ["1/2", "3/4"],
        ["-", "17", "-"],
        ["OK", "17", "OK", "23", "OK"],
        ["A-17", "A-18"],
        ["3fa8c2", "77b1e0"],
    ],
)
def test_words_dates_and_labels_are_no_damaged_numbers(cells):
    given = column(*cells)
    assert likely_cause(given, NumberCells.of(given)) == ""


def test_numbers_with_points_are_damaged_where_the_decimal_mark_is_a_comma():
    given = column("1.5", "2")
    assert "mark is a point" in likely_cause(given, NumberCells.of(given, ","), ",")


def test_a_decimal_mark_is_a_point_or_a_comma():
    with pytest.raises(ConfigError, match=r"it must be '\.' or ','"):
        check_decimal(";")
