"""The report of a comparison of models: HTML, Markdown and JSON."""

from __future__ import annotations

from harnn.evaluation.report.results import (
    CategoryCard,
    CorpusCard,
    Cost,
    LengthCard,
    LevelCard,
    ModelRecord,
    PairRecord,
    PartCard,
    Results,
    RunRecord,
    Score,
    SetRecord,
    StopRecord,
)
from harnn.evaluation.report.write import read_results, write_report

__all__ = [
    "CategoryCard",
    "CorpusCard",
    "Cost",
    "LengthCard",
    "LevelCard",
    "ModelRecord",
    "PairRecord",
    "PartCard",
    "Results",
    "RunRecord",
    "Score",
    "SetRecord",
    "StopRecord",
    "read_results",
    "write_report",
]
