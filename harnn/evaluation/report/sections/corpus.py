"""The data card."""

from __future__ import annotations

from functools import partial

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Details,
    Panel,
    Panels,
    Section,
    Table,
)
from harnn.evaluation.report.cells import number_cell
from harnn.evaluation.report.figures.lengths import plot_lengths
from harnn.evaluation.report.figures.palette import series_styles
from harnn.evaluation.report.results import CategoryCard, CorpusCard, PartCard, Results

__all__ = ["corpus_section"]

# How many of the largest and of the smallest categories are listed.
LISTED = 15


def corpus_section(results: Results) -> Section:
    """Lay out what the corpus holds.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    corpus = results.corpus
    blocks: list[Block] = [
        Definitions(
            (
                ("Corpus", corpus.name),
                ("Digest", corpus.digest),
                ("Labels", "one path a document" if corpus.one_path else "several paths allowed"),
                ("Categories", numbers.count(len(corpus.categories))),
                ("Never seen in training", numbers.count(len(corpus.unseen))),
            )
        ),
        _parts_table(corpus),
        _known_table(corpus),
        _lengths_table(corpus.parts),
    ]
    if corpus.parts:
        style = next(iter(series_styles(["lengths"]).values()))
        panel = Panel(
            "Words of a document",
            "Lengths of the documents of each part; the table has the numbers",
            partial(plot_lengths, corpus.parts, style),
        )
        caption = (
            "From the shortest to the longest; the bar reaches to the 95th percentile, the dot is "
            "the median."
        )
        blocks.append(Panels(caption, (panel,)))
    blocks.append(_levels_table(corpus))
    if corpus.categories:
        blocks.append(_categories(corpus))
    if corpus.unseen:
        title = f"Categories that no training document has ({numbers.count(len(corpus.unseen))})"
        blocks.append(Details(title, (Bullets(corpus.unseen),)))
    return Section("data", "Data", tuple(blocks))


def _parts_table(corpus: CorpusCard) -> Table:
    columns = (
        Column("Part", numeric=False),
        Column("Documents"),
        Column("All levels known"),
        Column("Repeated within"),
        Column("Also in train"),
    )
    rows = []
    for part in corpus.parts:
        inside = Cell("") if part.name == "train" else number_cell(part.in_training, numbers.count)
        counts = (part.documents, part.complete, part.duplicates)
        rows.append(
            (Cell(part.name), *(number_cell(value, numbers.count) for value in counts), inside)
        )
    return Table("Parts", columns, tuple(rows))


def _known_table(corpus: CorpusCard) -> Table:
    columns = (
        Column("Part", numeric=False),
        *(
            Column(f"{number} · {level.name}")
            for number, level in enumerate(corpus.levels, start=1)
        ),
    )
    rows = tuple(
        (Cell(part.name), *(number_cell(value, numbers.count) for value in part.known))
        for part in corpus.parts
    )
    return Table("Documents with each level known", columns, rows)


def _lengths_table(parts: tuple[PartCard, ...]) -> Table:
    columns = (
        Column("Part", numeric=False),
        Column("Shortest"),
        Column("Median"),
        Column("Mean"),
        Column("95 % have at most"),
        Column("Longest"),
    )
    rows = tuple(
        (
            Cell(part.name),
            number_cell(part.lengths.shortest, numbers.count),
            number_cell(part.lengths.median, numbers.decimal),
            number_cell(part.lengths.mean, numbers.decimal),
            number_cell(part.lengths.percentile_95, numbers.decimal),
            number_cell(part.lengths.longest, numbers.count),
        )
        for part in parts
    )
    return Table("Words of a document", columns, rows)


def _levels_table(corpus: CorpusCard) -> Table:
    columns = (
        Column("Level", numeric=False),
        Column("Categories"),
        Column("Rarest"),
        Column("Median"),
        Column("Most frequent"),
    )
    rows = tuple(
        (
            Cell(f"{number} · {level.name}"),
            number_cell(level.categories, numbers.count),
            number_cell(level.rarest, numbers.count),
            number_cell(level.median, numbers.decimal),
            number_cell(level.most_frequent, numbers.count),
        )
        for number, level in enumerate(corpus.levels, start=1)
    )
    return Table("Levels, and training documents of their categories", columns, rows)


def _categories(corpus: CorpusCard) -> Details:
    names = [part.name for part in corpus.parts]

    def table(caption: str, categories: list[CategoryCard]) -> Table:
        columns = (
            Column("Category", numeric=False),
            Column("Level"),
            *(Column(name) for name in names),
        )
        rows = tuple(
            (
                Cell(category.path),
                number_cell(category.level + 1, numbers.count),
                *(number_cell(category.documents.get(name, 0), numbers.count) for name in names),
            )
            for category in categories
        )
        return Table(caption, columns, rows)

    ranked = sorted(corpus.categories, key=lambda card: -card.documents.get("train", 0))
    if len(ranked) <= 2 * LISTED:
        return Details("Categories", (table("All categories", ranked),))
    largest = table(f"The {LISTED} largest categories", ranked[:LISTED])
    smallest = table(f"The {LISTED} smallest categories", ranked[: -LISTED - 1 : -1])
    return Details("Largest and smallest categories", (largest, smallest))
