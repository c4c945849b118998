"""What the models give where they are sure, and what they leave open where they are not."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Cell,
    Column,
    Note,
    Panels,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.cells import mark_best, number_cell
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.figures.selective import risk_coverage_panels
from harnn.evaluation.report.order import best_first, floors
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = ["selective_section"]

TITLE = "Answers where a model is sure"


def selective_section(results: Results, styles: dict[str, SeriesStyle]) -> Section:
    """Lay out risk and coverage of each level, early stops and prediction sets.

    Args:
        results: What was found.
        styles: The models' styles, by name.

    Returns:
        The section.
    """
    models = [model for model in best_first(results) if model.selective]
    if not models:
        text = Paragraph("No model says how sure it is.")
        return Section("selective", TITLE, (text,))
    titles = [
        f"{number} · {level.name}" for number, level in enumerate(results.corpus.levels, start=1)
    ]
    blocks: list[Block] = [
        Paragraph(
            "Answers are given from the most confident one down: coverage is the share of them "
            "given, risk the share of those that is wrong. Of the first run of each model that "
            "gives probabilities. An answer on a level is right if all levels down to it are; "
            "where a document may have several paths, each predicted category is an answer."
        ),
        Panels(
            "The lower the curve, the better a model knows where it is right. Models far above "
            "the others leave the plot.",
            risk_coverage_panels(models, styles, titles),
            tuple((model.title, styles[model.name]) for model in models),
        ),
        *(_coverage_table(models, level, title) for level, title in enumerate(titles)),
    ]
    if any(model.stops for model in models):
        blocks += [
            Paragraph(
                "The coverages above are looked up on the judged documents themselves. Here "
                "confidence thresholds are chosen on the validation documents, so that what is "
                'given should be right in the share asked for: stop="confident". In small: the '
                "share that was right."
            ),
            _stop_table(models, titles),
        ]
    if any(model.sets for model in models):
        blocks += [
            Paragraph(
                "Prediction sets hold everything that may be true, so chosen on the validation "
                "documents that the truth is in the set with the probability asked for. Small "
                "sets that keep it are the best. In small: the share of sets that held the truth."
            ),
            _set_table(models, titles),
        ]
    return Section("selective", TITLE, tuple(blocks))


def _coverage_table(models: list[ModelRecord], level: int, title: str) -> Table:
    precisions = sorted(
        {
            point.precision
            for model in models
            for curve in model.selective
            if curve.level == level
            for point in curve.at
        }
    )
    columns = (
        Column("Model", numeric=False),
        Column("AURC"),
        Column("Risk of all"),
        *(Column(f"Coverage at {numbers.axis_score(p)}") for p in precisions),
    )
    rows = []
    for model in models:
        curve = next((curve for curve in model.selective if curve.level == level), None)
        at = {point.precision: point.coverage for point in curve.at} if curve else {}
        rows.append(
            (
                Cell(model.title),
                number_cell(curve.aurc if curve else None, numbers.score),
                number_cell(curve.risk if curve else None, numbers.score),
                *(number_cell(at.get(p), numbers.percent) for p in precisions),
            )
        )
    marked = mark_best(rows, (1, 2), lowest=True, floors=floors(models))
    return Table(
        f"{title}: area under the risk–coverage curve, and coverage at a precision",
        columns,
        mark_best(marked, range(3, len(columns)), floors=floors(models)),
    )


def _stop_table(models: list[ModelRecord], titles: list[str]) -> Table:
    columns = (
        Column("Model", numeric=False),
        Column("Precision asked for"),
        *(Column(title) for title in titles),
    )
    rows = []
    for model in models:
        for target in sorted({stop.target for stop in model.stops}):
            cells = {
                stop.level: _share(stop.given, "right", stop.precision)
                for stop in model.stops
                if stop.target == target
            }
            rows.append(_row(model, target, cells, len(titles)))
    return Table("Share of the answers given by early stops", columns, tuple(rows))


def _set_table(models: list[ModelRecord], titles: list[str]) -> Table:
    columns = (
        Column("Model", numeric=False),
        Column("Coverage asked for"),
        *(Column(title) for title in titles),
    )
    rows = []
    for model in models:
        for target in sorted({record.target for record in model.sets}):
            cells = {
                record.level: _size(record.size, record.coverage)
                for record in model.sets
                if record.target == target
            }
            rows.append(_row(model, target, cells, len(titles)))
    return Table("Mean size of prediction sets", columns, tuple(rows))


def _row(model: ModelRecord, target: float, cells: dict[int, Cell], depth: int) -> tuple[Cell, ...]:
    return (
        Cell(model.title),
        Cell(numbers.axis_score(target), target),
        *(cells.get(level, Cell(numbers.UNDEFINED)) for level in range(depth)),
    )


def _share(given: float | None, word: str, precision: float | None) -> Cell:
    if given is None:
        return Cell(numbers.UNDEFINED)
    notes = () if precision is None else (Note(f"{word} {numbers.score(precision)}", (precision,)),)
    return Cell(numbers.percent(given), given, notes)


def _size(size: float | None, coverage: float | None) -> Cell:
    if size is None:
        return Cell(numbers.UNDEFINED)
    notes = () if coverage is None else (Note(f"held {numbers.score(coverage)}", (coverage,)),)
    return Cell(f"{size:.2f}", size, notes)
