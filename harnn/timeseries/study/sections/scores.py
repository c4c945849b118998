"""The table of all rows, and the same as dots."""

from __future__ import annotations

from functools import partial

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Cell,
    Column,
    Note,
    Panel,
    Panels,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.cells import mark_best
from harnn.evaluation.report.figures.dots import Dot, plot_dots
from harnn.timeseries.study.contrasts import seed_interval
from harnn.timeseries.study.results import RowRecord, StudyResults
from harnn.timeseries.study.telling_rows import direction, direction_styles

__all__ = ["scores_section"]

_SCORES = {
    "micro_mse": "Micro MSE",
    "macro_mse": "Macro MSE",
    "mae": "MAE",
    "mre": "MRE",
    "nll": "NLL",
}


def scores_section(results: StudyResults) -> Section:
    """The table of all rows, sorted, and the same as dots."""
    ranked = results.ranked()
    columns = (
        Column("Model", numeric=False),
        *(Column(title) for title in _SCORES.values()),
        Column("90 % band holds"),
    )
    rows = [
        (Cell(row.title), *(_mean_cell(row, name) for name in _SCORES), _coverage_cell(row))
        for row in ranked
    ]
    table = Table(
        "Errors on the test part, in deviations of each sensor; the lowest micro MSE first",
        columns,
        mark_best(tuple(rows), range(1, 1 + len(_SCORES)), lowest=True),
    )
    blocks: list[Block] = [table]
    styles = direction_styles(results)
    dots = [
        Dot(
            row.title,
            row.mean("micro_mse"),
            numbers.score(row.mean("micro_mse")),
            seed_interval(row.values("micro_mse")),
            styles[direction(row)],
            strong=row is ranked[0],
        )
        for row in ranked
    ]
    panel = Panel(
        "Micro MSE",
        "Micro MSE of each model with its interval over the seeds; the table has the numbers",
        partial(plot_dots, dots, numbers.axis_score),
    )
    caption = "Micro MSE: means over the seeds with 95 % t intervals. Further left is better."
    blocks.append(Panels(caption, (panel,), tuple(styles.items())))
    missing = [row.title for row in results.rows if not row.trials]
    if missing:
        blocks.append(Paragraph(f"Not fitted: {', '.join(missing)}."))
    return Section("scores", "Scores", tuple(blocks))


def _mean_cell(row: RowRecord, score: str) -> Cell:
    std = row.std(score)
    notes = () if std is None else (Note(numbers.spread(std), (std,)),)
    return Cell(numbers.score(row.mean(score)), row.mean(score), notes)


def _coverage_cell(row: RowRecord) -> Cell:
    value = row.mean("coverage_90")
    return Cell(numbers.percent(value), value)
