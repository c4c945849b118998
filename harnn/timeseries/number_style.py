"""The form in which a column writes its numbers, for numbers that are added to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from harnn.timeseries.number_cells import NumberCells

__all__ = ["NumberStyle"]

# More significant digits than these are rounding errors of double precision.
_DOUBLE_DIGITS = 15
# Significant digits of a column that holds no number to follow.
_USUAL_DIGITS = 6

_BOOLEAN_WORDS = (("False", "True"), ("FALSE", "TRUE"), ("false", "true"))
_DECIMALS = re.compile(r"[+-]?[0-9]*[.,]?([0-9]*)(?:[eE]([+-]?[0-9]+))?")


@dataclass(frozen=True)
class NumberStyle:
    """How a column writes its numbers.

    Attributes:
        decimals: Digits behind the decimal mark. None where no number was there to follow.
        decimal: The decimal mark.
        words: The words for False and True of a column of booleans.

    Example:
        >>> import pandas as pd
        >>> cells = NumberCells.of(pd.Series(["1,5", "", "12,25"]), decimal=",")
        >>> style = NumberStyle.of(cells, decimal=",")
        >>> style.text(3.14159), style.text(7.0)
        ('3,14', '7,00')
        >>> NumberStyle.of(NumberCells.of(pd.Series(["12", "7"]))).text(3.14159)
        '3'
    """

    decimals: int | None = None
    decimal: str = "."
    words: tuple[str, str] | None = None

    @classmethod
    def of(cls, cells: NumberCells, decimal: str = ".") -> NumberStyle:
        """Return the style of a column of strings: as many decimals as one of its cells has.

        Args:
            cells: What was read from the column.
            decimal: The decimal mark of its cells.
        """
        texts = cells.texts
        for words in _BOOLEAN_WORDS:
            if texts and texts <= set(words):
                return cls(0, decimal, words)
        return cls(max(map(_decimals, texts), default=None), decimal)

    def text(self, value: float) -> str:
        """Return a number as the column would write it.

        Args:
            value: A finite number.
        """
        if self.words is not None:
            return self.words[int(value >= 0.5)]
        if self.decimals is None:
            text = np.format_float_positional(
                value, precision=_USUAL_DIGITS, fractional=False, trim="-"
            )
        else:
            text = f"{value:.{self.decimals}f}"
            if len(text.lstrip("-0.").replace(".", "")) > _DOUBLE_DIGITS:
                text = np.format_float_positional(value, precision=self.decimals, trim="-")
                if 0 < self.decimals <= _DOUBLE_DIGITS:
                    whole, _, part = text.partition(".")
                    text = f"{whole}.{part.ljust(self.decimals, '0')}"
        if not text.strip("-0."):
            text = text.removeprefix("-")
        return text.replace(".", self.decimal)


def _decimals(text: str) -> int:
    found = _DECIMALS.match(text)
    assert found is not None  # every part of the pattern may be empty
    return max(0, len(found[1]) - int(found[2] or 0))
