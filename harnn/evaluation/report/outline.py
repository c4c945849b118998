"""The report from top to bottom."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.answer import answer
from harnn.evaluation.report.blocks import Report
from harnn.evaluation.report.figures.palette import series_styles
from harnn.evaluation.report.results import Results
from harnn.evaluation.report.sections.calibration import calibration_section
from harnn.evaluation.report.sections.corpus import corpus_section
from harnn.evaluation.report.sections.cost import cost_section
from harnn.evaluation.report.sections.frequency import frequency_section
from harnn.evaluation.report.sections.glossary import glossary_section
from harnn.evaluation.report.sections.levels import consistency_section, levels_section
from harnn.evaluation.report.sections.mistakes import confusions_section, worst_section
from harnn.evaluation.report.sections.protocol import protocol_section
from harnn.evaluation.report.sections.scores import overview_section, scores_section
from harnn.evaluation.report.sections.selective import selective_section
from harnn.evaluation.report.sections.significance import significance_section
from harnn.evaluation.report.sections.training import training_section

__all__ = ["outline"]


def outline(results: Results) -> Report:
    """Put together what the report says.

    Args:
        results: What was found.

    Returns:
        The report, which `to_html` and `to_markdown` write.
    """
    # The reference comes first, so that it has the same colour in every report.
    names = sorted(
        (model.name for model in results.models), key=lambda name: name != results.reference
    )
    styles = series_styles(names)
    sections = (
        scores_section(results),
        overview_section(results, styles),
        levels_section(results),
        consistency_section(results),
        significance_section(results, styles),
        calibration_section(results),
        selective_section(results, styles),
        frequency_section(results, styles),
        confusions_section(results),
        worst_section(results),
        training_section(results),
        cost_section(results, styles),
        corpus_section(results),
        protocol_section(results),
        glossary_section(),
    )
    return Report(results.title, answer(results), _facts(results), sections)


def _facts(results: Results) -> tuple[tuple[str, str], ...]:
    part = next((part for part in results.corpus.parts if part.name == results.part), None)
    judged = results.part if part is None else numbers.documents(part.documents, results.part)
    return (
        ("Corpus", results.corpus.name),
        ("Judged on", judged),
        ("Models", numbers.count(len(results.models))),
        ("Seeds", numbers.seeds(results.seeds)),
        ("Resamples", numbers.count(results.resamples)),
        ("Date", numbers.day(results.created)),
    )
