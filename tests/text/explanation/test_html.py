from __future__ import annotations

import re
from html.parser import HTMLParser

from harnn.text.explanation.html import explanation_page

from .test_display import explained

EVIL = "<script>alert(1)</script> lake & \"quotes\" onload='x'"


class Marks(HTMLParser):
    """Collects the marks of the texts, and refuses scripts and what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._open: dict[str, str | None] | None = None
        self._words = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag not in ("script", "link", "img", "iframe")
        assert not any(name.startswith("on") or name in ("src", "href") for name in given)
        self._words = self._words or given.get("class") == "words"
        if tag == "mark" and self._words:
            self._open = given

    def handle_endtag(self, tag: str) -> None:
        self._words = self._words and tag != "p"
        if tag == "mark":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._words:
            self.text += data
        if self._open is not None:
            self.marks.append((self._open, data))


def parsed(page: str) -> Marks:
    reader = Marks()
    reader.feed(page)
    return reader


def test_the_text_is_escaped_and_whole() -> None:
    weights = tuple(0.1 * k for k in range(24))
    page = explained(EVIL, weights).html()
    assert "<script" not in page
    assert parsed(page).text == EVIL


def test_every_word_says_its_number_and_its_side() -> None:
    marks = parsed(explained("a lake sea b", (1.0, -0.5, 0.0), max_length=3).html()).marks
    assert [(word, given["class"], given["title"]) for given, word in marks] == [
        ("a", "for", "+1.00, speaks for"),
        ("lake", "against", "−0.50, speaks against"),
        ("sea", "unknown", "0, speaks neither way; not in the vocabulary"),
        ("b", "unread", "not read"),
    ]
    assert [given["style"] for given, _ in marks[:2]] == ["--share: 1.000", "--share: 0.500"]


def test_several_texts_are_one_page_in_both_lights_and_for_phones() -> None:
    page = explanation_page([explained("a lake", (1.0, 2.0)), explained("a", (1.0,))])
    assert page.count("<article>") == 2
    assert page.count("<details open>") == 2
    assert page.count("<h1>") == 1
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert re.search(r"https?://", page) is None
    page.encode("utf-8")


def test_names_are_escaped() -> None:
    explanation = explained("a", (1.0,))
    named = type(explanation)("a", explanation.words, (("<b>", 0.5),), (), ("gradients",))
    assert "<b>" not in named.html()
    assert "&lt;b&gt;" in named.html()
