"""Stretches of the test part as models say them."""

from __future__ import annotations

from functools import partial

from harnn.evaluation.report.blocks import (
    Block,
    Panel,
    Panels,
    Section,
)
from harnn.evaluation.report.figures.palette import series_styles
from harnn.timeseries.study.figures import plot_excerpt
from harnn.timeseries.study.results import StudyResults
from harnn.timeseries.study.telling_rows import telling_rows

__all__ = ["signals_section"]


def signals_section(results: StudyResults) -> Section:
    """Stretches of the test part as the best model says them."""
    blocks: list[Block] = []
    styles = series_styles([row.title for row in telling_rows(results)])
    for row in telling_rows(results)[:2]:
        excerpts = next((one.excerpts for one in row.trials if one.excerpts), ())
        panels = tuple(
            Panel(
                excerpt.sensor,
                f"{excerpt.sensor}: measured values, what {row.title} says and its 90 % band",
                partial(plot_excerpt, excerpt, styles[row.title]),
            )
            for excerpt in excerpts
        )
        if panels:
            given = (
                f"forecasts of step {results.problem.horizon} ahead"
                if results.problem.task == "forecasting"
                else "dots: values that it was given"
            )
            blocks.append(
                Panels(
                    f"{row.title}: line and 90 % band; rings: values that it did not see; {given}.",
                    panels,
                )
            )
    return Section("signals", "Signals", tuple(blocks))
