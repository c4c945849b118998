"""How numbers are written: the one place, for every format of the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from harnn.evaluation.bootstrap import Interval

__all__ = [
    "UNDEFINED",
    "axis_points",
    "axis_score",
    "compact",
    "count",
    "day",
    "decimal",
    "documents",
    "interval",
    "p_value",
    "percent",
    "points",
    "points_interval",
    "rate",
    "score",
    "seconds",
    "seeds",
    "size",
    "spread",
]

UNDEFINED = "–"
MINUS = "\N{MINUS SIGN}"


def score(value: float) -> str:
    """Write a score between 0 and 1.

    Example:
        >>> score(0.82314)
        '0.8231'
    """
    return f"{value:.4f}".replace("-", MINUS)


def percent(value: float) -> str:
    """Write a share, with as many digits as `score` has.

    Example:
        >>> percent(0.82314)
        '82.31 %'
    """
    return f"{100 * value:.2f} %".replace("-", MINUS)


def spread(value: float) -> str:
    """Write a standard deviation of scores.

    Example:
        >>> spread(0.00412)
        '± 0.0041'
    """
    return f"± {score(value)}"


def interval(value: Interval) -> str:
    """Write an interval of scores.

    Example:
        >>> interval(Interval(0.81, 0.84))
        '0.8100 to 0.8400'
    """
    return f"{score(value.low)} to {score(value.high)}"


def points(value: float) -> str:
    """Write a difference of scores in percentage points, with its sign.

    Example:
        >>> points(0.0349), points(-0.002), points(-1e-9)
        ('+3.49', '−0.20', '0.00')
    """
    text = f"{100 * value:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", MINUS)


def points_interval(value: Interval) -> str:
    """Write an interval of differences in percentage points.

    Example:
        >>> points_interval(Interval(-0.01, 0.02))
        '−1.00 to +2.00'
    """
    return f"{points(value.low)} to {points(value.high)}"


def p_value(value: float) -> str:
    """Write a p-value; below a thousandth the digits say nothing.

    Example:
        >>> p_value(0.0412), p_value(0.0002), p_value(1.0)
        ('0.041', '< 0.001', '1.000')
    """
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(value: int) -> str:
    """Write a whole number.

    Example:
        >>> count(240942)
        '240,942'
    """
    return f"{value:,}"


def documents(number: int, part: str = "") -> str:
    """Write a number of documents.

    Args:
        number: How many.
        part: The part they are of.

    Example:
        >>> documents(2484, "test"), documents(1)
        ('2,484 test documents', '1 document')
    """
    noun = "document" if number == 1 else "documents"
    return " ".join(word for word in (count(number), part, noun) if word)


def decimal(value: float) -> str:
    """Write a number that need not be whole: three digits, or all before the point.

    Example:
        >>> decimal(1234.5), decimal(12.0), decimal(0.12345), decimal(0)
        ('1,234', '12', '0.123', '0')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def rate(value: float) -> str:
    """Write documents by the second.

    Example:
        >>> rate(1234.5), rate(0.5)
        ('1,234/s', '0.5/s')
    """
    return f"{decimal(value)}/s"


def seconds(value: float) -> str:
    """Write a duration.

    Example:
        >>> seconds(0.0123), seconds(4.21), seconds(200), seconds(7500)
        ('12.3 ms', '4.21 s', '3 min 20 s', '2 h 05 min')
    """
    if value < 0.9995:
        return f"{1000 * value:.3g} ms"
    if value < 59.95:
        return f"{value:.3g} s"
    if value < 3599.5:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(round(value / 60), 60)
    return f"{hours:,} h {minutes:02d} min"


def seeds(used: Sequence[int]) -> str:
    """Write how many seeds there are, and which.

    Example:
        >>> seeds((0, 1, 2)), seeds((0,)), seeds(())
        ('3 (0, 1, 2)', '1 (0)', 'none')
    """
    return f"{count(len(used))} ({', '.join(map(str, used))})" if used else "none"


def size(value: int) -> str:
    """Write a number of bytes, in steps of a thousand.

    Example:
        >>> size(512), size(1_400_000), size(999_999)
        ('512 B', '1.4 MB', '1 MB')
    """
    number, units = float(value), ["B", "kB", "MB", "GB", "TB"]
    while number >= 999.5 and len(units) > 1:
        number, units = number / 1000, units[1:]
    return f"{decimal(number)} {units[0]}"


def compact(value: int) -> str:
    """Write a whole number in few characters, for an axis.

    Example:
        >>> compact(999), compact(1000), compact(12_345), compact(2_000_000)
        ('999', '1k', '12k', '2M')
    """
    for bound, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= bound:
            number = value / bound
            return f"{math.floor(number)}{letter}" if number >= 10 else f"{number:.2g}{letter}"
    return str(value)


def day(created: str) -> str:
    """Write a point in time to the minute; what is none stays as it is.

    Example:
        >>> day("2025-03-01T12:30:59+00:00")
        '2025-03-01 12:30 UTC'
    """
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    offset = moment.utcoffset()
    zone = " UTC" if offset is not None and not offset else moment.strftime(" %z").rstrip()
    return moment.strftime("%Y-%m-%d %H:%M") + zone


def axis_score(value: float) -> str:
    """Write a score at an axis, in as few digits as it needs.

    Example:
        >>> axis_score(0.8), axis_score(0.825)
        ('0.8', '0.825')
    """
    return f"{round(value, 6):g}".replace("-", MINUS)


def axis_points(value: float) -> str:
    """Write a difference of scores at an axis, in percentage points.

    Example:
        >>> axis_points(0.02), axis_points(0.0), axis_points(-0.005)
        ('+2', '0', '−0.5')
    """
    number = round(100 * value, 6)
    return "0" if number == 0 else f"{number:+g}".replace("-", MINUS)
