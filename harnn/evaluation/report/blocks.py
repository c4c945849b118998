"""What the report says, before it takes a form: HTML and Markdown are made of the same blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from harnn.evaluation.report.figures.palette import SeriesStyle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Code",
    "Column",
    "Definitions",
    "Details",
    "Note",
    "Panel",
    "Panels",
    "Paragraph",
    "Report",
    "Section",
    "Table",
]


@dataclass(frozen=True)
class Note:
    """A small addition to a cell, such as an interval.

    Args:
        text: As it is read.
        values: The numbers in it, unrounded.
    """

    text: str
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Args:
        text: As it is read.
        value: The number in it, unrounded; None for a text.
        notes: What is added in small.
        best: Whether it is the best of its column.
        span: Over how many columns it reaches.
        remark: Whether it is running text in place of numbers.
    """

    text: str
    value: float | None = None
    notes: tuple[Note, ...] = ()
    best: bool = False
    span: int = 1
    remark: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        title: Its heading.
        numeric: Whether it holds numbers, which stand to the right.
    """

    title: str
    numeric: bool = True


@dataclass(frozen=True)
class Table:
    """A table. The first cell of a row says what the row is about.

    Args:
        caption: What it shows.
        columns: Its columns.
        rows: Its rows.
    """

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    Args:
        text: The text.
    """

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True)
class Bullets:
    """A list.

    Args:
        items: Its entries.
    """

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Definitions:
    """Terms and what they mean.

    Args:
        items: Pairs of both.
    """

    kind: ClassVar[str] = "definitions"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Code:
    """Text of a fixed layout.

    Args:
        text: The text.
    """

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Panel:
    """One plot.

    Args:
        title: What stands above it.
        label: What it shows, in words, for who cannot see it.
        draw: Draws it.
    """

    title: str
    label: str
    draw: Callable[[], Figure]


@dataclass(frozen=True)
class Panels:
    """Plots side by side, as many as fit.

    Args:
        caption: What they show.
        panels: The plots.
        legend: What their lines and marks stand for.
    """

    kind: ClassVar[str] = "panels"
    caption: str
    panels: tuple[Panel, ...]
    legend: tuple[tuple[str, SeriesStyle], ...] = ()


@dataclass(frozen=True)
class Details:
    """Blocks that are shown when asked for.

    Args:
        summary: What they are.
        blocks: The blocks.
    """

    kind: ClassVar[str] = "details"
    summary: str
    blocks: tuple[Block, ...]


Block: TypeAlias = Table | Paragraph | Bullets | Definitions | Code | Panels | Details


@dataclass(frozen=True)
class Section:
    """A section of the report.

    Args:
        name: Its anchor.
        title: Its heading.
        blocks: What it holds.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """The report.

    Args:
        title: Its title.
        answer: What came out, in a sentence or two.
        facts: What it is about: pairs of a name and a value.
        sections: Its sections.
    """

    title: str
    answer: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
