"""Which stretch of an axis shows the numbers that are worth telling apart."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

__all__ = ["telling_range"]

# A number further from the median than so many times the median distance lies far off.
FAR = 5.0
# Closer than this no number is far off, however close the others are.
NEAR = 0.05


def telling_range(values: Sequence[float]) -> tuple[float, float]:
    """Find the range of the numbers without those that lie far off.

    A baseline that knows nothing would otherwise press all models that matter into one dot.

    Args:
        values: The numbers, at least one.

    Returns:
        The lowest and the highest of those that do not lie far off.

    Example:
        >>> telling_range([0.82, 0.79, 0.78, 0.76, 0.01])
        (0.76, 0.82)
        >>> telling_range([0.82, 0.01])
        (0.01, 0.82)
    """
    middle = median(values)
    reach = max(FAR * median(abs(value - middle) for value in values), NEAR)
    # Of two numbers both lie as far from their median, and neither is lost.
    near = [value for value in values if abs(value - middle) <= reach]
    return min(near), max(near)
