"""What the models cost: time, memory and disk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Cell,
    Column,
    Panel,
    Panels,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.cells import failed_row, mark_best, mean, number_cell
from harnn.evaluation.report.figures.cost import CostPoint, plot_cost
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.order import (
    best_first,
    floors,
    main_score,
    mean_score,
    score_phrase,
    score_title,
    with_scores,
)
from harnn.evaluation.report.results import Cost, ModelRecord, Results

__all__ = ["cost_section"]

Measure = Callable[[Cost], float | None]
AXES: tuple[tuple[str, str, Measure], ...] = (
    ("Time to fit", "seconds", lambda cost: cost.fit_seconds),
    ("Speed of prediction", "documents a second", lambda cost: cost.documents_per_second),
    ("Peak memory", "gigabytes", lambda cost: _giga(cost.peak_memory_bytes)),
)


def cost_section(results: Results, styles: dict[str, SeriesStyle]) -> Section:
    """Lay out what each model costs, and what it scores for that.

    Args:
        results: What was found.
        styles: The models' styles, by name.

    Returns:
        The section.
    """
    models = with_scores(results)
    if not models:
        text = Paragraph("No model was fitted.")
        return Section("cost", "Cost", (text,))
    blocks: list[Block] = [
        Paragraph(
            "Means over the runs of a model. Times are wall time on the machine named below; "
            "peak memory counts libraries and the corpus."
        ),
        _cost_table(results),
    ]
    panels = _panels(results, styles)
    if panels:
        legend = tuple(
            (model.title, styles[model.name]) for model in best_first(results) if model in models
        )
        blocks.append(
            Panels(
                "What a model scores for its cost. An arrow points to a score far off.",
                panels,
                legend,
            )
        )
    return Section("cost", "Cost", tuple(blocks))


def _panels(results: Results, styles: dict[str, SeriesStyle]) -> tuple[Panel, ...]:
    score = main_score(results)
    panels = []
    for title, unit, measure in AXES:
        points = []
        for model in with_scores(results):
            cost = mean(measure(run.cost) for run in model.runs)
            value = mean_score(model, score)
            if cost is not None and cost > 0 and value is not None:
                points.append(CostPoint(cost, value, styles[model.name]))
        if points:
            draw = partial(plot_cost, points, unit, score_phrase(score))
            label = f"{score_title(score)} against {title.lower()}; the table has the numbers"
            panels.append(Panel(title, label, draw))
    return tuple(panels)


def _cost_table(results: Results) -> Table:
    columns = (
        Column("Model", numeric=False),
        Column("Fit"),
        Column("Predict"),
        Column("Documents"),
        Column("Peak memory"),
        Column("Parameters"),
        Column("On disk"),
    )
    rows = []
    models = best_first(results)
    for model in models:
        if model not in with_scores(results):
            rows.append(failed_row(model, len(columns)))
        else:
            rows.append(_cost_row(model))
    floor_rows = floors(models)
    marked = mark_best(rows, (1, 2, 4, 5, 6), lowest=True, floors=floor_rows, above_floor=False)
    marked = mark_best(marked, (3,), floors=floor_rows, above_floor=False)
    return Table("Cost of each model", columns, marked)


def _cost_row(model: ModelRecord) -> tuple[Cell, ...]:
    costs = [run.cost for run in model.runs]
    return (
        Cell(model.title),
        number_cell(mean(cost.fit_seconds for cost in costs), numbers.seconds),
        number_cell(mean(cost.predict_seconds for cost in costs), numbers.seconds),
        number_cell(mean(cost.documents_per_second for cost in costs), numbers.rate),
        number_cell(_whole(mean(cost.peak_memory_bytes for cost in costs)), numbers.size),
        number_cell(_whole(mean(cost.parameters for cost in costs)), numbers.count),
        number_cell(_whole(mean(cost.disk_bytes for cost in costs)), numbers.size),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _giga(value: int | None) -> float | None:
    return None if value is None else value / 1e9
