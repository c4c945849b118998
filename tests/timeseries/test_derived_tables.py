"""Tables written in the form of the one that was read."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.delimited import quoted_cell
from harnn.errors import DataError
from harnn.timeseries.derived_tables import write_filled_series, write_filled_table
from harnn.timeseries.series_table import SeriesTable
from harnn.timeseries.tables import load_series, read_table

NUMBER = st.one_of(
    st.decimals(-1000, 1000, places=2).map(str),
    st.integers(-99, 99).map(str),
    st.sampled_from(["1e5", "+1.50", " 2", "007", ".5", "3.", "-0"]),
)
HOLE = st.sampled_from(["", " ", "NA", "null", "NaN"])
CELL = st.text(
    st.one_of(
        st.sampled_from(list(',;|\t"\r\n \u2028\x85\ufeff\u0301')),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=8,
)


def fill(
    source: Path, output: Path, value: float = 7.0, delimiter: str | None = None, **options: object
) -> None:
    """Fill all holes with one value, as a command does with those of an imputer."""
    table = SeriesTable(read_table(source, delimiter), str(source), **options)
    filled = {name: frame.astype(float).fillna(value) for name, frame in table.series().items()}
    write = write_filled_series if "beside" in options else write_filled_table
    write(table, filled, source, output, delimiter)


def rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), delimiter=delimiter)
    )


@settings(deadline=None, max_examples=100)
@given(data=st.data(), delimiter=st.sampled_from(",;|\t"), end=st.sampled_from(["\n", "\r\n"]))
def test_every_cell_that_is_no_hole_comes_out_as_it_went_in(tmp_path_factory, data, delimiter, end):
    folder = tmp_path_factory.mktemp("tables")
    count = data.draw(st.integers(1, 8))
    columns = {
        "no": [str(number) for number in range(count)],
        data.draw(CELL.filter(lambda name: name not in ("", "no", "x"))): data.draw(
            st.lists(CELL, min_size=count, max_size=count)
        ),
        "x": data.draw(st.lists(st.one_of(NUMBER, HOLE), min_size=count, max_size=count)),
    }
    header = list(columns)
    written = [header, *map(list, zip(*columns.values(), strict=True))]
    content = "".join(
        delimiter.join(quoted_cell(cell, delimiter) for cell in row) + end for row in written
    )
    (folder / "in.csv").write_bytes(content.encode())
    fill(folder / "in.csv", folder / "out.csv", delimiter=delimiter, time="no", sensors=["x"])
    out = rows(folder / "out.csv", delimiter)
    for before, after in zip(written, out, strict=True):
        assert after[:2] == before[:2]
        if before[2].strip() in ("", "NA", "null", "NaN"):
            assert float(after[2]) == 7.0
        else:
            assert after[2] == before[2]


def test_a_file_without_holes_is_copied_to_the_byte(tmp_path):
    content = b'\xef\xbb\xbf"at", "x" ,note\r\n0,1.50,"a ""b"""\r\n"1",2,""\r\n2,"3.0",'
    content = content.replace(b' "x" ', b"x")
    (tmp_path / "in.csv").write_bytes(content)
    fill(tmp_path / "in.csv", tmp_path / "out.csv", time="at")
    assert (tmp_path / "out.csv").read_bytes() == content


def test_a_hole_has_the_decimals_and_the_decimal_mark_of_its_column(tmp_path):
    (tmp_path / "in.csv").write_text("at;x;n;b\n0;1,25;4;TRUE\n1;;;\n2;1,5;6;FALSE\n")
    options = {"delimiter": ";", "decimal": ",", "time": "at"}
    fill(tmp_path / "in.csv", tmp_path / "out.csv", 2.71828, **options)
    assert rows(tmp_path / "out.csv", ";")[2] == ["1", "2,72", "3", "TRUE"]
    fill(tmp_path / "in.csv", tmp_path / "out.tsv", 2.71828, **options)
    assert rows(tmp_path / "out.tsv", "\t")[1:3] == [
        ["0", "1,25", "4", "TRUE"],
        ["1", "2,72", "3", "TRUE"],
    ]


def test_a_decimal_comma_between_commas_is_quoted(tmp_path):
    (tmp_path / "in.csv").write_text('at,x\n0,"1,25"\n1,\n')
    fill(tmp_path / "in.csv", tmp_path / "out.csv", 2.0, decimal=",")
    assert (tmp_path / "out.csv").read_text() == 'at,x\n0,"1,25"\n1,"2,00"\n'


def test_a_cell_of_another_file_is_quoted_where_the_new_delimiter_needs_it(tmp_path):
    (tmp_path / "in.csv").write_text('at,x,a\tb\n0,1,"c,d"\n1,,e\tf\n')
    fill(tmp_path / "in.csv", tmp_path / "out.tsv", time="at", sensors=["x"])
    assert rows(tmp_path / "out.tsv", "\t") == [
        ["at", "x", "a\tb"],
        ["0", "1", "c,d"],
        ["1", "7", "e\tf"],
    ]


def test_columns_are_added_and_never_replaced(tmp_path):
    (tmp_path / "in.csv").write_text("x,x.low\n1.5,a\n,b\n")
    table = SeriesTable(read_table(tmp_path / "in.csv"), sensors=["x"])
    filled = {"": pd.DataFrame({"x": [1.5, 2.0], "x.high": [3.0, 2.46]})}
    write_filled_table(table, filled, tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "x,x.low,x.high\n1.5,a,3.0\n2.0,b,2.5\n"
    filled[""] = filled[""].rename(columns={"x.high": "x.low"})
    with pytest.raises(DataError, match=r"has a column 'x\.low' already"):
        write_filled_table(table, filled, tmp_path / "in.csv", tmp_path / "out.csv")


def test_columns_without_a_name_come_out_too(tmp_path):
    (tmp_path / "in.csv").write_text("x,,\n1,a,\n,b,c\n")
    fill(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "x,,\n1,a,\n7,b,c\n"
    with pytest.raises(DataError, match="several columns have no name"):
        fill(tmp_path / "in.csv", tmp_path / "out.parquet")


def test_a_file_that_changes_meanwhile_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text("x\n1\nNA\n")
    table = SeriesTable(read_table(tmp_path / "in.csv"))
    for changed in ("x\n1\n", "x\n1\nNA\n3\n"):
        (tmp_path / "in.csv").write_text(changed)
        with pytest.raises(DataError, match="has been changed"):
            write_filled_table(
                table,
                {"": pd.DataFrame({"x": [1.0, 2.0]})},
                tmp_path / "in.csv",
                tmp_path / "o.csv",
            )
    assert not (tmp_path / "o.csv").exists()


PARQUET = pa.table(
    {
        "id": pa.array([12345678901234567, None, 3]),
        "whole": pa.array([4, None, 250], pa.uint8()),
        "single": pa.array([1.5, None, float("nan")], pa.float32()),
        "exact": pa.array([Decimal("1.25"), None, Decimal("2.50")], pa.decimal128(9, 2)),
        "tags": pa.array([["a"], [], None]),
        "at": pa.array([0, 1, 2], pa.timestamp("ms", "Europe/Berlin")),
    }
)


def test_parquet_keeps_its_types_and_its_other_cells(tmp_path):
    pq.write_table(PARQUET, tmp_path / "in.parquet")
    sensors = ["whole", "single", "exact"]
    fill(tmp_path / "in.parquet", tmp_path / "out.parquet", 2.718, sensors=sensors)
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.schema.equals(PARQUET.schema)
    assert out.drop(sensors).equals(PARQUET.drop(sensors))
    assert out["whole"].to_pylist() == [4, 3, 250]
    assert out["single"].to_pylist() == [1.5, pytest.approx(2.718), pytest.approx(2.718)]
    assert out["exact"].to_pylist() == [Decimal("1.25"), Decimal("2.72"), Decimal("2.50")]


def test_a_filled_number_stays_in_the_range_of_its_type(tmp_path):
    pq.write_table(PARQUET.select(["whole"]), tmp_path / "in.parquet")
    fill(tmp_path / "in.parquet", tmp_path / "out.parquet", -3.0)
    assert pq.read_table(tmp_path / "out.parquet")["whole"].to_pylist() == [4, 0, 250]


def test_whole_numbers_of_parquet_are_whole_in_csv(tmp_path):
    pq.write_table(PARQUET.select(["id", "whole"]), tmp_path / "in.parquet")
    fill(tmp_path / "in.parquet", tmp_path / "out.csv", 5.0, sensors=["whole"])
    assert (tmp_path / "out.csv").read_text() == "id,whole\n12345678901234567,4\n,5\n3,250\n"


def test_strings_of_csv_are_strings_in_parquet(tmp_path):
    (tmp_path / "in.csv").write_text("at,pump,x\n2024-01-01,007,1.50\n2024-01-02,1e5,\n")
    fill(tmp_path / "in.csv", tmp_path / "out.parquet", 2.718, time="at", sensors=["x"])
    out = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert out == {"at": ["2024-01-01", "2024-01-02"], "pump": ["007", "1e5"], "x": [1.5, 2.718]}


def test_sensors_beside_each_other_keep_their_cells_and_times(tmp_path):
    (tmp_path / "in.csv").write_text(
        "at;pump;flow\n2024-01-01T00:00Z;007;1,50\n2024-01-01T00:00Z;b;\n2024-01-01T01:00Z;b;2,0\n"
    )
    options = {"delimiter": ";", "decimal": ",", "time": "at", "beside": "pump"}
    fill(tmp_path / "in.csv", tmp_path / "out.csv", 3.14159, **options)
    assert (tmp_path / "out.csv").read_text() == (
        "at;flow 007;flow b\n2024-01-01T00:00Z;1,50;3,14\n2024-01-01T01:00Z;3,14;2,0\n"
    )


def test_what_was_filled_is_read_again_without_holes(tmp_path):
    (tmp_path / "in.csv").write_text("at,x\n20240131,1\n20240201,\n20240202,3\n")
    fill(tmp_path / "in.csv", tmp_path / "out.csv", time="at")
    frame = load_series(str(tmp_path / "out.csv"), time="at")[""]
    np.testing.assert_array_equal(frame["x"], [1, 7, 3])
    assert frame.index[1] == pd.Timestamp("2024-02-01")
