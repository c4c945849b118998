"""F1 of categories by how many training documents they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from harnn.evaluation.report import numbers
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.figures.panel import new_panel
from harnn.evaluation.report.results import ModelRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["frequency_bounds", "plot_frequency"]


def frequency_bounds(models: Sequence[ModelRecord]) -> tuple[tuple[int, int], ...]:
    """List the bounds of the bins that any model has.

    Args:
        models: The models.

    Returns:
        Pairs of a lower and an upper bound, from rare to frequent.
    """
    return tuple(sorted({(bin.lower, bin.upper) for model in models for bin in model.frequency}))


def plot_frequency(models: Sequence[ModelRecord], styles: Mapping[str, SeriesStyle]) -> Figure:
    """Draw the mean F1 of each bin, a line a model.

    Args:
        models: The models.
        styles: Their styles, by name.

    Returns:
        The figure.
    """
    figure, axes = new_panel(260)
    bounds = frequency_bounds(models)
    place = {bound: number for number, bound in enumerate(bounds)}
    for model in models:
        style = styles[model.name]
        points = [
            (place[bin.lower, bin.upper], bin.macro_f1)
            for bin in model.frequency
            if bin.macro_f1 is not None
        ]
        axes.plot(
            [point[0] for point in points],
            [point[1] for point in points],
            linestyle=style.dash,
            marker=style.marker,
            color=style.color,
        )
    axes.set_xticks(range(len(bounds)), [_label(*bound) for bound in bounds])
    if len(bounds) > 5:
        axes.tick_params(axis="x", labelrotation=90)
    axes.set(ylim=(-0.03, 1.03), xlabel="training documents of a category", ylabel="mean F1")
    return figure


def _label(lower: int, upper: int) -> str:
    if lower == upper:
        return numbers.compact(lower)
    return f"{numbers.compact(lower)}–{numbers.compact(upper)}"
