"""A Matplotlib figure as SVG that stands inside a page and takes its colours and font."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from harnn.evaluation.report.figures.palette import GRID, INK, MUTED, SURFACE, VARIABLES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["inline_svg"]

# Any, as matplotlib types its settings by their every name.
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "harnn",
    # A dollar in the name of a model or a category is a dollar.
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 11,
    "axes.edgecolor": GRID,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 1.6,
    "lines.markersize": 6,
    "lines.markeredgecolor": SURFACE,
    "lines.markeredgewidth": 0.6,
    "figure.constrained_layout.use": True,
}
COLOR = re.compile("|".join(VARIABLES))
FONT_FAMILY = re.compile(r"font-family:[^;]*;?")
FONT = re.compile(r"font:[^;]*?([\d.]+px)[^;]*")
REFERENCE = re.compile(r"url\(#([^)]*)\)")


def inline_svg(draw: Callable[[], Figure], prefix: str, label: str | None = None) -> str:
    """Draw a figure as an ``<svg>`` element. The same figure gives the same text every time.

    Args:
        draw: Draws the figure. It is called with the report's style in place.
        prefix: Stands before each id, so that the elements of a page have different ones.
        label: What it shows, in words; None for an ornament.

    Returns:
        The element, escaped: it can be put into a page as it is.

    Example:
        >>> from matplotlib.figure import Figure
        >>> inline_svg(lambda: Figure(figsize=(2, 1)), "f1", "An empty figure")[:25]
        '<svg viewBox="0 0 144 72"'
    """
    import matplotlib

    stream = io.StringIO()
    with matplotlib.rc_context(), warnings.catch_warnings():
        # The font that measures the text lacks a letter; the one of the page may have it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        draw().savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(stream.getvalue())
    for element in list(root):
        # Beside the facts on the file, a style sheet that would reach all of the page.
        if element.tag.endswith("metadata") or element.find("{*}style") is not None:
            root.remove(element)
    for element in root.iter():
        _rewrite(element, prefix)
    root.attrib = {"viewBox": root.attrib["viewBox"], "style": "stroke-linejoin: round"}
    if label is None:
        root.set("aria-hidden", "true")
    else:
        root.set("role", "img")
        root.set("aria-label", label)
    return ElementTree.tostring(root, encoding="unicode")


def _rewrite(element: ElementTree.Element, prefix: str) -> None:
    """Take away the name space, name the ids, and put in the variables."""
    element.tag = _local(element.tag)
    attributes = {_local(name): value for name, value in element.attrib.items()}
    if element.tag == "g":
        # The names of groups serve nothing here.
        attributes.pop("id", None)
    if "id" in attributes:
        attributes["id"] = f"{prefix}-{attributes['id']}"
    if attributes.get("href", "").startswith("#"):
        attributes["href"] = f"#{prefix}-{attributes['href'][1:]}"
    for name, value in attributes.items():
        attributes[name] = REFERENCE.sub(rf"url(#{prefix}-\1)", value)
    if "style" in attributes:
        style = COLOR.sub(lambda match: VARIABLES[match.group()], attributes["style"])
        if element.tag in ("text", "tspan"):
            style = FONT.sub(r"font-size: \1", FONT_FAMILY.sub("", style))
        attributes["style"] = style
    if "d" in attributes:
        attributes["d"] = " ".join(attributes["d"].split())
    element.attrib = attributes


def _local(name: str) -> str:
    return name.rpartition("}")[2]
