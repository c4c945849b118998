"""The page for a person: a text, its path level by level, and the words behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import PackageLoader
from markupsafe import Markup

from harnn.serving.messages import Prediction, WordsRead
from harnn.text.explanation.display import displayable
from harnn.text.explanation.explanation import Explanation
from harnn.text.explanation.html import explanation_environment
from harnn.text.taxonomy.path import join_path, split_path

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
    level_names: Sequence[str] | None = None,
) -> str:
    """Write the page. Texts and names are escaped.

    Args:
        name: Of the model.
        level_sizes: Categories of each level.
        text: What was asked.
        predictions: Of the text, at most one.
        explanations: ″
        fault: Why there is none.
        level_names: The names of the levels; their numbers are shown if None.

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
            level_titles=level_names or [f"level {n}" for n in range(1, len(level_sizes) + 1)],
        )
    )


def _said_of_words(words: WordsRead) -> str:
    """Say how much of a text a prediction rests on.

    Example:
        >>> _said_of_words(WordsRead(total=300, read=200, known=198))
        'The first 200 of 300 words were read; 2 of them are not in the vocabulary.'
    """
    if not words.total:
        return "There is no word in it."
    unknown = words.read - words.known
    read = f"The first {words.read:,} of" if words.read < words.total else "All"
    read = f"{read} {words.total:,} words were read" if words.total > 1 else "Its word was read"
    if not unknown:
        return f"{read}, and all are in the vocabulary."
    return f"{read}; {unknown:,} of them {'is' if unknown == 1 else 'are'} not in the vocabulary."


def _breakable(path: str) -> Markup:
    """Escape a path that may go on in another line below each name: a phone is narrow."""
    names = [join_path([name]) for name in split_path(path)]
    return Markup("/<wbr>").join(displayable(name) for name in names)


@cache
def _template() -> Any:
    environment = explanation_environment(PackageLoader("harnn.serving"))
    environment.filters["last_name"] = lambda path: split_path(path)[-1]
    environment.filters["breakable"] = _breakable
    environment.globals["said_of_words"] = _said_of_words
    return environment.get_template("page.html.j2")
