from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harnn.cli.records import open_records
from harnn.errors import ConfigError, DataError

ROWS = [{"id": "1", "text": "a lake"}, {"id": "2", "text": 'said "no", and\nleft'}]


def written(folder: Path, suffix: str) -> Path:
    path = folder / f"rows{suffix}"
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    elif suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n\n" for row in ROWS))
    else:
        tab = "\t" if suffix == ".tsv" else ","
        path.write_text(f'id{tab}text\n1{tab}a lake\n2{tab}"said ""no"", and\nleft"\n')
    return path


def stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_the_rows_of_a_file_are_the_same_in_every_format(tmp_path, suffix):
    records = open_records(str(written(tmp_path, suffix)))
    assert [row for _, row in records.rows] == ROWS


def test_a_line_of_a_text_file_or_of_standard_input_is_a_text(tmp_path, monkeypatch):
    content = "\ufeffa lake\r\n\nzwölf\n".encode()
    (tmp_path / "rows.txt").write_bytes(content)
    stdin(monkeypatch, content)
    expected = [(1, {"body": "a lake"}), (2, {"body": ""}), (3, {"body": "zwölf"})]
    assert list(open_records(str(tmp_path / "rows.txt"), "body").rows) == expected
    assert list(open_records("-", "body").rows) == expected


def test_standard_input_may_be_json_lines(monkeypatch):
    stdin(monkeypatch, b'{"text": "a", "n": 1}\n\n{"text": "b"}\n')
    assert list(open_records("-", format="jsonl").rows) == [
        (1, {"text": "a", "n": 1}),
        (3, {"text": "b"}),
    ]


def test_a_parquet_file_says_its_types_and_its_number_of_rows(tmp_path):
    records = open_records(str(written(tmp_path, ".parquet")))
    assert records.types == {"id": pa.string(), "text": pa.string()}
    assert records.total == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", b"", "the file is empty"),
        ("rows.csv", b"id,text\n", "there are no rows"),
        ("rows.csv", b"id,text\n1,a\n2\n", "row 2: 1 cells where the first line names 2 columns"),
        ("rows.csv", b"text,text\na,b\n", "2 columns are named 'text'"),
        ("rows.csv", b"text,,\na,b,c\n", "2 columns have no name"),
        ("rows.csv", b"text\na\nb\xff\n", "line 3, byte 8: 0xff is not UTF-8"),
        ("rows.txt", b"a\nb\xff\n", "line 2: byte 0xff is not UTF-8"),
        ("rows.txt", b"", "there are no lines"),
        ("rows.jsonl", b'{"text": "a"}\n{"text": \n', "line 2: not JSON"),
        ("rows.jsonl", b'{"text": "a"}\n[1]\n', "line 2: expected a JSON object, not [1]"),
        ("rows.jsonl", b"\n\n", "there are no lines"),
        ("rows.parquet", b"PAR1 not really", "not a Parquet file"),
        ("rows.cvs", b"text\na\n", "files of kind '.cvs' are not read; did you mean '.csv'?"),
    ],
)
def test_a_bad_file_is_named_with_the_place(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        list(open_records(str(tmp_path / name)).rows)
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_another_delimiter_can_be_given(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('id;text\n007;"a; b, c"\n')
    records = open_records(str(path), delimiter=";")
    assert list(records.rows) == [(1, {"id": "007", "text": "a; b, c"})]
    path.write_text("id;text\n7;a\n")
    with pytest.raises(DataError, match=r"no column 'text' .*--delimiter ';'"):
        list(open_records(str(path)).texts("text"))
    path.write_text("id;text\n7;a, b\n")
    with pytest.raises(DataError, match=r"row 1: 2 cells .*--delimiter ';'"):
        open_records(str(path))


@pytest.mark.parametrize("source", ["-", "rows.jsonl", "rows.txt"])
def test_a_delimiter_for_lines_is_refused(source):
    with pytest.raises(ConfigError, match=r"--delimiter is for \.csv and \.tsv files"):
        open_records(source, delimiter=";")


def test_a_missing_file_is_named():
    with pytest.raises(DataError, match=r"nowhere\.csv: there is no such file"):
        open_records("nowhere.csv")


def test_an_unknown_format_or_one_for_a_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="did you mean 'jsonl'"):
        open_records("-", format="json")
    with pytest.raises(ConfigError, match="--format is for standard input"):
        open_records(str(written(tmp_path, ".csv")), format="text")


def test_a_row_without_a_text_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n{"text": null}\n{"txt": "b"}\n')
    with pytest.raises(DataError, match=r"line 2, column 'text': expected a text, not None"):
        list(open_records(str(path)).texts("text"))
    path.write_text('{"text": "a"}\n{"txt": "b"}\n')
    with pytest.raises(DataError, match=r"line 2: there is no column 'text' .* mean 'txt'"):
        list(open_records(str(path)).texts("text"))


def test_rows_are_read_as_they_are_asked_for(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text\na\nb\nc,d\n")
    records = open_records(str(path))
    assert next(records.rows) == (1, {"text": "a"})
    assert next(records.rows) == (2, {"text": "b"})
    with pytest.raises(DataError, match="row 3"):
        next(records.rows)
