"""The sample of a line that stands in a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harnn.evaluation.report.figures.palette import SeriesStyle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_swatch"]


def plot_swatch(style: SeriesStyle) -> Figure:
    """Draw a short line with its mark.

    Args:
        style: How the series is drawn.

    Returns:
        The figure.

    Example:
        >>> plot_swatch(SeriesStyle("black", "o", "-")).axes[0].axison
        False
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(30 / 72, 14 / 72))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 30), ylim=(0, 14))
    axes.axis("off")
    axes.plot([2, 28], [7, 7], style.dash, color=style.color)
    axes.plot([15], [7], style.marker, color=style.color, markersize=7)
    return figure
