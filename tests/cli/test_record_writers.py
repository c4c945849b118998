from __future__ import annotations

import csv
import json
import resource
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harnn.cli.record_writers import ROW_GROUP, open_writer
from harnn.cli.records import open_records
from harnn.errors import DataError


def write(path: Path, rows: list[dict[str, Any]], types: dict[str, Any] | None = None) -> None:
    with open_writer(str(path), types) as writer:
        for row in rows:
            writer.write(row)


# A NUL or a lone carriage return is more than CSV can hold.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=12)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.fixed_dictionaries({"id": TEXTS, "text": TEXTS}), min_size=1, max_size=5))
def test_what_is_written_is_read_back(tmp_path, suffix, rows):
    path = tmp_path / f"rows{suffix}"
    write(path, rows)
    assert [row for _, row in open_records(str(path)).rows] == rows


def test_a_list_in_a_csv_cell_is_json_and_nothing_is_empty(tmp_path):
    write(tmp_path / "rows.csv", [{"a": ["x", "y"], "b": None, "c": 0.5, "d": True}, {"a": []}])
    with (tmp_path / "rows.csv").open(newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["a", "b", "c", "d"],
            ['["x", "y"]', "", "0.5", "true"],
            ["[]", "", "", ""],
        ]


def test_json_has_null_for_nan_and_iso_dates(tmp_path):
    row = {"a": float("nan"), "b": [float("inf"), {"c": 1.5}], "d": date(2024, 1, 2), "e": "ü"}
    write(tmp_path / "rows.jsonl", [row])
    written = (tmp_path / "rows.jsonl").read_text(encoding="utf-8")
    assert json.loads(written) == {"a": None, "b": [None, {"c": 1.5}], "d": "2024-01-02", "e": "ü"}
    assert "ü" in written


def test_a_value_that_json_cannot_hold_is_named(tmp_path):
    with pytest.raises(DataError, match=r"output row 2: a value of type bytes .* --keep"):
        write(tmp_path / "rows.jsonl", [{"a": 1}, {"a": b"x"}])
    assert list(tmp_path.iterdir()) == []


def test_parquet_keeps_the_types_it_is_told_and_infers_the_others(tmp_path):
    rows = [{"n": 1, "labels": [], "x": 0.5}, {"n": None, "labels": ["a"], "x": 1.0}]
    write(tmp_path / "rows.parquet", rows, {"n": pa.int16(), "labels": pa.list_(pa.string())})
    table = pq.read_table(tmp_path / "rows.parquet")
    assert table.schema.types == [pa.int16(), pa.list_(pa.string()), pa.float64()]
    assert table.to_pylist() == rows


def test_parquet_is_written_in_groups_of_rows(tmp_path):
    rows = [{"n": n} for n in range(2 * ROW_GROUP + 1)]
    write(tmp_path / "rows.parquet", rows)
    with pq.ParquetFile(tmp_path / "rows.parquet") as file:
        assert file.metadata.num_row_groups == 3
        assert file.read().to_pylist() == rows


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_later_row_with_another_column_is_refused_and_nothing_is_left(tmp_path, suffix):
    rows = [{"a": 1}] * ROW_GROUP + [{"a": 1, "b": 2}]
    with pytest.raises(DataError, match=rf"output row {ROW_GROUP + 1}: column 'b' .* --keep"):
        write(tmp_path / f"rows{suffix}", rows)
    assert list(tmp_path.iterdir()) == []


def test_a_later_row_of_another_type_is_refused_by_parquet(tmp_path):
    rows = [{"a": 1}] * ROW_GROUP + [{"a": 2}, {"a": "x"}]
    with pytest.raises(DataError, match=rf"output row {ROW_GROUP + 2}, column 'a': .* int64"):
        write(tmp_path / "rows.parquet", rows)
    with pytest.raises(DataError, match=r"column 'a' has no one type"):
        write(tmp_path / "rows.parquet", [{"a": 1}, {"a": "x"}])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_full_disk_leaves_what_stood_there_before(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    write(path, [{"n": 1}])
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The system refuses to write more than this into a file, as it does on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write(path, [{"n": n * n, "text": f"{n * 7919} words"} for n in range(50_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_kind_of_file_is_refused():
    with pytest.raises(DataError, match=r"'\.parqet' are not written; did you mean '\.parquet'"):
        write(Path("rows.parqet"), [])
