"""Whether the reference is better than its rivals, or only luckier."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Block, Cell, Column, Panels, Paragraph, Section, Table
from harnn.evaluation.report.cells import difference_cell, number_cell
from harnn.evaluation.report.figures.differences import difference_panels
from harnn.evaluation.report.figures.palette import SeriesStyle
from harnn.evaluation.report.order import score_title
from harnn.evaluation.report.results import PairRecord, Results

__all__ = ["significance_section"]

HEADLINE = ("all_levels_right", "micro_f1", "macro_f1")


def significance_section(results: Results, styles: dict[str, SeriesStyle]) -> Section:
    """Lay out the reference against each rival.

    Args:
        results: What was found.
        styles: The models' styles, by name.

    Returns:
        The section.
    """
    titles = {model.name: model.title for model in results.models}
    if results.reference is None:
        text = "There is no reference model, as it failed or has no score: nothing was tested."
        return Section("significance", "Significance", (Paragraph(text),))
    title = titles.get(results.reference, results.reference)
    if not results.pairs:
        text = f"{title} has no rival to be tested against."
        return Section("significance", "Significance", (Paragraph(text),))
    # Where all the levels are known of no document, other scores were tested.
    tested = {name for pair in results.pairs for name in pair.differences}
    names = [name for name in HEADLINE if name in tested] or sorted(tested)
    panels = difference_panels(results.pairs, names, titles, styles)
    blocks: list[Block] = [
        Paragraph(
            f"{title} less each rival, in percentage points, averaged over seeds; right of zero "
            f"{title} is ahead. Intervals and p-values come from "
            f"{numbers.count(results.resamples)} bootstrap resamples of the documents, the same "
            "for both models, and are not corrected for the number of rivals."
        )
    ]
    if panels:
        blocks.append(
            Panels("Differences with their 95 % intervals. An arrow points to one far off.", panels)
        )
    columns = (Column("Rival", numeric=False), *(Column(score_title(name)) for name in names))
    rows = tuple(
        (
            Cell(titles.get(pair.rival, pair.rival)),
            *(difference_cell(pair.differences.get(name)) for name in names),
        )
        for pair in results.pairs
    )
    blocks.append(Table(f"{title} less the rival, in points", columns, rows))
    blocks.append(_mcnemar(results.pairs, titles, title))
    return Section("significance", "Significance", tuple(blocks))


def _mcnemar(pairs: tuple[PairRecord, ...], titles: dict[str, str], title: str) -> Table:
    columns = (
        Column("Rival", numeric=False),
        Column("Both right"),
        Column(f"Only {title}"),
        Column("Only the rival"),
        Column("Neither"),
        Column("p"),
        Column("p (Holm)"),
    )
    rows: list[tuple[Cell, ...]] = []
    for pair in pairs:
        name, test = Cell(titles.get(pair.rival, pair.rival)), pair.mcnemar
        if test is None:
            rows.append((name, Cell("no document has all levels known", span=6, remark=True)))
            continue
        counts = (test.both_right, test.only_first, test.only_second, test.neither)
        cells = (
            name,
            *(number_cell(number, numbers.count) for number in counts),
            number_cell(test.p_value, numbers.p_value),
            number_cell(pair.p_holm, numbers.p_value),
        )
        rows.append(cells)
    caption = "McNemar's test on all levels right, of the first run of each model"
    return Table(caption, columns, tuple(rows))
