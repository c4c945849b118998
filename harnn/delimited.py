"""Strict reading of delimited text files: CSV, and TSV."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harnn.errors import ConfigError, DataError
from harnn.utf8_lines import utf8_lines

__all__ = [
    "DELIMITERS",
    "DelimitedFile",
    "checked_delimiter",
    "delimiter_hint",
    "quoted_cell",
]

# The suffixes of delimited files, and what stands between their cells unless an option says so.
DELIMITERS = {".csv": ",", ".tsv": "\t"}

# Delimiters that a hint may propose.
_USUAL = (",", ";", "\t", "|")

# A cell may be a whole book; the csv module stops at 131,072 characters unless told.
_LONGEST_CELL = 2**31 - 1

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def checked_delimiter(delimiter: str | None, path: Path) -> str:
    r"""Return the delimiter of a file.

    Args:
        delimiter: One character; ``"\\t"`` typed as two characters is a tab. None for the usual
            one of the file's suffix: a tab for ``.tsv``, else a comma.
        path: The file.

    Raises:
        ConfigError: If it is not one character, or one that cannot part cells.

    Example:
        >>> checked_delimiter(None, Path("pumps.csv")), checked_delimiter(";", Path("pumps.csv"))
        (',', ';')
    """
    if delimiter is None:
        return DELIMITERS.get(path.suffix.lower(), ",")
    if delimiter == r"\t":
        return "\t"
    if len(delimiter) != 1 or delimiter in '"\r\n\ufeff':
        raise ConfigError(
            f"delimiter={delimiter!r}: one character is needed, such as ';' or a tab, and no "
            "quotation mark or line end"
        )
    return delimiter


def delimiter_hint(names: Sequence[str], delimiter: str = ",") -> str:
    """Return the end of an error message where another delimiter seems to part the columns.

    Args:
        names: The columns that were found.
        delimiter: What they were parted by.

    Returns:
        A hint that names the option; an empty string if no other delimiter is likelier.

    Example:
        >>> print("no column 'at'" + delimiter_hint(["at;pressure;flow"]))
        no column 'at'; if ';' stands between the cells, give delimiter=";" (--delimiter ';')
        >>> delimiter_hint(["at", "pressure"])
        ''
    """
    counts = Counter({other: sum(name.count(other) for name in names) for other in _USUAL})
    counts.pop(delimiter, None)
    likeliest, count = counts.most_common(1)[0]
    if count < len(names):
        return ""
    typed = r"\t" if likeliest == "\t" else likeliest
    what = "a tab" if likeliest == "\t" else repr(likeliest)
    return (
        f"; if {what} stands between the cells, give delimiter=\"{typed}\" (--delimiter '{typed}')"
    )


def quoted_cell(cell: str, delimiter: str) -> str:
    """Return a cell as it is written between delimiters: in quotation marks where it needs them.

    Args:
        cell: What the cell holds.
        delimiter: What stands between the cells.

    Example:
        >>> quoted_cell("1,5", ","), quoted_cell("1,5", ";")
        ('"1,5"', '1,5')
    """
    if any(mark in cell for mark in (delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@dataclass(frozen=True)
class DelimitedFile:
    r"""A CSV or TSV file in UTF-8, read strictly: its first line names the columns.

    Every row must have as many cells as the first line, and a cell that holds a delimiter, a
    quotation mark or a line end must be quoted. Blank lines are no rows. Cells are strings as they
    stand in the file.

    Args:
        path: The file.
        delimiter: What stands between the cells.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "pumps.csv")
        ...     _ = path.write_text('pump;flow\n007;"1;5"\n')
        ...     file = DelimitedFile(path, ";")
        ...     file.header(), list(file.rows())
        (['pump', 'flow'], [['007', '1;5']])
    """

    path: Path
    delimiter: str = ","

    def header(self) -> list[str]:
        """Return the names of the columns. Several may have no name at all.

        Raises:
            DataError: If the file is empty, or two columns have one name.
        """
        return self._checked_header(self._records())

    def rows(self) -> Iterator[list[str]]:
        """Yield the cells of each row below the first line.

        Raises:
            DataError: If a row has more or fewer cells than the first line, a byte is not UTF-8,
                or quotation marks do not match; the message names the row or line.
        """
        records = self._records()
        header = self._checked_header(records)
        for cells, _ in self._checked_rows(records, header):
            yield cells

    def raw_rows(self) -> Iterator[tuple[list[str], str]]:
        """Yield each row, the first line included, to the character as it stands in the file.

        Returns:
            The cells with the quotation marks they stand in, and the line end.

        Raises:
            DataError: As for ``rows``.
        """
        records = self._records()
        header = next(records, None)
        if header is None:
            raise self._empty()
        yield self._raw_cells(header[1])
        for _, raw in self._checked_rows(records, header[0]):
            yield self._raw_cells(raw)

    def has_byte_order_mark(self) -> bool:
        """Return whether the file begins with the mark by which spreadsheets know UTF-8."""
        with self.path.open("rb") as file:
            return file.read(len(_BYTE_ORDER_MARK)) == _BYTE_ORDER_MARK

    def _records(self) -> Iterator[tuple[list[str], str]]:
        """Yield the cells of each record and the text they were read from."""
        consumed: list[str] = []

        def lines() -> Iterator[str]:
            for line in utf8_lines(self.path):
                consumed.append(line)
                yield line

        limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            reader = csv.reader(lines(), delimiter=self.delimiter, strict=True)
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise DataError(f"{self.path}, line {reader.line_num}: {error}") from None
                if cells is None:
                    return
                if cells:  # a blank line is no row
                    yield cells, "".join(consumed)
                consumed.clear()
        finally:
            csv.field_size_limit(limit)

    def _checked_header(self, records: Iterator[tuple[list[str], str]]) -> list[str]:
        header, line = next(records, (None, ""))
        if header is None:
            raise self._empty()
        if named := re.fullmatch(r"sep=(.)\s*", line):
            raise DataError(
                f"{self.path}: the first line, {line.strip()!r}, tells a spreadsheet the delimiter "
                f'and names no columns: delete it, and give delimiter="{named[1]}" '
                f"(--delimiter '{named[1]}')"
            )
        for name, count in Counter(header).items():
            if name and count > 1:
                raise DataError(f"{self.path}: {count} columns are named {name!r}")
        return header

    def _checked_rows(
        self, records: Iterator[tuple[list[str], str]], header: list[str]
    ) -> Iterator[tuple[list[str], str]]:
        for number, (cells, raw) in enumerate(records, start=1):
            if len(cells) != len(header):
                raise DataError(
                    f"{self.path}, row {number}: {len(cells)} cells where the first line names "
                    f"{len(header)} columns{self._cure(cells, header)}"
                )
            yield cells, raw

    def _cure(self, cells: list[str], header: list[str]) -> str:
        """Say what is probably wrong with a row of too many or too few cells."""
        if hint := delimiter_hint(header, self.delimiter):
            return hint
        if len(cells) > len(header) and not any(map(str.strip, cells[len(header) :])):
            return (
                f"; the last is empty: a trailing {self.delimiter!r} ends the row; delete it, or "
                "name a column for it in the first line"
            )
        if len(cells) < len(header):
            return "; cells are missing: empty ones have their delimiters, too"
        number = ", as must a number with a decimal comma" if self.delimiter == "," else ""
        return f"; a cell that holds a {self.delimiter!r} must be quoted{number}"

    def _empty(self) -> DataError:
        return DataError(f"{self.path}: the file is empty; its first line must name the columns")

    def _raw_cells(self, raw: str) -> tuple[list[str], str]:
        body = raw.removesuffix("\n").removesuffix("\r")
        end = raw[len(body) :]
        if '"' not in body:
            return body.split(self.delimiter), end
        mark = re.escape(self.delimiter)
        # Where the file was read strictly, a quotation mark that opens a cell is closed at its end.
        cell = re.compile(rf'(?:^|{mark})("[^"]*(?:""[^"]*)*"|[^{mark}]*)')
        return cell.findall(body), end
