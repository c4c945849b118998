"""Explanations as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined

from harnn.text.explanation.display import TITLES, Stretch, displayable, stretches, weight_text
from harnn.text.explanation.explanation import Explanation

__all__ = ["explanation_environment", "explanation_page"]

# As in a terminal: below this share of the largest weight a word is not coloured.
_FAINT = 0.05


def explanation_page(explanations: Sequence[Explanation]) -> str:
    """Show texts with their words coloured. Texts and names are escaped; there is no script.

    Args:
        explanations: The explanations.

    Returns:
        The page.

    Example:
        >>> from harnn.text.explanation.words import find_words
        >>> nothing = Explanation("<b>", find_words("<b>", (), 9), (), (), ("attention",))
        >>> explanation_page([nothing]).count("&lt;b&gt;")
        1
    """
    template = explanation_environment().get_template("explanation.html.j2")
    return template.render(explanations=explanations)


def explanation_environment(*others: BaseLoader) -> Environment:
    """Return where the templates of explanations are, with what they call.

    Args:
        *others: Where other templates are that use these.
    """
    environment = Environment(
        loader=ChoiceLoader([*others, PackageLoader("harnn.text.explanation")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["displayable"] = displayable
    environment.globals.update(
        stretches=stretches,
        title_of=TITLES.get,
        said_of=_said_of,
        colour_of=_colour_of,
        weight_text=weight_text,
    )
    return environment


def _said_of(stretch: Stretch, method: str) -> str:
    """Return what a pointer on a word shows."""
    if stretch.weight is None:
        return "not read"
    if method == "attention":
        said = f"{stretch.weight:.1%} of the attention"
    else:
        side = "for" if stretch.weight > 0 else "against" if stretch.weight < 0 else "neither way"
        said = f"{weight_text(method, stretch.weight)}, speaks {side}"
    return said if stretch.known else f"{said}; not in the vocabulary"


def _colour_of(stretch: Stretch, method: str) -> str:
    """Return the classes of a word."""
    if stretch.unread:
        return "unread"
    classes = [] if stretch.known else ["unknown"]
    if abs(stretch.strength) >= _FAINT:
        side = "for" if stretch.strength > 0 else "against"
        classes.append("attention" if method == "attention" else side)
    return " ".join(classes)
