"""The form in which a column writes its times, for times that are added to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harnn.timeseries.number_cells import NumberCells
from harnn.timeseries.number_style import NumberStyle
from harnn.timeseries.time_cells import COMPACT_DATES

__all__ = ["TimeStyle"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = re.compile(
    rf"{_DAY.pattern}(?P<gap>[T ])[0-9]{{2}}:[0-9]{{2}}(?P<seconds>:[0-9]{{2}})?"
    r"(?:\.(?P<fraction>[0-9]{1,9}))?(?P<offset>\s*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)


@dataclass(frozen=True)
class TimeStyle:
    """How a column writes its times.

    Attributes:
        example: The longest of its cells.
        compact: Whether its numbers are dates, such as 20240131.
        seconds: How it writes numbers that count seconds.

    Example:
        >>> style = TimeStyle.of(pd.Series(["2024-01-31T22:00Z", "2024-01-31T23:00Z"]))
        >>> style.texts(pd.DatetimeIndex(["2024-02-01"], tz="UTC"))
        ['2024-02-01T00:00Z']
        >>> TimeStyle.of(pd.Series(["0,5", "1"]), decimal=",").texts(pd.Index([1.5, 2.0]))
        ['1,5', '2,0']
    """

    example: str
    compact: bool
    seconds: NumberStyle

    @classmethod
    def of(cls, column: pd.Series[Any], decimal: str = ".") -> TimeStyle:
        """Return the style of a column of strings.

        Args:
            column: The cells.
            decimal: The decimal mark of seconds.
        """
        example = max((str(cell).strip() for cell in column), key=len)
        cells = NumberCells.of(column, decimal)
        compact = not len(cells.wrong) and len(example) in COMPACT_DATES
        return cls(example, compact, NumberStyle.of(cells, decimal))

    def texts(self, times: pd.Index) -> list[str]:
        """Return times as the column would write them, to the digits that they need.

        Args:
            times: Dates or seconds.
        """
        if not isinstance(times, pd.DatetimeIndex):
            return [self._second(float(time)) for time in times]
        if self.compact:
            written = list(times.strftime(COMPACT_DATES[len(self.example)]))
            read = pd.to_datetime(pd.Series(written), format=COMPACT_DATES[len(self.example)])
            if (pd.DatetimeIndex(read) == times).all():
                return written
        if _DAY.fullmatch(self.example) and (times == times.normalize()).all():
            return list(times.strftime("%Y-%m-%d"))
        return [self._date(time) for time in times]

    def _second(self, time: float) -> str:
        text = self.seconds.text(time)
        # Two steps must not become one.
        exact = abs(float(text.replace(self.seconds.decimal, ".")) - time) <= 1e-9 * abs(time)
        return text if exact else repr(time).replace(".", self.seconds.decimal)

    def _date(self, time: pd.Timestamp) -> str:
        found = _DATE.fullmatch(self.example)
        gap = found["gap"] if found else " "
        text = time.strftime(f"%Y-%m-%d{gap}%H:%M")
        nanoseconds = time.microsecond * 1000 + time.nanosecond
        digits = len(found["fraction"] or "") if found else 0
        while nanoseconds % 10 ** (9 - digits):
            digits += 1
        if digits or time.second or found is None or found["seconds"]:
            text += time.strftime(":%S")
        if digits:
            text += f".{nanoseconds // 10 ** (9 - digits):0{digits}d}"
        return text + self._offset(time, found["offset"] or "" if found else "")

    def _offset(self, time: pd.Timestamp, example: str) -> str:
        if time.tzinfo is None:
            return ""
        shift = time.strftime("%z")
        sign, hours, minutes = shift[:1], shift[1:3], shift[3:5]
        blank = example[: len(example) - len(example.lstrip())]
        written = example.strip()
        if written == "Z" and hours == minutes == "00":
            return blank + written
        if len(written) == 3 and minutes == "00":
            return f"{blank}{sign}{hours}"
        colon = "" if len(written) == 5 else ":"
        return f"{blank}{sign}{hours}{colon}{minutes}"
