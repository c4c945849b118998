"""How the training of the models went."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Block, Cell, Column, Panels, Paragraph, Section, Table
from harnn.evaluation.report.cells import number_cell
from harnn.evaluation.report.figures.palette import series_styles
from harnn.evaluation.report.figures.training import training_panels
from harnn.evaluation.report.order import best_first
from harnn.evaluation.report.results import ModelRecord, Results, RunRecord

__all__ = ["training_section"]


def training_section(results: Results) -> Section:
    """Draw what the models logged while they were fitted.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    models = [model for model in best_first(results) if any(run.history for run in model.runs)]
    if not models:
        text = Paragraph("No model logged its training.")
        return Section("training", "Training curves", (text,))
    blocks: list[Block] = [
        Paragraph("As each model logged it, an epoch or a round after another."),
        _table(models),
    ]
    for model in models:
        runs = [_run_title(run) for run in model.runs]
        # Two runs of the same seed are still two runs.
        looks = tuple(series_styles([str(number) for number in range(len(runs))]).values())
        panels = training_panels(model, looks)
        if panels:
            caption = f"{model.title}. A ring marks what was kept."
            legend = tuple(zip(runs, looks, strict=True)) if len(runs) > 1 else ()
            blocks.append(Panels(caption, panels, legend))
    return Section("training", "Training curves", tuple(blocks))


def _table(models: list[ModelRecord]) -> Table:
    columns = (Column("Model", numeric=False), Column("Seed"), Column("Logged"), Column("Kept"))
    rows = tuple(
        (
            Cell(model.title),
            number_cell(run.seed, str),
            number_cell(len(run.history), numbers.count),
            number_cell(run.best_epoch, numbers.count),
        )
        for model in models
        for run in model.runs
    )
    return Table("Epochs or rounds of each run", columns, rows)


def _run_title(run: RunRecord) -> str:
    return "without a seed" if run.seed is None else f"seed {run.seed}"
