"""The three tables that come first: micro, macro, and all levels right."""

from __future__ import annotations

from collections.abc import Callable

from harnn.evaluation.evaluation import Evaluation
from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Block, Cell, Column, Panels, Paragraph, Section, Table
from harnn.evaluation.report.cells import failed_row, mark_best, mean, number_cell, score_cell
from harnn.evaluation.report.figures.overview import overview_panels
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.order import best_first, floors, judged, with_scores
from harnn.evaluation.report.results import ModelRecord, Results
from harnn.evaluation.scores import PrecisionRecallF1

__all__ = ["overview_section", "scores_section"]

Triple = Callable[[Evaluation], PrecisionRecallF1[float | None]]
HEADLINE = ("all_levels_right", "micro_f1", "macro_f1")


def scores_section(results: Results) -> Section:
    """Lay out the scores over the documents with all levels known.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    over = numbers.documents(judged(results), results.part)
    seeds = "; ± is the standard deviation over the seeds" if _has_spread(results) else ""
    text = (
        f"Over the {over} whose levels are all known. With a score stands its 95 % bootstrap "
        f"interval{seeds}. The best of a column is marked.{_about_floors(results)}"
    )
    blocks: tuple[Block, ...] = (
        Paragraph(text),
        _triple_table(results, "Micro average", "micro_f1", lambda e: e.complete.micro),
        _triple_table(results, "Macro average", "macro_f1", lambda e: e.complete.macro),
        _subset_table(results),
    )
    return Section("scores", "Scores", blocks)


def overview_section(results: Results, styles: dict[str, SeriesStyle]) -> Section:
    """Draw the headline scores of all models.

    Args:
        results: What was found.
        styles: The models' styles, by name.

    Returns:
        The section.
    """
    panels = overview_panels(best_first(results), HEADLINE, styles, results.reference)
    if not panels:
        # Without a document that is known at all levels there are still scores to draw.
        panels = overview_panels(
            best_first(results), ("hierarchical_f1",), styles, results.reference
        )
    blocks: tuple[Block, ...] = (
        Panels(
            "Dots are scores, lines their 95 % intervals. An arrow points to a score far off.",
            panels,
        ),
    )
    if not panels:
        blocks = (Paragraph("There is no score to draw."),)
    return Section("overview", "Overview", blocks)


def _triple_table(results: Results, caption: str, score: str, triple: Triple) -> Table:
    rows = []
    models = best_first(results, score)
    for model in models:
        if model not in with_scores(results):
            rows.append(failed_row(model, 4))
            continue
        precision = mean(triple(run.evaluation).precision for run in model.runs)
        recall = mean(triple(run.evaluation).recall for run in model.runs)
        cells = (
            Cell(model.title),
            number_cell(precision, numbers.score),
            number_cell(recall, numbers.score),
            score_cell(model.scores.get(score)),
        )
        rows.append(cells)
    columns = (
        Column("Model", numeric=False),
        Column("Precision"),
        Column("Recall"),
        Column("F1"),
    )
    return Table(caption, columns, mark_best(rows, (1, 2, 3), floors=floors(models)))


def _subset_table(results: Results) -> Table:
    rows = []
    models = best_first(results, "all_levels_right")
    for model in models:
        if model not in with_scores(results):
            rows.append(failed_row(model, 2))
        else:
            rows.append((Cell(model.title), score_cell(model.scores.get("all_levels_right"))))
    columns = (Column("Model", numeric=False), Column("Share of documents"))
    return Table("All levels right", columns, mark_best(rows, (1,), floors=floors(models)))


def _about_floors(results: Results) -> str:
    titles = [model.title for model in with_scores(results) if model.floor]
    if not titles:
        return ""
    names = " and ".join(titles)
    verb = "is a floor: it learns" if len(titles) == 1 else "are floors: they learn"
    return (
        f" {names} {verb} nothing from the texts, and {'is' if len(titles) == 1 else 'are'} never "
        "marked; a score that is no better is not marked either."
    )


def _has_spread(results: Results) -> bool:
    def spread(model: ModelRecord) -> bool:
        return any(score.std is not None for score in model.scores.values())

    return any(spread(model) for model in results.models)
