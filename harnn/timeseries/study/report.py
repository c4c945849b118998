"""A study's results as files: HTML, Markdown and JSON."""

from __future__ import annotations

import os
from pathlib import Path

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Report
from harnn.evaluation.report.write import write_texts
from harnn.timeseries.study.results import RowRecord, StudyResults
from harnn.timeseries.study.sections.choices import choices_section
from harnn.timeseries.study.sections.cost import cost_section
from harnn.timeseries.study.sections.glossary import glossary_section
from harnn.timeseries.study.sections.lengths import lengths_section
from harnn.timeseries.study.sections.protocol import protocol_section
from harnn.timeseries.study.sections.scores import scores_section
from harnn.timeseries.study.sections.sensors import sensors_section
from harnn.timeseries.study.sections.signals import signals_section

__all__ = ["answer", "write_study"]


def write_study(results: StudyResults, folder: str | os.PathLike[str]) -> Path:
    """Write ``results.json``, ``report.md`` and ``report.html``, each whole or not at all.

    Args:
        results: What the study found.
        folder: Where the files go.

    Returns:
        The path of ``report.html``.
    """
    from harnn.evaluation.report.html import to_html
    from harnn.evaluation.report.markdown import to_markdown

    report = _outline(results)
    files = {
        "results.json": results.model_dump_json(indent=1) + "\n",
        "report.md": to_markdown(report),
        "report.html": to_html(report),
    }
    write_texts(files, folder)
    return Path(folder, "report.html")


def answer(results: StudyResults) -> str:
    """Say in a sentence or two what came out."""
    ranked = results.ranked()
    best = ranked[0]
    said = f"Best: {best.title}, micro MSE {_spread(best)}."
    rival = next((row for row in ranked if bool(row.factors) != bool(best.factors)), None)
    if rival is not None:
        ahead = "Best without a network" if best.factors else "Best network"
        said += f" {ahead}: {rival.title}, {_spread(rival)}."
    return said


def _outline(results: StudyResults) -> Report:
    card = results.problem
    facts = [
        ("Data", card.name),
        ("Task", card.task),
        ("Sensors", numbers.count(len(card.sensors))),
        ("Judged", f"{numbers.count(card.judged)} values of the test part"),
        ("Seeds", numbers.seeds(results.seeds)),
        ("Date", numbers.day(results.created)),
    ]
    if card.holes is not None:
        facts.insert(3, ("Hidden", card.holes))
    if card.horizon is not None:
        facts.insert(3, ("Steps ahead", numbers.count(card.horizon)))
    sections = (
        scores_section(results),
        choices_section(results),
        signals_section(results),
        lengths_section(results),
        sensors_section(results),
        cost_section(results),
        protocol_section(results),
        glossary_section(),
    )
    return Report(results.title, answer(results), tuple(facts), sections)


def _spread(row: RowRecord) -> str:
    std = row.std("micro_mse")
    return numbers.score(row.mean("micro_mse")) + ("" if std is None else f" {numbers.spread(std)}")
