"""The colours, marks and strokes of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GRID", "INK", "MUTED", "SURFACE", "VARIABLES", "SeriesStyle", "series_styles"]

# Matplotlib knows no CSS: it draws in these colours, which stand for the page's variables.
INK, MUTED, GRID, SURFACE = "#010101", "#010102", "#010103", "#010104"
SERIES = tuple(f"#0102{number:02x}" for number in range(1, 9))
VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    SURFACE: "var(--surface)",
    **{color: f"var(--series-{number})" for number, color in enumerate(SERIES, start=1)},
}
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
DASHES = ("-", "--", "-.", ":")


@dataclass(frozen=True)
class SeriesStyle:
    """How one series is drawn.

    Args:
        color: One of the colours that stand for a variable.
        marker: Matplotlib's mark.
        dash: Matplotlib's line style.
    """

    color: str
    marker: str
    dash: str


def series_styles(names: Sequence[str]) -> dict[str, SeriesStyle]:
    """Give each series a look of its own, which does not rest on the colour alone.

    Args:
        names: The series.

    Returns:
        The styles by name.

    Example:
        >>> styles = series_styles(["HARNN", "linear SVM"])
        >>> styles["HARNN"].marker, styles["linear SVM"].marker
        ('o', 's')
    """
    return {
        name: SeriesStyle(
            SERIES[number % len(SERIES)],
            MARKERS[number % len(MARKERS)],
            DASHES[number // len(SERIES) % len(DASHES)],
        )
        for number, name in enumerate(names)
    }
