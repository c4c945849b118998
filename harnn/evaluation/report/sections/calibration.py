"""Whether the models' probabilities can be believed."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Cell, Column, Panels, Paragraph, Section, Table
from harnn.evaluation.report.cells import mark_best, number_cell
from harnn.evaluation.report.figures.palette import series_styles
from harnn.evaluation.report.figures.reliability import reliability_panels
from harnn.evaluation.report.order import best_first, floors
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = ["calibration_section"]


def calibration_section(results: Results) -> Section:
    """Lay out the calibration error of each level, and the reliability diagrams.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    models = [model for model in best_first(results) if model.calibration]
    if not models:
        text = Paragraph("No model gives probabilities.")
        return Section("calibration", "Calibration", (text,))
    names = [
        f"{number} · {level.name}" for number, level in enumerate(results.corpus.levels, start=1)
    ]
    look = series_styles(names)
    columns = (Column("Model", numeric=False), *(Column(name) for name in names))
    rows = [_row(model, len(names)) for model in models]
    blocks = (
        Paragraph(
            "Expected calibration error: the mean gap between confidence and accuracy, of the "
            "first run of each model that gives probabilities. Lower is better."
        ),
        Table(
            "Expected calibration error of each level",
            columns,
            mark_best(
                rows,
                range(1, len(columns)),
                lowest=True,
                floors=floors(models),
                above_floor=False,
            ),
        ),
        Panels(
            "On the dotted line, confidence is accuracy; below it, a model believes too much in "
            "itself. The larger a mark, the more predictions it stands for.",
            reliability_panels(models, [look[name] for name in names]),
            tuple(look.items()),
        ),
    )
    return Section("calibration", "Calibration", blocks)


def _row(model: ModelRecord, depth: int) -> tuple[Cell, ...]:
    error = {level.level: level.ece for level in model.calibration}
    return (
        Cell(model.title),
        *(number_cell(error.get(level), numbers.score) for level in range(depth)),
    )
