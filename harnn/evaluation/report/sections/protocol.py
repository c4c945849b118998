"""What was run, so that it can be run again."""

from __future__ import annotations

from typing import Any

import yaml

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Definitions,
    Details,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.order import best_first
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = ["protocol_section"]


def protocol_section(results: Results) -> Section:
    """Lay out settings, versions, machine and command.

    Args:
        results: What was found.

    Returns:
        The section.
    """
    blocks: list[Block] = [_models_table(results)]
    for model in best_first(results):
        parts = _settings(model)
        if parts:
            blocks.append(Details(f"Settings of {model.title}", parts))
    blocks.append(Paragraph("Versions and machine:"))
    blocks.append(Definitions(tuple(results.versions.items())))
    blocks.append(
        Definitions(tuple(_machine(name, value) for name, value in results.machine.items()))
    )
    if results.command is not None:
        blocks += [Paragraph("This repeats the comparison:"), Code(results.command)]
    if results.config is not None:
        blocks.append(Details("Complete options of the run", (Code(_yaml(results.config)),)))
    blocks += [
        Paragraph(
            "Every number of this report stands in results.json beside it, unrounded; "
            "results.schema.json says what each of its fields means. From Python:"
        ),
        Code(
            "from harnn.evaluation.report import read_results\n"
            'results = read_results("results.json")\n'
            'print(results.models[0].scores["micro_f1"].mean)'
        ),
    ]
    return Section("protocol", "What was run", tuple(blocks))


def _models_table(results: Results) -> Table:
    columns = (
        Column("Model", numeric=False),
        Column("Name", numeric=False),
        Column("What it is", numeric=False),
        Column("Seeds", numeric=False),
    )
    rows = []
    for model in best_first(results):
        seeds = [str(run.seed) for run in model.runs if run.seed is not None]
        if model.error is not None or not model.runs:
            told = "failed"
        else:
            told = ", ".join(seeds) or "draws nothing at random"
        rows.append((Cell(model.title), Cell(model.name), Cell(model.description), Cell(told)))
    return Table("Models", columns, tuple(rows))


def _settings(model: ModelRecord) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if model.error is not None:
        blocks += [Paragraph("It failed:"), Code(model.error)]
    if model.parameters:
        blocks.append(Code(_yaml(model.parameters)))
    notes = tuple(
        note if run.seed is None else f"seed {run.seed}: {note}"
        for run in model.runs
        for note in run.notes
    )
    if notes:
        blocks += [Paragraph("What it had to say:"), Bullets(notes)]
    return tuple(blocks)


def _machine(name: str, value: Any) -> tuple[str, str]:
    title = name.removesuffix("_bytes").replace("_", " ")
    if name.endswith("_bytes") and isinstance(value, int):
        return title, numbers.size(value)
    return title, str(value)


def _yaml(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=88).rstrip("\n")
