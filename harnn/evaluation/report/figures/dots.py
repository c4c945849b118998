"""Numbers with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.report.figures.limits import telling_range
from harnn.evaluation.report.figures.palette import INK, MUTED, SURFACE, SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Dot", "plot_dots"]

TITLE_LENGTH = 34


@dataclass(frozen=True)
class Dot:
    """A number to be drawn.

    Args:
        title: What it is of.
        value: The number.
        text: The number as it is read.
        interval: Its interval.
        style: How it is drawn.
        strong: Whether its title is bold.
    """

    title: str
    value: float
    text: str
    interval: Interval | None
    style: SeriesStyle
    strong: bool = False


def plot_dots(
    dots: Sequence[Dot], write: Callable[[float], str], zero_line: bool = False
) -> Figure:
    """Draw a row a number: its title and text above, the dot and its interval below.

    For a number far off from the others an arrow at the side shows where it would be, unless it
    is a strong one: the plot is about it.

    Args:
        dots: The numbers, from the top down.
        write: Writes the numbers of the axis.
        zero_line: Whether zero is in sight and marked.

    Returns:
        The figure.

    Example:
        >>> style = SeriesStyle("black", "o", "-")
        >>> dots = [Dot("HARNN", 0.5, "0.5", Interval(0.4, 0.6), style)]
        >>> len(plot_dots(dots, str).axes)
        1
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure, axes = new_panel(34 + 34 * len(dots))
    low, high = telling_range([dot.value for dot in dots])
    for dot in dots:
        if dot.strong:
            low, high = min(low, dot.value), max(high, dot.value)
    if zero_line:
        low, high = min(low, 0.0), max(high, 0.0)
    for row, dot in enumerate(dots):
        if low <= dot.value <= high:
            if dot.interval is not None:
                ends = [dot.interval.low, dot.interval.high]
                axes.plot(ends, [row, row], color=dot.style.color, linewidth=2.4)
            axes.plot([dot.value], [row], dot.style.marker, color=dot.style.color, markersize=8)
        else:
            side, marker = (0.015, "<") if dot.value < low else (0.985, ">")
            place = axes.get_yaxis_transform()
            axes.plot([side], [row], marker, color=dot.style.color, markersize=8, transform=place)
        weight = "bold" if dot.strong else "normal"
        shared: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
        # The lines of the grid stop at the text.
        shared["bbox"] = {"facecolor": SURFACE, "edgecolor": "none", "pad": 1.5}
        axes.text(0, row - 0.42, _short(dot.title), weight=weight, **shared)
        axes.text(1, row - 0.42, dot.text, ha="right", weight=weight, **shared)
    if zero_line:
        axes.axvline(0, color=MUTED, linewidth=1)
    axes.set_ylim(len(dots) - 0.6, -0.75)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    for text in axes.texts:
        text.set_color(INK)
    return figure


def _short(title: str) -> str:
    # SVG has no control characters.
    title = "".join(letter if letter.isprintable() else " " for letter in title)
    title = " ".join(title.split())
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
