"""An explanation in a terminal: the text, its words coloured by what they weigh."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from harnn.text.explanation.display import displayable, stretches, weight_text
from harnn.text.explanation.explanation import CategoryExplanation, Explanation

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["explanation_lines"]

_LABEL = 12
# Backgrounds from faint to full under black letters: blue speaks for, orange against, and the
# eye that sees no red or no green tells them apart; attention, which has no sign, is grey-violet.
_FOR = ("#d3e5f5", "#a9cdec", "#7cb4e2", "#56a0d8")
_AGAINST = ("#fbe3c8", "#f6c890", "#f0ac58", "#e69f00")
_ATTENTION = ("#e4ddf1", "#cdbfe6", "#b6a2da", "#a187cf")
# Below this share of the largest weight a word is not coloured.
_FAINT = 0.05


def explanation_lines(explanation: Explanation, colours: bool | None = None) -> str:
    """Write an explanation as lines.

    Args:
        explanation: The explanation.
        colours: Whether to show the text once a category and method, its words coloured; by
            default where standard output is a terminal that has colours.

    Returns:
        The lines, with escape sequences only for ``colours``. Words that the vocabulary has not
        are underlined, those that were not read grey and slanted.
    """
    from rich.console import Console

    screen = Console()
    if colours is None:
        colours = screen.is_terminal and not screen.no_color
    if not colours:
        return "\n".join(_plain_lines(explanation))
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=screen.width,
        force_terminal=True,
        force_jupyter=False,
        no_color=False,
        # What a console says of itself is a plain string to its own constructor's type.
        color_system=screen.color_system or "truecolor",  # type: ignore[arg-type]
        highlight=False,
        legacy_windows=False,
    )
    _print_coloured(console, explanation)
    return stream.getvalue().rstrip("\n")


def _plain_lines(explanation: Explanation) -> list[str]:
    lines = [f"“{displayable(explanation.document)}”", *_predicted(explanation)]
    unread = sum(not word.read for word in explanation.words)
    if unread:
        lines.append(f"{'not read':{_LABEL}}the last {unread} words")
    unknown = dict.fromkeys(w.token for w in explanation.words if w.read and not w.known)
    if unknown:
        lines.append(f"{'unknown':{_LABEL}}{' '.join(unknown)}")
    for category in explanation.categories:
        lines += ["", _heading(category)]
        lines += [
            f"  {method:{_LABEL - 2}}{_strongest(explanation, category, method)}"
            for method in explanation.methods
        ]
    return lines


def _print_coloured(console: Console, explanation: Explanation) -> None:
    from rich.padding import Padding
    from rich.text import Text

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    for text in _predicted(explanation):
        line(text, "bold")
    if not explanation.categories:
        line(displayable(explanation.document))
    for category in explanation.categories:
        line("")
        line(_heading(category), "bold")
        for method in explanation.methods:
            line(f"  {method:{_LABEL - 2}}{_strongest(explanation, category, method)}")
            console.print(Padding(_coloured(explanation, category, method), (0, 0, 0, _LABEL)))


def _coloured(explanation: Explanation, category: CategoryExplanation, method: str) -> Text:
    from rich.text import Text

    text = Text()
    for stretch in stretches(explanation, category, method):
        styles = [] if stretch.known or stretch.unread else ["underline"]
        if stretch.unread:
            styles = ["bright_black", "italic"]
        elif abs(stretch.strength) >= _FAINT:
            shades = _FOR if stretch.strength > 0 else _AGAINST
            shades = _ATTENTION if method == "attention" else shades
            shade = shades[min(int(abs(stretch.strength) * len(shades)), len(shades) - 1)]
            styles.append(f"#000000 on {shade}")
        text.append(stretch.text, style=" ".join(styles))
    return text


def _predicted(explanation: Explanation) -> list[str]:
    found = [f"{path} ({p:.2f})" for path, p in explanation.predicted]
    return [f"{'predicted':{_LABEL}}{path}" for path in found or ["no category"]]


def _heading(category: CategoryExplanation) -> str:
    without = category.unknown_probability
    start = "" if without is None else f" ({without:.2f} with every word unknown)"
    label = f"level {category.level}"
    probability = f"{category.level_probability:.2f} by its level alone"
    return f"{label:{_LABEL}}{category.path}: {probability}{start}"


def _strongest(explanation: Explanation, category: CategoryExplanation, method: str) -> str:
    found = explanation.strongest_words(category, method)
    said = " · ".join(f"{displayable(w)} {weight_text(method, weight)}" for w, weight in found)
    return said or "no word"
