"""``harnn compare``: from a config to a report that says which model is worth it."""

from __future__ import annotations

import shlex
import textwrap
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harnn.cli.run_arguments import ConfigArgument, OnlyOption, OverridesArgument

if TYPE_CHECKING:
    from rich.table import Table

    from harnn.evaluation.report import Results

__all__ = ["compare"]


class Part(StrEnum):
    """The part to judge by."""

    test = "test"
    validation = "validation"


def compare(
    config: ConfigArgument,
    overrides: OverridesArgument = None,
    only: OnlyOption = None,
    refit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Fit a model again that is fitted already. May be repeated; 'all' is all.",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Fit each model that draws at random N times."),
    ] = None,
    part: Annotated[
        Part, typer.Option(help="The part to judge by; validation while tuning.")
    ] = Part.test,
) -> None:
    """Fit HARNN and baselines on one split, and write a report that compares them.

    The report goes to the folder 'comparison' in output.folder, that on the validation part to
    'comparison/validation'. A model that is fitted already is not fitted again: what was killed or
    interrupted goes on when the same command is given again.
    """
    from harnn.atomic import check_writable
    from harnn.cli.config import load_config
    from harnn.cli.contestants import contestants
    from harnn.comparison import check_contestants
    from harnn.comparison import compare as run_comparison
    from harnn.errors import ConfigError

    run = load_config(config, overrides or ())
    try:
        models, titles = contestants(run)
    except ConfigError as error:
        raise ConfigError(f"{config}: {error}") from None
    again = list(models) if refit and "all" in refit else refit or []
    check_contestants(models, only=only, refit=again, reference=run.compare.reference)
    folder = Path(run.output.folder, "comparison")
    check_writable(folder)
    corpus = run.corpus.load()
    typer.echo(corpus.summary())
    count = seeds or run.compare.seeds
    comparison = run_comparison(
        models,
        corpus,
        folder=folder,
        part=part.value,
        seeds=range(run.seed, run.seed + count),
        only=only or None,
        refit=again,
        reference=run.compare.reference,
        **run.model.model_dump(include={"taxonomy", "paths"}),
        resamples=run.compare.resamples,
        titles=titles,
        command=_command(config, overrides or [], count, part),
        config=run.plain(),
    )
    _show(comparison.results)
    typer.echo(f"\nreport: {comparison.report}\n        {comparison.report.resolve().as_uri()}")
    results = comparison.results
    if results.reference is None and any(model.error is not None for model in results.models):
        raise typer.Exit(1)


def _command(config: Path, overrides: list[str], seeds: int, part: Part) -> str:
    """Return what repeats the comparison, whatever was fitted in which call."""
    words = ["harnn", "compare", str(config), *overrides, "--seeds", str(seeds)]
    if part is not Part.test:
        words += ["--part", part.value]
    return shlex.join(words)


def _show(results: Results) -> None:
    from rich.console import Console

    from harnn.evaluation.report.answer import answer

    console = Console()
    console.print()
    console.print(_table(results))
    console.print(answer(results), highlight=False, markup=False)
    if results.corpus.unseen:
        count = len(results.corpus.unseen)
        console.print(
            f"{count} {'category has' if count == 1 else 'categories have'} no training document: "
            f"{', '.join(results.corpus.unseen[:3])}{' …' if count > 3 else ''}",
            highlight=False,
            markup=False,
        )


def _table(results: Results) -> Table:
    from rich.table import Table

    from harnn.evaluation.report.order import best_first

    documents = next(part for part in results.corpus.parts if part.name == results.part)
    table = Table(
        title=f"{results.corpus.name}, {results.part}: "
        f"{documents.complete:,} documents with all levels known",
        title_justify="left",
    )
    table.add_column("model", overflow="fold")
    for column in ("all levels right", "micro-F1", "macro-F1", "fit"):
        table.add_column(column, justify="right")
    for model in best_first(results):
        if model.error is not None:
            reason = textwrap.shorten(f"failed: {model.error}", 60, placeholder=" …")
            table.add_row(model.title, reason, "", "", "")
            continue
        shown = []
        for name in ("all_levels_right", "micro_f1", "macro_f1"):
            score = model.scores[name].mean
            shown.append("-" if score is None else f"{score:.4f}")
        table.add_row(model.title, *shown, f"{model.runs[0].cost.fit_seconds:,.0f} s")
    return table
