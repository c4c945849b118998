"""How the models fare on rare categories."""

from __future__ import annotations

from functools import partial

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
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
from harnn.evaluation.report.figures.frequency import frequency_bounds, plot_frequency
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.order import best_first, floors
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = ["frequency_section"]


def frequency_section(results: Results, styles: dict[str, SeriesStyle]) -> Section:
    """Lay out the mean F1 of categories by how many training documents they have.

    Args:
        results: What was found.
        styles: The models' styles, by name.

    Returns:
        The section.
    """
    models = [model for model in best_first(results) if model.frequency]
    bounds = frequency_bounds(models)
    if not bounds:
        text = Paragraph("F1 was not measured by frequency.")
        return Section("frequency", "Rare and frequent categories", (text,))
    panel = Panel(
        "Mean F1 by frequency",
        "Mean F1 of categories by their number of training documents; the table has the numbers",
        partial(plot_frequency, models, styles),
    )
    columns = (Column("Model", numeric=False), *(Column(_bounds(*bound)) for bound in bounds))
    rows = [(Cell(model.title), *_cells(model, bounds)) for model in models]
    blocks = (
        Paragraph(
            "Categories of all levels, parted by how many training documents they have; of the "
            "first run of each model. In small: how many categories occur in truth or prediction."
        ),
        Panels(
            "From rare to frequent.",
            (panel,),
            tuple((model.title, styles[model.name]) for model in models),
        ),
        Table(
            "Mean F1 by the number of training documents",
            columns,
            mark_best(rows, range(1, len(columns)), floors=floors(models)),
        ),
    )
    return Section("frequency", "Rare and frequent categories", blocks)


def _cells(model: ModelRecord, bounds: tuple[tuple[int, int], ...]) -> list[Cell]:
    bins = {(bin.lower, bin.upper): bin for bin in model.frequency}
    cells = []
    for bound in bounds:
        bin = bins.get(bound)
        if bin is None or bin.macro_f1 is None:
            cells.append(Cell(numbers.UNDEFINED))
        else:
            note = Note(f"of {numbers.count(bin.categories)}", (bin.categories,))
            cells.append(Cell(numbers.score(bin.macro_f1), bin.macro_f1, (note,)))
    return cells


def _bounds(lower: int, upper: int) -> str:
    if lower == upper:
        return numbers.count(lower)
    return f"{numbers.count(lower)} to {numbers.count(upper)}"
