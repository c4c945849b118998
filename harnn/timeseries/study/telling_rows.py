"""Which rows of a study stand for the others, and how they are drawn."""

from __future__ import annotations

from harnn.evaluation.report.figures.palette import SeriesStyle, series_styles
from harnn.timeseries.study.results import RowRecord, StudyResults

__all__ = ["direction", "direction_styles", "telling_rows"]

_OTHER = "no network"


def telling_rows(results: StudyResults) -> list[RowRecord]:
    """Return the best model of each direction, and the best that is no network."""
    best: dict[str, RowRecord] = {}
    for row in results.ranked():
        best.setdefault(direction(row), row)
    return list(best.values())


def direction(row: RowRecord) -> str:
    """Return the direction of a row, or that it is no network."""
    return row.factors.get("direction", _OTHER)


def direction_styles(results: StudyResults) -> dict[str, SeriesStyle]:
    """Return a style for each direction that has fits."""
    present = {direction(row) for row in results.rows if row.trials}
    known = ("coupled", "decoupled", "forward", _OTHER)
    return {name: style for name, style in series_styles(known).items() if name in present}
