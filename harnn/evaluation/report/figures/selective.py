"""Risk–coverage curves: how wrong the most confident answers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Panel
from harnn.evaluation.report.figures.limits import telling_range
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel
from harnn.evaluation.report.results import ModelRecord
from harnn.evaluation.selective import RiskCoverage

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_risk_coverage", "risk_coverage_panels"]


def risk_coverage_panels(
    models: Sequence[ModelRecord], styles: Mapping[str, SeriesStyle], titles: Sequence[str]
) -> tuple[Panel, ...]:
    """Make a plot a level.

    Args:
        models: The models.
        styles: Their styles, by name.
        titles: The levels' titles.

    Returns:
        The plots.
    """
    panels = []
    for level, title in enumerate(titles):
        curves = [
            (model.title, curve, styles[model.name])
            for model in models
            for curve in model.selective
            if curve.level == level and curve.aurc is not None
        ]
        if curves:
            said = ", ".join(
                f"{name} {numbers.score(curve.aurc)}"
                for name, curve, _ in curves
                if curve.aurc is not None
            )
            label = f"Risk against coverage on level {title}; area under the curve: {said}"
            drawn = [(curve, style) for _, curve, style in curves]
            panels.append(Panel(title, label, partial(plot_risk_coverage, drawn)))
    return tuple(panels)


def plot_risk_coverage(curves: Sequence[tuple[RiskCoverage, SeriesStyle]]) -> Figure:
    """Draw the share of wrong answers against the share given, a line a model.

    Args:
        curves: Curves of one level with their styles. Those far above the others leave the plot.

    Returns:
        The figure.

    Example:
        >>> curve = RiskCoverage(0, 2, 0.5, 0.25, ((0.5, 0.0), (1.0, 0.5)), ())
        >>> figure = plot_risk_coverage([(curve, SeriesStyle("black", "o", "-"))])
        >>> figure.axes[0].get_xlabel()
        'coverage'
    """
    figure, axes = new_panel(260)
    for curve, style in curves:
        coverage = [point[0] for point in curve.curve]
        risk = [point[1] for point in curve.curve]
        axes.plot(
            coverage,
            risk,
            linestyle=style.dash,
            color=style.color,
            marker=style.marker,
            # A mark at the end alone: it is the risk of giving everything.
            markevery=[len(risk) - 1],
        )
    _, highest = telling_range([risk for curve, _ in curves for risk in (curve.risk or 0.0,)])
    top = max(highest * 1.15, 0.01)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03 * top, top), xlabel="coverage", ylabel="risk")
    return figure
