"""The report as Markdown that can be read in a terminal: the same tables, no plots."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from harnn.evaluation.report.blocks import (
    Block,
    Bullets,
    Cell,
    Code,
    Definitions,
    Details,
    Panels,
    Paragraph,
    Report,
    Table,
)

__all__ = ["escape", "to_markdown"]

SPECIAL = re.compile(r"([\\`*\[\]|]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)_|_(?!\w))")


def to_markdown(report: Report) -> str:
    """Render the report.

    Args:
        report: The report.

    Returns:
        The text, with a line break at its end.

    Example:
        >>> print(to_markdown(Report("Title", "The answer.", (("Corpus", "news"),), ())))
        # Title
        <BLANKLINE>
        The answer.
        <BLANKLINE>
        - **Corpus**: news
        <BLANKLINE>
    """
    parts = [f"# {escape(report.title)}", escape(report.answer), _pairs(report.facts)]
    for section in report.sections:
        body = [part for block in section.blocks for part in _block(block, 3)]
        if body:
            parts += [f"## {escape(section.title)}", *body]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: str) -> str:
    r"""Take away the meaning of what Markdown would read as its own, and line breaks.

    Args:
        text: Any text.

    Returns:
        A line that shows as ``text``.

    Example:
        >>> print(escape("a|b\n<b>*c*</b> d_e"))
        a\|b \<b>\*c\*\</b> d_e
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _block(block: Block, depth: int) -> list[str]:
    heading = "#" * min(depth, 6)
    match block:
        case Paragraph():
            return [escape(block.text)]
        case Table():
            return [f"{heading} {escape(block.caption)}", _table(block)]
        case Bullets():
            return ["\n".join(f"- {escape(item)}" for item in block.items)]
        case Definitions():
            return [_pairs(block.items)]
        case Code():
            return [_fenced(block.text)]
        case Details():
            inner = [part for inner in block.blocks for part in _block(inner, depth + 1)]
            return [f"{heading} {escape(block.summary)}", *inner]
        case Panels():
            return []


def _pairs(items: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"- **{escape(term)}**: {escape(text)}" for term, text in items)


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _table(table: Table) -> str:
    header = [escape(column.title) for column in table.columns]
    rows = [_row(row) for row in table.rows]
    # A remark runs on: it would push apart the numbers of all other rows.
    aligned = [
        shown if not any(cell.remark for cell in row) else [shown[0], *[""] * (len(shown) - 1)]
        for row, shown in zip(table.rows, rows, strict=True)
    ]
    widths = [
        max(3, *(cell_len(row[column]) for row in [header, *aligned]))
        for column in range(len(header))
    ]
    rule = [
        "-" * (width - 1) + ":" if column.numeric else "-" * width
        for width, column in zip(widths, table.columns, strict=True)
    ]
    lines = [header, rule, *rows]
    return "\n".join(_line(line, widths, table) for line in lines)


def _row(row: tuple[Cell, ...]) -> list[str]:
    cells = []
    for cell in row:
        text = escape(cell.text)
        if cell.best:
            text = f"**{text}**"
        notes = ", ".join(escape(note.text) for note in cell.notes)
        cells += [f"{text} ({notes})" if notes else text, *[""] * (cell.span - 1)]
    return cells


def _line(cells: list[str], widths: list[int], table: Table) -> str:
    padded = []
    for cell, width, column in zip(cells, widths, table.columns, strict=True):
        space = " " * (width - cell_len(cell))
        padded.append(space + cell if column.numeric else cell + space)
    return f"| {' | '.join(padded)} |"
