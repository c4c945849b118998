"""What the benchmarks of series share: options on the command line, and a table of seeds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
import yaml
from rich.table import Table

__all__ = ["add_seeds", "new_parser", "new_table", "options_changed"]


def new_parser(description: str, seeds: int) -> argparse.ArgumentParser:
    """Return a parser with ``--seeds``, ``--part`` and ``--set``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", dest="changed")
    return parser


def options_changed(assignments: Sequence[str]) -> dict[str, Any]:
    """Return what ``--set`` gives; values are read as YAML."""
    pairs = (text.partition("=") for text in assignments)
    return {name: yaml.safe_load(value) for name, _, value in pairs}


def new_table(title: str, scores: Sequence[str]) -> Table:
    """Return a table with a column for the model, for each score and for the seconds of a fit."""
    table = Table(title=title)
    table.add_column("model")
    for column in (*scores, "seconds a fit"):
        table.add_column(column, justify="right")
    return table


def add_seeds(table: Table, title: str, found: Sequence[Sequence[float]]) -> None:
    """Add a row: the means over the seeds and, with several, the deviations."""
    table.add_row(title, *map(_spread, np.transpose(found)))


def _spread(values: np.ndarray) -> str:
    digits = 0 if max(values) >= 10 else 3
    text = f"{np.mean(values):.{digits}f}"
    return text + (f" ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else "")
