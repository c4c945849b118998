from __future__ import annotations

import pytest

from harnn.evaluation.report import ModelRecord
from harnn.evaluation.report.blocks import Cell
from harnn.evaluation.report.cells import failed_row, mark_best, mean, score_cell


def row(title: str, value: float | None) -> tuple[Cell, ...]:
    return Cell(title), Cell("x", value)


def test_equal_bests_are_both_marked():
    marked = mark_best([row("a", 0.5), row("b", 0.5), row("c", 0.4)], [1])
    assert [cells[1].best for cells in marked] == [True, True, False]


def test_the_lowest_is_the_best_of_costs():
    marked = mark_best([row("a", 2), row("b", 1), row("c", None)], [1], lowest=True)
    assert [cells[1].best for cells in marked] == [False, True, False]


def test_a_lone_number_is_not_the_best_of_anything():
    marked = mark_best([row("a", 1.0), row("b", None)], [1])
    assert not any(cell.best for cells in marked for cell in cells)


@pytest.mark.parametrize(
    ("values", "lowest", "best"),
    [
        # The last row is the floor's.
        ((0.5, 0.4, 0.1), False, [True, False, False]),
        ((0.5, 0.4, 0.5), False, [False, False, False]),
        ((0.5, 0.4, 0.6), False, [False, False, False]),
        ((0.5, 0.4, None), False, [True, False, False]),
        ((0.2, 0.3, 0.4), True, [True, False, False]),
        ((0.2, 0.3, 0.1), True, [False, False, False]),
        ((0.2, None, 0.4), True, [False, False, False]),
    ],
)
def test_a_floor_is_never_marked_and_nothing_that_is_no_better(values, lowest, best):
    rows = [row(title, value) for title, value in zip("abc", values, strict=True)]
    marked = mark_best(rows, [1], lowest, floors=[False, False, True])
    assert [cells[1].best for cells in marked] == best


def test_of_costs_the_best_is_marked_though_a_floor_costs_less():
    rows = [row("a", 2.0), row("b", 1.0), row("c", 0.1)]
    marked = mark_best(rows, [1], True, floors=[False, False, True], above_floor=False)
    assert [cells[1].best for cells in marked] == [False, True, False]
    tied = mark_best([*rows[:2], row("c", 1.0)], [1], True, [False, False, True], False)
    assert not any(cells[1].best for cells in tied)


def test_a_long_error_is_cut_in_the_row():
    title, reason = failed_row(ModelRecord(name="a", title="A", error="word " * 500), 4)
    assert title.text == "A"
    assert reason.span == 3
    assert len(reason.text) < 200
    assert reason.text.endswith("…")


def test_what_is_undefined_takes_no_part_in_a_mean():
    assert mean([None, 0.5, 1.0]) == 0.75
    assert mean([None]) is None


def test_a_score_that_is_missing_is_a_dash():
    assert score_cell(None).text == "–"
    assert score_cell(None).value is None
