"""The plots of a study's report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harnn.evaluation.report.figures.palette import INK, MUTED, SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel
from harnn.timeseries.study.results import Excerpt, LengthError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_by_length", "plot_excerpt"]


def plot_excerpt(excerpt: Excerpt, style: SeriesStyle) -> Figure:
    """Draw what was measured, what a model said of it, and its band.

    Args:
        excerpt: The stretch.
        style: Of the model.

    Returns:
        The figure.
    """
    from matplotlib.ticker import MaxNLocator

    figure, axes = new_panel(200)
    times, unit = _in_units(np.array(excerpt.times))
    true = np.array([np.nan if value is None else value for value in excerpt.true])
    given = np.array(excerpt.given)
    axes.fill_between(times, excerpt.low, excerpt.high, color=style.color, alpha=0.22, linewidth=0)
    axes.plot(times, excerpt.said, color=style.color, linewidth=1.4)
    axes.plot(times[given], true[given], ".", color=MUTED, markersize=2.5, markeredgewidth=0)
    axes.plot(
        times[~given],
        true[~given],
        "o",
        markersize=3.2,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=0.8,
    )
    # A band may reach far; what was measured decides what is in sight.
    known = np.concatenate([true[~np.isnan(true)], excerpt.said])
    low, high = known.min(), known.max()
    room = 0.25 * (high - low) or 1.0
    axes.set_ylim(low - room, high + room)
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    return figure


def plot_by_length(
    lines: Sequence[tuple[SeriesStyle, Sequence[LengthError]]], label: str
) -> Figure:
    """Draw mean squared errors by the length of a hole, or by the steps ahead.

    Args:
        lines: A style and the errors of each model.
        label: Of the axis.

    Returns:
        The figure.
    """
    figure, axes = new_panel(260)
    bounds = sorted({(one.lower, one.upper) for _, errors in lines for one in errors})
    place = {bound: number for number, bound in enumerate(bounds)}
    for style, errors in lines:
        axes.plot(
            [place[one.lower, one.upper] for one in errors],
            [one.mse for one in errors],
            linestyle=style.dash,
            marker=style.marker,
            color=style.color,
        )
    names = [f"{low}" if low == high else f"{low}–{high}" for low, high in bounds]
    axes.set_xticks(range(len(bounds)), names)
    if len(bounds) > 6:
        axes.tick_params(axis="x", labelrotation=90)
    axes.set_ylim(bottom=0)
    axes.set(xlabel=label, ylabel="mean squared error")
    return figure


def _in_units(seconds: np.ndarray) -> tuple[np.ndarray, str]:
    """Return times in a unit that has few digits."""
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds[-1] >= 3 * size:
            return seconds / size, unit
    return seconds, "seconds"
