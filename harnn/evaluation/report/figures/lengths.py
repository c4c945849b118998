"""How long the documents of each part are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harnn.evaluation.report import numbers
from harnn.evaluation.report.figures.palette import INK, MUTED, SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel
from harnn.evaluation.report.results import PartCard

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_lengths"]


def plot_lengths(parts: Sequence[PartCard], style: SeriesStyle) -> Figure:
    """Draw a row a part: from the shortest to the longest text, thick up to the 95th percentile.

    Args:
        parts: The parts of the corpus.
        style: How they are drawn.

    Returns:
        The figure.
    """
    from matplotlib.ticker import FuncFormatter

    figure, axes = new_panel(50 + 34 * len(parts))
    # Symmetrically logarithmic: an empty text has its place at zero.
    axes.set_xscale("symlog", linthresh=1)
    for row, part in enumerate(parts):
        lengths = part.lengths
        axes.plot([lengths.shortest, lengths.longest], [row, row], color=MUTED, linewidth=1.2)
        axes.plot(
            [lengths.shortest, lengths.percentile_95], [row, row], color=style.color, linewidth=5
        )
        axes.plot([lengths.median], [row], "o", color=INK, markersize=7)
        axes.text(0, row - 0.42, part.name, transform=axes.get_yaxis_transform(), va="center")
    axes.set_ylim(len(parts) - 0.6, -0.75)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("words")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.compact(round(value))))
    return figure
