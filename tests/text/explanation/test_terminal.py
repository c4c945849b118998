from __future__ import annotations

import re

import pytest
from rich.style import Style
from rich.text import Text

from .test_display import explained


@pytest.fixture(autouse=True)
def _one_kind_of_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    # rich keeps the escape sequence of a style once it is made, whatever the terminal then has.
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")


def test_without_colours_the_numbers_say_it_all() -> None:
    explanation = explained("A lake sea\x1b[31m the rest", (0.5, 1.0, -2.0), max_length=3)
    assert explanation.text(colours=False).splitlines() == [
        "“A lake sea\ufffd[31m the rest”",
        "predicted   a/b (0.90)",
        "not read    the last 5 words",
        "unknown     sea",
        "",
        "level 2     a/b: 0.80 by its level alone (0.10 with every word unknown)",
        "  gradients sea −2.00 · lake +1.00 · a +0.50",
    ]


def test_colours_are_left_out_where_standard_output_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b" not in explained("a lake", (0.5, 1.0)).text()
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in explained("a lake", (0.5, 1.0)).text()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in explained("a lake", (0.5, 1.0)).text()


def test_words_for_and_against_have_colours_of_their_own() -> None:
    shown = explained("lake sea [red]", (2.0, -2.0, 0.0, 0.0, 0.0)).text(colours=True)
    text = Text.from_ansi(shown)
    assert "lake sea [red]" in text.plain
    backgrounds = {
        text.plain[span.start : span.end]: span.style.bgcolor.name
        for span in text.spans
        if isinstance(span.style, Style) and span.style.bgcolor is not None
    }
    assert backgrounds == {"lake": "#56a0d8", "sea": "#e69f00"}
    assert re.search(r"\x1b\[(?!\d*(;\d+)*m)", shown) is None
