"""Reliability diagrams: how often a prediction of some confidence is right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from harnn.evaluation.calibration import LevelCalibration
from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Panel
from harnn.evaluation.report.figures.palette import MUTED, SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel
from harnn.evaluation.report.results import ModelRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_reliability", "reliability_panels"]


def reliability_panels(
    models: Sequence[ModelRecord], styles: Sequence[SeriesStyle]
) -> tuple[Panel, ...]:
    """Make a plot a model that gives probabilities.

    Args:
        models: The models.
        styles: A style a level.

    Returns:
        The plots.
    """
    panels = []
    for model in models:
        levels = [level for level in model.calibration if level.ece is not None]
        if levels:
            said = ", ".join(
                f"level {level.level + 1} {numbers.score(level.ece)}"
                for level in levels
                if level.ece is not None
            )
            label = f"Reliability diagram of {model.title}; calibration error: {said}"
            draw = partial(plot_reliability, levels, styles)
            panels.append(Panel(model.title, label, draw))
    return tuple(panels)


def plot_reliability(levels: Sequence[LevelCalibration], styles: Sequence[SeriesStyle]) -> Figure:
    """Draw accuracy against confidence, a line a level; the larger a mark, the more predictions.

    Args:
        levels: The levels' calibration.
        styles: A style a level of the hierarchy.

    Returns:
        The figure.

    Example:
        >>> from harnn.evaluation.calibration import CalibrationBin
        >>> level = LevelCalibration(0, 9, 0.1, (CalibrationBin(0.5, 1.0, 9, 0.8, 0.7),))
        >>> figure = plot_reliability([level], [SeriesStyle("black", "o", "-")])
        >>> figure.axes[0].get_xlabel()
        'confidence'
    """
    figure, axes = new_panel(290)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":")
    for level in levels:
        style = styles[level.level]
        bins = [
            (bin.confidence, bin.accuracy, bin.count)
            for bin in level.bins
            if bin.confidence is not None and bin.accuracy is not None
        ]
        confidence = [entry[0] for entry in bins]
        accuracy = [entry[1] for entry in bins]
        total = max(sum(entry[2] for entry in bins), 1)
        sizes = [14 + 120 * entry[2] / total for entry in bins]
        axes.plot(confidence, accuracy, style.dash, color=style.color, linewidth=1.2)
        axes.scatter(confidence, accuracy, sizes, color=style.color, marker=style.marker, zorder=3)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="confidence", ylabel="accuracy")
    return figure
