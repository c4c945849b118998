"""The page for a person: a text, its path level by level, and the words behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import PackageLoader

from harnn.serving.messages import Prediction
from harnn.text.explanation.explanation import Explanation
from harnn.text.explanation.html import explanation_environment
from harnn.text.taxonomy_path import split_path

__all__ = ["HEADERS", "page"]

# There is no script, and nothing is loaded from anywhere.
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def page(
    name: str,
    level_sizes: Sequence[int],
    text: str = "",
    predictions: Sequence[Prediction] = (),
    explanations: Sequence[Explanation] = (),
    fault: str | None = None,
) -> str:
    """Write the page. Texts and names are escaped.

    Args:
        name: Of the model.
        level_sizes: Categories of each level.
        text: What was asked.
        predictions: Of the text, at most one.
        explanations: ″
        fault: Why there is none.

    Example:
        >>> page("Lakes", (2, 3), "<b>").count("&lt;b&gt;")
        1
    """
    return str(
        _template().render(
            name=name,
            level_sizes=level_sizes,
            text=text,
            predictions=predictions,
            explanations=explanations,
            fault=fault,
        )
    )


@cache
def _template() -> Any:
    environment = explanation_environment(PackageLoader("harnn.serving"))
    environment.filters["last_name"] = lambda path: split_path(path)[-1]
    return environment.get_template("page.html.j2")
