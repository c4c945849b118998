"""By how much the reference is ahead of each rival, with the intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Panel
from harnn.evaluation.report.figures.dots import Dot, plot_dots
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.order import score_title
from harnn.evaluation.report.results import PairRecord

__all__ = ["difference_panels"]


def difference_panels(
    pairs: Sequence[PairRecord],
    scores: Sequence[str],
    titles: Mapping[str, str],
    styles: Mapping[str, SeriesStyle],
) -> tuple[Panel, ...]:
    """Make a plot a score: a dot a rival, right of zero where the reference is ahead.

    Args:
        pairs: The reference against each rival.
        scores: The headline scores; one without a difference is left out.
        titles: The models' titles, by name.
        styles: The models' styles, by name.

    Returns:
        The plots.
    """
    panels = []
    for name in scores:
        dots = []
        for pair in pairs:
            tested = pair.differences.get(name)
            if tested is None:
                continue
            text, style = numbers.points(tested.difference), styles[pair.rival]
            title = titles[pair.rival]
            dots.append(Dot(title, tested.difference, text, tested.interval, style))
        if dots:
            title = score_title(name)
            said = "; ".join(f"{dot.title} {dot.text}" for dot in dots)
            draw = partial(plot_dots, tuple(dots), numbers.axis_points, zero_line=True)
            panels.append(Panel(title, f"{title}, difference in points to {said}", draw))
    return tuple(panels)
