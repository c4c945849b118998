"""What the models cost."""

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
from harnn.evaluation.report.figures.cost import CostPoint, plot_cost
from harnn.timeseries.study.results import StudyResults
from harnn.timeseries.study.telling_rows import direction, direction_styles

__all__ = ["cost_section"]


def cost_section(results: StudyResults) -> Section:
    """What a model costs."""
    ranked = results.ranked()
    columns = (
        Column("Model", numeric=False),
        Column("Fit"),
        Column("Test part"),
        Column("Parameters"),
        Column("Epochs"),
        Column("Best epoch"),
    )
    rows = []
    for row in ranked:
        costs = [trial.cost for trial in row.trials]
        rows.append(
            (
                Cell(row.title),
                number_cell(mean(cost.fit_seconds for cost in costs), numbers.seconds),
                number_cell(mean(cost.predict_seconds for cost in costs), numbers.seconds),
                number_cell(costs[0].parameters, numbers.count),
                number_cell(_mean_of([cost.epochs for cost in costs]), numbers.decimal),
                number_cell(_mean_of([cost.best_epoch for cost in costs]), numbers.decimal),
            )
        )
    styles = direction_styles(results)
    points = [
        CostPoint(
            mean(trial.cost.fit_seconds for trial in row.trials),
            row.mean("micro_mse"),
            styles[direction(row)],
        )
        for row in ranked
    ]
    blocks = (
        Paragraph("Means over the fits of a model; wall time on the machine named below."),
        Table("Cost of each model", columns, tuple(rows)),
        Panels(
            "Micro MSE against the time of a fit. An arrow points to a score far off.",
            (
                Panel(
                    "Time to fit",
                    "Micro MSE against the time to fit; the table has the numbers",
                    partial(plot_cost, points, "seconds", "micro MSE"),
                ),
            ),
            tuple(styles.items()),
        ),
    )
    return Section("cost", "Cost", blocks)


def _mean_of(values: list[int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if known else None
