"""How the models fare on each level, and what the hierarchy brings."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Block, Cell, Column, Paragraph, Section, Table
from harnn.evaluation.report.cells import failed_row, mark_best, mean, number_cell, score_cell
from harnn.evaluation.report.order import (
    best_first,
    floors,
    hierarchical_is_micro,
    mean_score,
    with_scores,
)
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = ["consistency_section", "levels_section"]


def levels_section(results: Results) -> Section:
    """Lay out accuracy and macro-F1 of each level, and the hierarchical F1.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    names = [level.name for level in results.corpus.levels]
    accuracy = [f"level_{number}_accuracy" for number in range(1, len(names) + 1)]
    macro = [f"level_{number}_macro_f1" for number in range(1, len(names) + 1)]
    titles = [f"{number} · {name}" for number, name in enumerate(names, start=1)]
    blocks: list[Block] = [
        Paragraph("Each level is over the documents that have it known."),
        _score_table(results, "Accuracy of each level", titles, accuracy),
        _score_table(results, "Macro-F1 of each level", titles, macro),
        _hierarchical(results),
        _known_table(results, titles),
    ]
    return Section("levels", "Level by level", tuple(blocks))


def consistency_section(results: Results) -> Section:
    """Lay out what it brings to decide by the hierarchy.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    models = [
        model
        for model in best_first(results)
        if any(run.raw_evaluation is not None for run in model.runs)
    ]
    if not models:
        text = Paragraph("No model says what it would predict level by level.")
        return Section("consistency", "What the hierarchy brings", (text,))
    text = Paragraph(
        "Raw predictions decide every level for itself; some of them then contradict the "
        "hierarchy (incoherent). Consistent predictions never do, and are what all other "
        "tables are about."
    )
    table = Table(
        "Raw and consistent predictions",
        (
            Column("Model", numeric=False),
            Column("Raw: incoherent"),
            Column("Raw: all levels right"),
            Column("Consistent: all levels right"),
            Column("Gain in points"),
            Column("Raw: micro-F1"),
            Column("Consistent: micro-F1"),
            Column("Gain in points"),
        ),
        tuple(_consistency_row(model) for model in models),
    )
    return Section("consistency", "What the hierarchy brings", (text, table))


def _score_table(results: Results, caption: str, titles: list[str], names: list[str]) -> Table:
    first = names[0] if names else None
    rows = []
    models = best_first(results, first)
    for model in models:
        if model not in with_scores(results):
            rows.append(failed_row(model, len(names) + 1))
        else:
            scores = (score_cell(model.scores.get(name)) for name in names)
            rows.append((Cell(model.title), *scores))
    columns = (Column("Model", numeric=False), *(Column(title) for title in titles))
    marked = mark_best(rows, range(1, len(columns)), floors=floors(models))
    return Table(caption, columns, marked)


def _hierarchical(results: Results) -> Paragraph | Table:
    """Lay out the hierarchical scores, or say that the micro average shows them already."""
    if hierarchical_is_micro(results):
        return Paragraph(
            "Hierarchical precision, recall and F1 are those of the micro average above, for every "
            "model: predictions include their ancestors, and every level of every document is "
            "known. They are shown once."
        )
    return _hierarchical_table(results)


def _hierarchical_table(results: Results) -> Table:
    rows = []
    models = best_first(results, "hierarchical_f1")
    for model in models:
        if model not in with_scores(results):
            rows.append(failed_row(model, 4))
            continue
        scores = [run.evaluation.hierarchical for run in model.runs]
        cells = (
            Cell(model.title),
            number_cell(mean(score.precision for score in scores), numbers.score),
            number_cell(mean(score.recall for score in scores), numbers.score),
            score_cell(model.scores.get("hierarchical_f1")),
        )
        rows.append(cells)
    columns = (
        Column("Model", numeric=False),
        Column("hP"),
        Column("hR"),
        Column("hF1"),
    )
    caption = "Hierarchical precision, recall and F1, over all known entries"
    return Table(caption, columns, mark_best(rows, (1, 2, 3), floors=floors(models)))


def _known_table(results: Results, titles: list[str]) -> Table:
    part = next((part for part in results.corpus.parts if part.name == results.part), None)
    known = part.known if part else ()
    rows = tuple(
        (Cell(title), number_cell(number, numbers.count))
        for title, number in zip(titles, known, strict=False)
    )
    columns = (Column("Level", numeric=False), Column("Documents"))
    return Table(f"{results.part.capitalize()} documents with the level known", columns, rows)


def _consistency_row(model: ModelRecord) -> tuple[Cell, ...]:
    raw = [run.raw_evaluation for run in model.runs if run.raw_evaluation is not None]
    incoherent = mean(evaluation.incoherent_share for evaluation in raw)
    cells = [Cell(model.title), number_cell(incoherent, numbers.percent)]
    for name in ("all_levels_right", "micro_f1"):
        raw_score = model.raw_scores.get(name)
        before = None if raw_score is None else raw_score.mean
        after = mean_score(model, name)
        gain = None if before is None or after is None else after - before
        cells += [number_cell(before, numbers.score), number_cell(after, numbers.score)]
        cells.append(number_cell(gain, numbers.points))
    return tuple(cells)
