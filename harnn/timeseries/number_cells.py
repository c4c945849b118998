"""Numbers read strictly from the cells of a column, and the likely cause where they are none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from harnn.delimited import delimiter_hint
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
        texts: The distinct strings that are numbers, without blanks around them.

    Example:
        >>> cells = NumberCells.of(pd.Series([" 1,5", "NA", "?"], dtype=object), decimal=",")
        >>> cells.values.tolist(), cells.filled.tolist(), cells.wrong.tolist()
        ([1.5, nan, nan], [0, 2], [2])
    """

    values: np.ndarray
    filled: np.ndarray
    wrong: np.ndarray
    texts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, column: pd.Series[Any], decimal: str = ".") -> NumberCells:
        """Read a column of strings, or of other objects.

        Args:
            column: Its cells. Blanks around a number are no part of it.
            decimal: The decimal mark of strings.
        """
        codes, distinct = _distinct(column)
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in distinct]
        present = [cell for cell in cells if not (isinstance(cell, str) and cell in _MISSING)]
        texts = [cell for cell in present if isinstance(cell, str)]
        kind: Any = float
        if present and len(texts) == len(present) and all(text in _BOOLEANS for text in texts):
            of_cell: dict[Any, float] = dict(_BOOLEANS)
            kind = bool
        else:
            of_cell = {text: _number(text, decimal) for text in texts}
            if len(texts) == len(present) and all(
                _WHOLE.fullmatch(text) and abs(of_cell[text]) < 2**53 for text in texts
            ):
                kind = np.int64
        # One more for cells that are missing, whose code is -1.
        missing = [isinstance(cell, str) and cell in _MISSING for cell in cells]
        numbers = [
            np.nan if blank else of_cell[cell] if isinstance(cell, str) else _float(cell)
            for cell, blank in zip(cells, missing, strict=True)
        ]
        values = np.array([*numbers, np.nan])[codes]
        filled = np.flatnonzero(~np.array([*missing, True])[codes])
        wrong = filled[np.isnan(values[filled])]
        if len(filled) == len(values) > 0 and not len(wrong):
            values = values.astype(kind)
        written = frozenset(text for text in texts if not np.isnan(of_cell[text]))
        return cls(values, filled, wrong, written)

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
    if len(set(texts)) == 1 and len(cells.texts) > 1 and not re.search(r"\w", texts[0]):
        return f"{texts[0]!r} stands where nothing was measured: leave such cells empty"
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
        "delimiter": f"another delimiter stands in the cells{delimiter_hint(texts, '')}",
    }[kind]


def _distinct(column: pd.Series[Any]) -> tuple[np.ndarray, list[Any]]:
    """Return the distinct cells of a column, and for each row which it has; -1 for None or NaN.

    A sensor writes the same few digits over and over: each text is parsed once.
    """
    cells = column.to_numpy(dtype=object)
    try:
        codes, distinct = pd.factorize(cells)
    except TypeError:  # lists and the like, which are no numbers
        return np.where(column.isna(), -1, np.arange(len(cells))), list(cells)
    return codes, list(distinct)


def _number(text: str, decimal: str) -> float:
    """Return what a text says, NaN if it is no number or too large for a double."""
    if not _NUMBER[decimal].fullmatch(text):
        return np.nan
    return _float(float(text if decimal == "." else text.replace(decimal, ".")))


def _float(cell: Any) -> float:
    number = float(cell) if isinstance(cell, Real | Decimal) else np.nan
    return number if abs(number) < np.inf else np.nan


def _kind(text: str) -> str | None:
    for kind, pattern in _DAMAGED.items():
        if pattern.fullmatch(text):
            return kind
    return "unit" if _WITH_UNIT.fullmatch(text) else None
