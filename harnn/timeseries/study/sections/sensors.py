"""The errors sensor by sensor."""

from __future__ import annotations

from dataclasses import replace
from statistics import mean

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Cell,
    Column,
    Details,
    Section,
    Table,
)
from harnn.evaluation.report.cells import number_cell
from harnn.timeseries.study.results import StudyResults
from harnn.timeseries.study.telling_rows import telling_rows

__all__ = ["sensors_section"]


def sensors_section(results: StudyResults) -> Section:
    """The errors sensor by sensor."""
    shown = telling_rows(results)
    columns = (Column("Sensor", numeric=False), *(Column(row.title) for row in shown))
    rows = []
    for sensor in results.problem.sensors:
        cells = [Cell(sensor)]
        for row in shown:
            values = [value for one in row.trials if (value := one.sensors[sensor]) is not None]
            cells.append(number_cell(mean(values) if values else None, numbers.score))
        rows.append((cells[0], *_lowest_marked(cells[1:])))
    table = Table("Mean squared error of each sensor, in its deviations", columns, tuple(rows))
    block: Block = table if len(rows) <= 30 else Details(f"{len(rows)} sensors", (table,))
    return Section("sensors", "Sensor by sensor", (block,))


def _lowest_marked(cells: list[Cell]) -> list[Cell]:
    """Mark the lowest number of a row."""
    values = [cell.value for cell in cells if cell.value is not None]
    return [replace(cell, best=len(values) > 1 and cell.value == min(values)) for cell in cells]
