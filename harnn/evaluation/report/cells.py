"""Cells of the report's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from textwrap import shorten
from typing import TypeVar

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Cell, Note
from harnn.evaluation.report.results import ModelRecord, Score
from harnn.evaluation.significance import PairedDifference

__all__ = ["difference_cell", "failed_row", "mark_best", "mean", "number_cell", "score_cell"]

Number = TypeVar("Number", int, float)

# An error may be pages long; all of it stands among the settings of the model.
REASON_LENGTH = 160


def number_cell(value: Number | None, write: Callable[[Number], str]) -> Cell:
    """Make a cell of a number; a dash where there is none.

    Args:
        value: The number.
        write: How it is written.

    Returns:
        The cell.

    Example:
        >>> number_cell(0.5, numbers.score).text, number_cell(None, numbers.score).text
        ('0.5000', '–')
    """
    return Cell(numbers.UNDEFINED) if value is None else Cell(write(value), value)


def score_cell(score: Score | None) -> Cell:
    """Make a cell of a headline score: its mean, its spread over seeds and its interval.

    Args:
        score: The score.

    Returns:
        The cell.

    Example:
        >>> [note.text for note in score_cell(Score(mean=0.5, std=0.1, interval=None,
        ...                                         seeds=(0.4, 0.6))).notes]
        ['± 0.1000']
    """
    if score is None or score.mean is None:
        return Cell(numbers.UNDEFINED)
    notes = []
    if score.std is not None:
        notes.append(Note(numbers.spread(score.std), (score.std,)))
    if score.interval is not None:
        ends = (score.interval.low, score.interval.high)
        notes.append(Note(numbers.interval(score.interval), ends))
    return Cell(numbers.score(score.mean), score.mean, tuple(notes))


def difference_cell(difference: PairedDifference | None) -> Cell:
    """Make a cell of a difference of two models: in points, with its interval and p-value.

    Args:
        difference: The difference.

    Returns:
        The cell.

    Example:
        >>> difference_cell(PairedDifference(0.02, None, 0.04)).notes[0].text
        'p 0.040'
    """
    if difference is None:
        return Cell(numbers.UNDEFINED)
    notes = []
    if difference.interval is not None:
        ends = (difference.interval.low, difference.interval.high)
        notes.append(Note(numbers.points_interval(difference.interval), ends))
    if difference.p_value is not None:
        notes.append(Note(f"p {numbers.p_value(difference.p_value)}", (difference.p_value,)))
    return Cell(numbers.points(difference.difference), difference.difference, tuple(notes))


def failed_row(model: ModelRecord, columns: int) -> tuple[Cell, ...]:
    """Make the row of a model that has no scores.

    Args:
        model: The model.
        columns: How many columns the table has.

    Returns:
        Its title, and why it has none.
    """
    reason = shorten(model.error or "it has no run", REASON_LENGTH, placeholder=" …")
    return Cell(model.title), Cell(f"failed: {reason}", span=columns - 1, remark=True)


def mark_best(
    rows: Sequence[tuple[Cell, ...]],
    columns: Iterable[int],
    lowest: bool = False,
    floors: Sequence[bool] = (),
    above_floor: bool = True,
) -> tuple[tuple[Cell, ...], ...]:
    """Mark the best number of columns; all of those that are equal, none in a lone row.

    A floor is never marked, and neither is a number that only equals a floor's.

    Args:
        rows: The rows.
        columns: Which columns.
        lowest: Whether the lowest is the best.
        floors: Whether each row is of a floor; none is if not given.
        above_floor: Whether a number that is worse than a floor's goes unmarked. Of costs it is
            marked: to learn nothing costs nothing.

    Returns:
        The rows, marked.

    Example:
        >>> rows = [(Cell("a"), Cell("1", 1)), (Cell("b"), Cell("2", 2))]
        >>> [row[1].best for row in mark_best(rows, [1])]
        [False, True]
    """
    marked = [list(row) for row in rows]
    is_floor = floors or [False] * len(rows)
    sign = -1 if lowest else 1
    for column in columns:
        ranked: dict[int, float] = {}
        bars: list[float] = []
        for number, row in enumerate(marked):
            value = row[column].value if column < len(row) else None
            if value is None:
                continue
            if is_floor[number]:
                bars.append(sign * value)
            else:
                ranked[number] = sign * value
        if len(ranked) < 2:
            continue
        best = max(ranked.values())
        if best in bars or (above_floor and bars and best < max(bars)):
            continue
        for number, value in ranked.items():
            marked[number][column] = replace(marked[number][column], best=value == best)
    return tuple(tuple(row) for row in marked)


def mean(values: Iterable[float | None]) -> float | None:
    """Average what is defined.

    Args:
        values: The values of the seeds.

    Returns:
        The mean; None if none is defined.

    Example:
        >>> mean([0.25, None, 0.75])
        0.5
    """
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else None
