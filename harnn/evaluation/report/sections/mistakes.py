"""What the models get wrong: siblings taken for one another, and the worst categories."""

from __future__ import annotations

from harnn.evaluation.categories import CategoryScores
from harnn.evaluation.confusions import Confusion
from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Details,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.cells import number_cell
from harnn.evaluation.report.order import best_first
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = ["confusions_section", "worst_section"]


def confusions_section(results: Results) -> Section:
    """Lay out the siblings most taken for one another, with texts.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    models = [model for model in best_first(results) if model.confusions]
    if not models:
        text = Paragraph("No model takes a category for its sibling.")
        return Section("confusions", "Confused siblings", (text,))
    blocks: list[Block] = [
        Paragraph(
            "A category that documents have, and a sibling that was predicted in its place; of "
            "the first run of each model. Share: of the documents that have the category."
        )
    ]
    for model, shown in _with_first_shown(results, models):
        parts: list[Block] = [_confusion_table(model)]
        quotes = _quotes(model.confusions, results.examples)
        if quotes:
            parts.append(Details(f"Documents that {model.title} got wrong", (Bullets(quotes),)))
        if shown:
            blocks += parts
        else:
            blocks.append(Details(model.title, tuple(parts)))
    return Section("confusions", "Confused siblings", tuple(blocks))


def worst_section(results: Results) -> Section:
    """Lay out the categories with the lowest F1.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    models = [model for model in best_first(results) if model.worst]
    if not models:
        text = Paragraph("No category was judged.")
        return Section("worst", "Worst categories", (text,))
    blocks: list[Block] = [
        Paragraph("The categories with the lowest F1, of the first run of each model.")
    ]
    for model, shown in _with_first_shown(results, models):
        table = _worst_table(model)
        blocks.append(table if shown else Details(model.title, (table,)))
    return Section("worst", "Worst categories", tuple(blocks))


def _with_first_shown(
    results: Results, models: list[ModelRecord]
) -> list[tuple[ModelRecord, bool]]:
    """Put the reference first, or the best model where there is none; it alone is shown openly."""
    ordered = sorted(models, key=lambda model: model.name != results.reference)
    return [(model, number == 0) for number, model in enumerate(ordered)]


def _confusion_table(model: ModelRecord) -> Table:
    columns = (
        Column("True category", numeric=False),
        Column("Predicted sibling", numeric=False),
        Column("Documents"),
        Column("Share"),
    )
    rows = tuple(
        (
            Cell(confusion.true),
            Cell(confusion.predicted),
            number_cell(confusion.documents, numbers.count),
            number_cell(confusion.share, numbers.percent),
        )
        for confusion in model.confusions
    )
    return Table(f"Siblings that {model.title} confuses", columns, rows)


def _quotes(confusions: tuple[Confusion, ...], examples: dict[int, str]) -> tuple[str, ...]:
    return tuple(
        f"{confusion.true} taken for {confusion.predicted} (document {row}): "
        f"“{' '.join(examples[row].split())}”"
        for confusion in confusions
        for row in confusion.rows
        if row in examples
    )


def _worst_table(model: ModelRecord) -> Table:
    columns = (
        Column("Category", numeric=False),
        Column("Level"),
        Column("Training documents"),
        Column("True"),
        Column("Predicted"),
        Column("Precision"),
        Column("Recall"),
        Column("F1"),
    )
    return Table(
        f"Worst categories of {model.title}", columns, tuple(_worst_row(c) for c in model.worst)
    )


def _worst_row(category: CategoryScores) -> tuple[Cell, ...]:
    return (
        Cell(category.name),
        number_cell(category.level + 1, numbers.count),
        number_cell(category.training_documents, numbers.count),
        number_cell(category.support, numbers.count),
        number_cell(category.predicted, numbers.count),
        number_cell(category.precision, numbers.score),
        number_cell(category.recall, numbers.score),
        number_cell(category.f1, numbers.score),
    )
