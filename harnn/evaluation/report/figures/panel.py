"""The empty panel that plots start from: as wide as a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["WIDTH", "new_panel"]

# In units of the SVG, of which a page shows one as one pixel.
WIDTH = 320


def new_panel(height: float = 230) -> tuple[Figure, Axes]:
    """Make a figure with one set of axes, unknown to pyplot.

    Args:
        height: Its height, in units of which it is 320 wide.

    Returns:
        The figure and its axes.

    Example:
        >>> figure, axes = new_panel()
        >>> float(figure.get_figwidth() * 72)
        320.0
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72))
    return figure, figure.add_subplot()
