"""Reads the report as a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "wbr", "img", "hr", "input"}


@dataclass
class PageCell:
    text: str = ""
    notes: str = ""
    value: str | None = None
    values: list[str] = field(default_factory=list)
    best: bool = False


@dataclass
class PageTable:
    caption: str
    rows: list[list[PageCell]] = field(default_factory=list)


class Page(HTMLParser):
    """Collects the tables, tags, attributes and text, and checks that tags are nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[PageTable] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.stack: list[str] = []
        self.caption = ""
        self.feed(text)
        self.close()

    def table(self, caption: str) -> dict[str, list[PageCell]]:
        (found,) = [table for table in self.tables if table.caption == caption]
        return {row[0].text: row[1:] for row in found.rows}

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in given.items()]
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "figcaption":
            self.caption = ""
        elif tag == "table":
            self.tables.append(PageTable(self.caption))
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("td", "th"):
            cell = PageCell(value=given.get("data-value"))
            cell.best = "best" in given.get("class", "").split()
            self.tables[-1].rows[-1].append(cell)
        elif tag == "small":
            self.tables[-1].rows[-1][-1].values += given.get("data-values", "").split()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] in ("style", "script"):
            return
        self.words.append(data)
        if "figcaption" in self.stack:
            self.caption += data
        elif ("td" in self.stack or "th" in self.stack) and not data.isspace():
            cell = self.tables[-1].rows[-1][-1]
            if "small" in self.stack:
                cell.notes += data.replace("\N{NO-BREAK SPACE}", " ")
            elif data != " (best)":
                cell.text += data
