"""The report as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from harnn.evaluation.report.blocks import Panel, Report
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.figures.svg import inline_svg
from harnn.evaluation.report.figures.swatch import plot_swatch

__all__ = ["to_html"]


def to_html(report: Report) -> str:
    """Render the report. Texts and names are escaped; there is no script in the page.

    Args:
        report: The report.

    Returns:
        The page.

    Example:
        >>> to_html(Report("Title", "The <answer>.", (), ())).count("The &lt;answer&gt;.")
        1
    """
    environment = Environment(
        loader=PackageLoader("harnn.evaluation.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = _breakable
    environment.filters["unbroken"] = _unbroken
    number = count(1)
    template = environment.get_template("report.html.j2")
    return template.render(report=report, plot=_plot(number), swatch=_swatch(number))


def _breakable(text: str) -> Markup:
    """Allow a line to end after a slash: paths of categories are long."""
    return Markup(str(escape(text)).replace("/", "/<wbr>"))


def _unbroken(text: str) -> str:
    """Allow a line to end between the numbers of an interval, and nowhere else."""
    return text.replace(" ", "\N{NO-BREAK SPACE}").replace("to\N{NO-BREAK SPACE}", "to ")


def _plot(number: count[int]) -> Callable[[Panel], Markup]:
    return lambda panel: Markup(inline_svg(panel.draw, f"f{next(number)}", panel.label))


def _swatch(number: count[int]) -> Callable[[SeriesStyle], Markup]:
    @cache
    def drawn(style: SeriesStyle) -> str:
        return inline_svg(lambda: plot_swatch(style), "swatch")

    # Each copy needs ids of its own.
    return lambda style: Markup(drawn(style).replace("swatch-", f"f{next(number)}-"))
