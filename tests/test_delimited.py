"""Delimited files, read strictly and to the character."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.delimited import DelimitedFile, delimiter_hint, quoted_cell
from harnn.errors import DataError

CELL = st.text(
    st.one_of(
        st.sampled_from(list(',;|\t"\r\n \u2028\x85\ufeff')),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=8,
)


def written(folder: Path, content: str) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content.encode())
    return path


@settings(deadline=None, max_examples=100)
@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=5)
    ),
    delimiter=st.sampled_from(",;|\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    last=st.booleans(),
)
def test_the_raw_cells_make_up_the_file_and_hold_what_is_read(
    tmp_path_factory, rows, delimiter, end, quoting, last
):
    width = len(rows[0]) if rows else 1
    header = [f"column {number}" for number in range(width)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    for row in rows:
        # The csv module leaves some cells unquoted that it then does not read back.
        cells = [quoted_cell(cell, delimiter) for cell in row]
        if quoting == csv.QUOTE_ALL or cells == [""]:
            cells = ['"' + cell.replace('"', '""') + '"' for cell in row]
        stream.write(delimiter.join(cells) + end)
    content = stream.getvalue() if last else stream.getvalue().removesuffix(end)
    file = DelimitedFile(written(tmp_path_factory.mktemp("files"), content), delimiter)
    assert file.header() == header
    assert list(file.rows()) == rows
    assert "".join(delimiter.join(cells) + end for cells, end in file.raw_rows()) == content


def test_a_byte_order_mark_is_seen_and_is_no_part_of_the_first_name(tmp_path):
    marked = DelimitedFile(written(tmp_path, "\ufeffa,b\n1,2\n"))
    assert marked.has_byte_order_mark()
    assert marked.header() == ["a", "b"]
    assert not DelimitedFile(written(tmp_path, "a,b\n")).has_byte_order_mark()


def test_blank_lines_are_no_rows_and_are_counted_as_none(tmp_path):
    file = DelimitedFile(written(tmp_path, "a,b\n\n1,2\n\n3\n"))
    rows = file.rows()
    assert next(rows) == ["1", "2"]
    with pytest.raises(
        DataError, match="row 2: 1 cells where the first line names 2 columns; cells are missing"
    ):
        next(rows)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the file is empty"),
        ("a,b,a\n", "2 columns are named 'a'"),
        ("a,b\n1,2,\n", "the last is empty: a trailing ',' ends the row"),
        ("a,b\n1,2, ,\n", "4 cells .* a trailing ','"),
        ("a,b\n1,2,3\n", "a cell that holds a ',' must be quoted, as must a number with a decimal"),
        ("a;b\n1;2,5\n", r"2 cells .* 1 columns; if ';' .* \(--delimiter ';'\)"),
        ("a\tb\n1\t2,5\n", r"if a tab stands .* \(--delimiter '\\t'\)"),
        ("a|b\n1|2,5\n", r"give delimiter=\"\|\""),
        ('a,b\n1,"2\n', "line 2: unexpected end of data"),
        ('a,b\n1,"2"3\n', "line 2: ',' expected after '\"'"),
        ("sep=;\na;b\n1;2\n", r"'sep=;', tells a spreadsheet .* give delimiter=\";\""),
    ],
)
def test_a_damaged_file_is_refused_with_the_place_and_the_cure(tmp_path, content, words):
    with pytest.raises(DataError, match=words):
        list(DelimitedFile(written(tmp_path, content)).rows())


def test_columns_may_lack_names_where_a_spreadsheet_has_added_some(tmp_path):
    file = DelimitedFile(written(tmp_path, "a,,\n1,,\n"))
    assert (file.header(), list(file.rows())) == (["a", "", ""], [["1", "", ""]])


def test_no_delimiter_is_proposed_where_the_columns_are_parted(tmp_path):
    assert delimiter_hint(["at", "flow; m3/h", "level"]) == ""
    assert "--delimiter ';'" in delimiter_hint(["at;flow", " m3/h;level"])
    assert delimiter_hint(["at;flow"], ";") == ""
