"""The errors by the length of a hole, or by the steps ahead."""

from __future__ import annotations

from functools import partial
from statistics import mean

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Cell,
    Column,
    Panel,
    Panels,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.cells import number_cell
from harnn.evaluation.report.figures.palette import series_styles
from harnn.timeseries.study.figures import plot_by_length
from harnn.timeseries.study.results import LengthError, RowRecord, StudyResults
from harnn.timeseries.study.telling_rows import telling_rows

__all__ = ["lengths_section"]


def lengths_section(results: StudyResults) -> Section:
    """The errors by the length of a hole, or by the steps ahead."""
    ahead = results.problem.task == "forecasting"
    label = "steps ahead" if ahead else "steps of the hole"
    shown = telling_rows(results)
    if ahead and results.problem.horizon == 1:
        text = Paragraph("One step is forecast: there are no others to compare.")
        return Section("lengths", "Error by step ahead", (text,))
    styles = series_styles([row.title for row in shown])
    lines = [(styles[row.title], _mean_by_length(row)) for row in shown]
    panel = Panel(
        "Mean squared error",
        f"Mean squared error by {label}, a line a model; the table has the numbers",
        partial(plot_by_length, lines, f"{label}"),
    )
    bounds = sorted({(one.lower, one.upper) for _, errors in lines for one in errors})
    columns = (
        Column(label.capitalize(), numeric=False),
        Column("Values"),
        *(Column(row.title) for row in shown),
    )
    rows = []
    for lower, upper in bounds:
        at = [next((one for one in errors if one.lower == lower), None) for _, errors in lines]
        places = next((one.places for one in at if one is not None), 0)
        rows.append(
            (
                Cell(f"{lower}" if lower == upper else f"{lower} to {upper}"),
                Cell(numbers.count(places), places),
                *(number_cell(None if one is None else one.mse, numbers.score) for one in at),
            )
        )
    title = "Error by step ahead" if ahead else "Error by length of the hole"
    blocks = (
        Panels(f"{title}.", (panel,), tuple(styles.items())),
        Table(f"Mean squared error by {label}", columns, tuple(rows)),
    )
    return Section("lengths", title, blocks)


def _mean_by_length(row: RowRecord) -> list[LengthError]:
    """Return the errors, averaged over the fits, all of which judge the same places."""
    return [
        one.model_copy(update={"mse": mean(trial.by_length[number].mse for trial in row.trials)})
        for number, one in enumerate(row.trials[0].by_length)
    ]
