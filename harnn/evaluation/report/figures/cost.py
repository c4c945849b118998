"""What a model costs against what it scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harnn.evaluation.report import numbers
from harnn.evaluation.report.figures.limits import telling_range
from harnn.evaluation.report.figures.palette import MUTED, SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["CostPoint", "plot_cost"]


@dataclass(frozen=True)
class CostPoint:
    """A model in the plot.

    Args:
        cost: What it costs.
        score: What it scores.
        style: How it is drawn.
    """

    cost: float
    score: float
    style: SeriesStyle


def plot_cost(points: Sequence[CostPoint], unit: str, score: str) -> Figure:
    """Draw scores against costs, which stand on a logarithmic axis.

    A score far off from the others is drawn at the edge, with an arrow and its number.

    Args:
        points: The models; one that costs nothing has no place on the axis and is left out.
        unit: What the costs are in.
        score: What the scores are.

    Returns:
        The figure.

    Example:
        >>> point = CostPoint(2.0, 0.8, SeriesStyle("black", "o", "-"))
        >>> plot_cost([point], "s", "Micro-F1").axes[0].get_xscale()
        'log'
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    figure, axes = new_panel(230)
    axes.set_xscale("log")
    drawn = [point for point in points if point.cost > 0]
    bottom, top = telling_range([point.score for point in drawn])
    for point in drawn:
        style, place = point.style, min(max(point.score, bottom), top)
        axes.plot([point.cost], [place], style.marker, color=style.color, markersize=8)
        if place != point.score:
            arrow = "↓" if point.score < bottom else "↑"
            axes.annotate(
                f"{arrow} {numbers.score(point.score)}",
                (point.cost, place),
                (7, 0),
                textcoords="offset points",
                va="center",
                color=MUTED,
            )
    low = min(point.cost for point in drawn)
    high = max(point.cost for point in drawn)
    # Less than a decade would have no number at the axis.
    if high < 20 * low:
        low, high = low / 3, high * 3
    axes.set_xlim(low / 1.8, high * 1.8)
    axes.xaxis.set_major_locator(LogLocator(numticks=6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.margins(y=0.12)
    axes.set(xlabel=unit, ylabel=score)
    return figure


def _tick(value: float) -> str:
    return f"{value:g}" if value < 1000 else numbers.compact(round(value))
