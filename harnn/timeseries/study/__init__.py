"""The study: many models of series on one split, fitted with several seeds, and a report."""

from __future__ import annotations

from harnn.timeseries.study.grid import forecasting_rows, reconstruction_rows
from harnn.timeseries.study.problem import Holes, StudyProblem
from harnn.timeseries.study.results import StudyResults, read_study
from harnn.timeseries.study.study import run_study

__all__ = [
    "Holes",
    "StudyProblem",
    "StudyResults",
    "forecasting_rows",
    "read_study",
    "reconstruction_rows",
    "run_study",
]
