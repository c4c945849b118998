"""The headline scores of all models, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Panel
from harnn.evaluation.report.figures.dots import Dot, plot_dots
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.order import mean_score, score_title
from harnn.evaluation.report.results import ModelRecord

__all__ = ["overview_panels"]


def overview_panels(
    models: Sequence[ModelRecord],
    scores: Sequence[str],
    styles: Mapping[str, SeriesStyle],
    reference: str | None = None,
) -> tuple[Panel, ...]:
    """Make a plot a score: a dot a model, and its 95 % interval.

    Args:
        models: The models, from the top down.
        scores: The headline scores; one that no model has is left out.
        styles: The models' styles, by name.
        reference: The name of the model that stands out.

    Returns:
        The plots.
    """
    panels = []
    for name in scores:
        dots = []
        for model in models:
            value = mean_score(model, name)
            if value is None:
                continue
            interval = model.scores[name].interval
            strong = model.name == reference
            text = numbers.score(value)
            dots.append(Dot(model.title, value, text, interval, styles[model.name], strong))
        if dots:
            title = score_title(name)
            said = "; ".join(f"{dot.title} {dot.text}" for dot in dots)
            draw = partial(plot_dots, tuple(dots), numbers.axis_score)
            panels.append(Panel(title, f"{title}: {said}", draw))
    return tuple(panels)
