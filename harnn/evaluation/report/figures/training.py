"""Training curves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from harnn.evaluation.report.blocks import Panel
from harnn.evaluation.report.figures.palette import INK, SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel
from harnn.evaluation.report.order import score_title
from harnn.evaluation.report.results import ModelRecord, RunRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_training", "training_panels"]

# These count or time the epochs; a curve of them says nothing.
NO_CURVES = {"epoch", "round", "step", "seconds"}


def training_panels(model: ModelRecord, styles: Sequence[SeriesStyle]) -> tuple[Panel, ...]:
    """Make a plot a figure that a model logged, a line a seed.

    Args:
        model: The model.
        styles: A style a run.

    Returns:
        The plots; none for a model without a history.
    """
    keys = dict.fromkeys(key for run in model.runs for entry in run.history for key in entry)
    return tuple(
        Panel(
            score_title(key),
            f"{score_title(key)} of {model.title} by epoch or round",
            partial(plot_training, model.runs, key, styles),
        )
        for key in keys
        if key not in NO_CURVES
    )


def plot_training(runs: Sequence[RunRecord], key: str, styles: Sequence[SeriesStyle]) -> Figure:
    """Draw one logged figure by epoch; a ring marks the epoch that was kept.

    Args:
        runs: The fits of a model.
        key: The name of the figure.
        styles: A style a run.

    Returns:
        The figure.
    """
    from matplotlib.ticker import MaxNLocator

    figure, axes = new_panel(190)
    for run, style in zip(runs, styles, strict=True):
        points = {
            epoch: entry[key] for epoch, entry in enumerate(run.history, start=1) if key in entry
        }
        # A lone epoch, or many of them: a mark is seen alone, and covers the line if many.
        marker = style.marker if len(points) == 1 else None
        axes.plot(
            list(points),
            list(points.values()),
            linestyle=style.dash,
            marker=marker,
            color=style.color,
        )
        if run.best_epoch in points:
            axes.plot(
                [run.best_epoch],
                [points[run.best_epoch]],
                "o",
                markersize=8,
                markerfacecolor="none",
                markeredgecolor=INK,
                markeredgewidth=1.4,
            )
    axes.set_xlabel("epoch or round")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    return figure
