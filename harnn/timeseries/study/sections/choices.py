"""What direction, cell and fusion bring."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Cell,
    Column,
    Note,
    Paragraph,
    Section,
    Table,
)
from harnn.timeseries.study.contrasts import Contrast, contrasts
from harnn.timeseries.study.results import StudyResults

__all__ = ["choices_section"]

_WORDS = {
    "gate": "gated",
    "concat": "concatenated",
    "recurrent": "recurrent fuser",
    "gru": "GRU",
    "lstm": "LSTM",
}


def choices_section(results: StudyResults) -> Section:
    """What direction, cell and fusion bring."""
    found = list(contrasts(results))
    if not found:
        text = Paragraph("The grid has no two choices to compare.")
        return Section("choices", "What each choice brings", (text,))
    columns = (
        Column("Choice", numeric=False),
        Column("Micro MSE"),
        Column("Against", numeric=False),
        Column("Micro MSE"),
        Column("Difference"),
    )
    rows = [
        (
            Cell(f"{_word(one.first)} ({_models(one.rows[0])})"),
            Cell(numbers.score(one.means[0]), one.means[0]),
            Cell(f"{_word(one.second)} ({_models(one.rows[1])})"),
            Cell(numbers.score(one.means[1]), one.means[1]),
            _difference_cell(one),
        )
        for one in found
    ]
    blocks = (
        Paragraph(
            "Means over all models of the grid with a choice, seed by seed; the difference is the "
            "first less the second, with its 95 % t interval over the seeds: below zero the first "
            "is better."
        ),
        Table("Choices, all models of the grid taken together", columns, tuple(rows)),
    )
    return Section("choices", "What each choice brings", blocks)


def _difference_cell(one: Contrast) -> Cell:
    notes: tuple[Note, ...] = ()
    if one.interval is not None:
        ends = (one.interval.low, one.interval.high)
        notes = (Note(numbers.interval(one.interval), ends),)
    sign = "+" if one.difference > 0 else ""
    return Cell(f"{sign}{numbers.score(one.difference)}", one.difference, notes)


def _models(count: int) -> str:
    return f"{count} {'model' if count == 1 else 'models'}"


def _word(choice: str) -> str:
    return _WORDS.get(choice, choice)
