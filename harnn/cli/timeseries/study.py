"""``harnn timeseries study``: every configuration on one split, and a report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harnn.cli.run_arguments import ConfigArgument, OnlyOption, OverridesArgument

if TYPE_CHECKING:
    from harnn.timeseries.study import StudyResults

__all__ = ["study"]


def study(
    config: ConfigArgument,
    overrides: OverridesArgument = None,
    only: OnlyOption = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Fit each network N times.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Fits at a time, a thread each.")
    ] = None,
) -> None:
    """Fit every cell, direction and fusion and simple rivals, and write a report.

    The report goes to the folder 'study' in output.folder. What is fitted already is not fitted
    again: what was killed or interrupted goes on when the same command is given again.
    """
    from harnn.cli.config_section import read_config
    from harnn.cli.timeseries.config import SeriesRunConfig
    from harnn.timeseries.study import run_study

    run = read_config(SeriesRunConfig, config, overrides or ())
    rows = run.rows()
    count = seeds or run.study.seeds
    folder = Path(run.output.folder, "study")
    words = ["harnn", "timeseries", "study", str(config), *(overrides or ())]
    for name in only or ():
        words += ["--only", name]
    results = run_study(
        run.problem(),
        rows,
        folder,
        range(run.seed, run.seed + count),
        only=only or None,
        jobs=jobs or run.study.jobs,
        command=shlex.join([*words, "--seeds", str(count)]),
        config=run.plain(),
    )
    _show(results)
    report = folder / "report.html"
    typer.echo(f"\nreport: {report}\n        {report.resolve().as_uri()}")


def _show(results: StudyResults) -> None:
    from rich.console import Console
    from rich.table import Table

    from harnn.timeseries.study.report import answer

    table = Table(title=results.title, title_justify="left")
    table.add_column("model", overflow="fold")
    for column in ("micro MSE", "MAE", "90 % band", "fit"):
        table.add_column(column, justify="right")
    for row in results.ranked():
        std = row.std("micro_mse")
        seconds = [trial.cost.fit_seconds for trial in row.trials]
        table.add_row(
            row.title,
            f"{row.mean('micro_mse'):.4f}" + ("" if std is None else f" ± {std:.4f}"),
            f"{row.mean('mae'):.4f}",
            f"{100 * row.mean('coverage_90'):.1f} %",
            f"{sum(seconds) / len(seconds):,.0f} s",
        )
    console = Console()
    console.print(table)
    console.print(answer(results), highlight=False, markup=False)
