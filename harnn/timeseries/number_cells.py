"""Numbers read strictly from the cells of a column, and the likely cause where they are none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from harnn.errors import ConfigError

__all__ = ["MISSING_MARKERS", "NumberCells", "check_decimal", "likely_cause"]

# Cells that say that nothing was measured, besides empty ones: those that pandas.read_csv knows.
MISSING_MARKERS = frozenset(
    {"NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "None"}
    | {"NaN", "nan", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"}
)
_MISSING = MISSING_MARKERS | {""}
_BOOLEANS = {"True": 1.0, "TRUE": 1.0, "true": 1.0, "False": 0.0, "FALSE": 0.0, "false": 0.0}

_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_NUMBER = {
    mark: re.compile(
        rf"[+-]?(?:[0-9]+(?:{re.escape(mark)}[0-9]*)?|{re.escape(mark)}[0-9]+){_EXPONENT}"
    )
    for mark in ".,"
}
_WHOLE = re.compile("[+-]?[0-9]+")

_ANY = rf"[+\-\u2212]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+){_EXPONENT}"
_DAMAGED = {
    "minus": re.compile(rf"\u2212{_ANY}"),
    "decimal mark": re.compile(rf"[+-]?[0-9]*[.,][0-9]+{_EXPONENT}"),
    "thousands": re.compile(
        r"[+\-\u2212]?[0-9]{1,3}([.,'\u2019\s])[0-9]{3}(?:\1[0-9]{3})*(?:[.,][0-9]*)?"
    ),
    "sign": re.compile(rf"(?:[<>\u2264\u2265~\u2248\xb1$\u20ac\xa3]=?\s*{_ANY}|{_ANY}\s*[*?!]+)"),
    "delimiter": re.compile(rf"{_ANY}(?:\s*[;|\t]\s*(?:{_ANY})?)+"),
}
_WITH_UNIT = re.compile(rf"{_ANY}\s*((?:[^\W\d_]|[%\xb0\u2030])\S{{0,11}})")


def check_decimal(decimal: str) -> None:
    """Refuse a decimal mark that is neither a point nor a comma.

    Raises:
        ConfigError: If it is neither.
    """
    if decimal not in _NUMBER:
        raise ConfigError(f"decimal={decimal!r}: it must be '.' or ','")


@dataclass(frozen=True)
class NumberCells:
    """The cells of a column as numbers.

    Attributes:
        values: ``(rows,)``, NaN where a cell is missing or no number. Whole numbers and booleans
            are of such a type where no cell is missing.
        filled: Rows whose cell is not missing.
        wrong: Rows whose cell is neither missing nor a number.

    Example:
        >>> cells = NumberCells.of(pd.Series([" 1,5", "NA", "?"], dtype=object), decimal=",")
        >>> cells.values.tolist(), cells.filled.tolist(), cells.wrong.tolist()
        ([1.5, nan, nan], [0, 2], [2])
    """

    values: np.ndarray
    filled: np.ndarray
    wrong: np.ndarray

    @classmethod
    def of(cls, column: pd.Series[Any], decimal: str = ".") -> NumberCells:
        """Read a column of strings, or of other objects.

        Args:
            column: Its cells. Blanks around a number are no part of it.
            decimal: The decimal mark of strings.
        """
        cells = [
            None if missing or (is_text and cell in _MISSING) else cell
            for missing, is_text, cell in zip(
                column.isna(), *_stripped(column.to_list()), strict=True
            )
        ]
        filled = np.array([row for row, cell in enumerate(cells) if cell is not None], dtype=int)
        present = [cell for cell in cells if cell is not None]
        if present and all(isinstance(cell, str) and cell in _BOOLEANS for cell in present):
            numbers = [_BOOLEANS[cell] for cell in present]
            kind: Any = bool
        else:
            numbers = _numbers(present, _NUMBER[decimal], decimal)
            whole = all(isinstance(cell, str) and _WHOLE.fullmatch(cell) for cell in present)
            kind = np.int64 if whole and all(abs(number) < 2**53 for number in numbers) else float
        values = np.full(len(cells), np.nan)
        values[filled] = numbers
        if len(filled) == len(cells) > 0:
            values = values.astype(kind)
        return cls(values, filled, filled[np.isnan(numbers)] if len(filled) else filled)

    @property
    def mostly_numbers(self) -> bool:
        """Whether more than half of the cells that are not missing are numbers."""
        return len(self.wrong) < 0.5 * len(self.filled)


def likely_cause(column: pd.Series[Any], cells: NumberCells, decimal: str = ".") -> str:
    """Return why the cells of a column are probably no numbers.

    Args:
        column: The cells.
        cells: What was read from them.
        decimal: The decimal mark they were read with.

    Returns:
        A sentence with what would be right; an empty string where most wrong cells look like
        anything but damaged numbers, such as words or dates.

    Example:
        >>> column = pd.Series(["1,5", "2,25", "7"])
        >>> likely_cause(column, NumberCells.of(column))
        'the decimal mark is a comma: give decimal="," (--decimal ,)'
    """
    wrong = [cell for cell in column.iloc[cells.wrong] if isinstance(cell, str)]
    texts = [cell.strip() for cell in wrong]
    other = "," if decimal == "." else "."
    name = "comma" if other == "," else "point"
    mark = f'the decimal mark is a {name}: give decimal="{other}" (--decimal {other})'
    thousands = "thousands are set apart: write the numbers without such marks"
    with_other = NumberCells.of(column, other)
    if texts and not len(with_other.wrong):
        # 1,234 may be either.
        either = all(_DAMAGED["thousands"].fullmatch(text) for text in texts)
        return f"{mark}; or {thousands}" if either else mark
    kinds = Counter(_kind(text) for text in texts)
    units = {found[1] for text in texts if (found := _WITH_UNIT.fullmatch(text))}
    # Cells such as 1st, 2nd and 3rd are words; those of a sensor have one unit.
    if len(units) != 1 or len(set(texts)) == 1:
        kinds[None] += kinds.pop("unit", 0)
    numbers = len(cells.filled) - len(cells.wrong)
    damaged = sum(count for kind, count in kinds.items() if kind is not None)
    if not damaged or numbers + damaged <= 0.5 * len(cells.filled) or damaged < kinds[None]:
        return ""
    if len(np.setdiff1d(with_other.wrong, cells.wrong)):
        mark = "decimal points and decimal commas stand side by side: write all numbers with one"
    kind = max((kind for kind in kinds if kind is not None), key=lambda kind: kinds[kind])
    return {
        "minus": "the minus sign is not the '-' of the keyboard: write that",
        "decimal mark": mark,
        "thousands": f"{thousands}, and give decimal= if their decimal mark is a comma",
        "unit": f"a unit, {next(iter(units), '')!r}, stands in the cells: write the numbers alone",
        "sign": "a sign stands beside the numbers: write the numbers alone",
        "delimiter": "another delimiter stands in the cells: give delimiter= (--delimiter)",
    }[kind]


def _stripped(cells: Sequence[Any]) -> tuple[list[bool], list[Any]]:
    is_text = [isinstance(cell, str) for cell in cells]
    return is_text, [
        cell.strip() if text else cell for text, cell in zip(is_text, cells, strict=True)
    ]


def _numbers(cells: Iterable[Any], pattern: re.Pattern[str], decimal: str) -> list[float]:
    """Return the cells as numbers, NaN for one that is none, or is too large for a double."""
    found = []
    for cell in cells:
        number = np.nan
        if isinstance(cell, str):
            if pattern.fullmatch(cell):
                number = float(cell if decimal == "." else cell.replace(decimal, "."))
        elif isinstance(cell, Real | Decimal):
            number = float(cell)
        found.append(number if abs(number) < np.inf else np.nan)
    return found


def _kind(text: str) -> str | None:
    for kind, pattern in _DAMAGED.items():
        if pattern.fullmatch(text):
            return kind
    return "unit" if _WITH_UNIT.fullmatch(text) else None
