"""What was asked, of what, and how to repeat it."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Cell,
    Code,
    Column,
    Definitions,
    Details,
    Paragraph,
    Section,
    Table,
)
from harnn.timeseries.study.results import StudyResults

__all__ = ["protocol_section"]


def protocol_section(results: StudyResults) -> Section:
    """What was asked, of what, and how to repeat it."""
    import yaml

    card = results.problem
    columns = (Column("Part", numeric=False), Column("Steps"), Column("Missing in the data"))
    rows = [
        (
            Cell(part),
            Cell(numbers.count(steps), steps),
            Cell(numbers.percent(card.missing[part]), card.missing[part]),
        )
        for part, steps in card.steps.items()
    ]
    memory = results.machine.get("memory_bytes")
    blocks: list[Block] = [
        Paragraph(
            f"{numbers.count(card.series)} series of {len(card.sensors)} sensors, each cut "
            "in time: models learn from the first part, are chosen by the second, on which their "
            "bands are measured too, and are judged by the third. Means and deviations are those "
            "of the training part."
        ),
        Table("The parts", columns, tuple(rows)),
    ]
    if card.holes is not None:
        blocks.append(
            Paragraph(
                f"Hidden of the test part, and judged: {card.holes}; {numbers.count(card.judged)} "
                "values, the same for all models. holes.npz has them."
            )
        )
    else:
        blocks.append(Paragraph(f"{numbers.count(card.judged)} forecasts were judged."))
    blocks += [
        Definitions(
            (
                *results.versions.items(),
                ("cores", str(results.machine.get("cores"))),
                ("memory", numbers.size(memory) if isinstance(memory, int) else "unknown"),
                ("system", str(results.machine.get("system"))),
            )
        )
    ]
    if results.command is not None:
        blocks += [Paragraph("This repeats the study:"), Code(results.command)]
    if results.config is not None:
        text = yaml.safe_dump(results.config, sort_keys=False, allow_unicode=True)
        blocks.append(Details("Complete options of the run", (Code(text.rstrip()),)))
    for row in results.ranked():
        settings = ", ".join(f"{name}={value}" for name, value in row.trials[0].settings.items())
        blocks.append(Details(f"Settings of {row.title}", (Code(settings),)))
    return Section("protocol", "What was run", tuple(blocks))
