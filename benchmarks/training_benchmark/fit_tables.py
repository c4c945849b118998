"""Tables of whole fits and of their stages."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from training_benchmark.fits import Fit, seconds_to
from training_benchmark.speed_tables import megabytes

__all__ = ["NEARLY", "fit_table", "stage_table"]

# The share of its final score that a network must reach to be nearly trained.
NEARLY = 0.99

_SCORES = ("all_levels_right", "micro_f1", "macro_f1")


def fit_table(fits: Mapping[str, Sequence[Fit]], rival: str, title: str) -> Table:
    """Return a table of fits.

    Args:
        fits: The fits of each model by its title, one for each seed.
        rival: The title of the model with which the others are compared, if it is among them.
        title: Of the table.

    Returns:
        The table, a row for each model, with means over the seeds.
    """
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    reference = fits.get(rival)
    for column in (
        f"× {rival}'s time",
        "CPU use",
        "fit, s",
        "imports, s",
        f"s to {rival}'s score",
        f"s to {NEARLY:.0%} of final",
        "epochs",
        "peak memory",
        *(score.replace("_", " ") for score in _SCORES),
    ):
        table.add_column(column, justify="right")
    for title_of_model, of_model in fits.items():
        ratio, to_rival = "", ""
        if reference:
            ratio = f"{_mean(_seconds(of_model)) / _mean(_seconds(reference)):.1f}"
            target = _mean(fit.score for fit in reference)
            to_rival = _reached(of_model, [target] * len(of_model))
        table.add_row(
            title_of_model,
            ratio,
            f"{_mean(fit.whole.cpu / fit.whole.seconds for fit in of_model):.2f}",
            _spread(_seconds(of_model), 1),
            f"{_mean(fit.import_seconds for fit in of_model):.1f}",
            to_rival,
            _reached(of_model, [NEARLY * fit.score for fit in of_model]),
            _epochs(of_model),
            megabytes(max(fit.peak_memory for fit in of_model)),
            *(_spread([fit.scores[score] for fit in of_model], 3) for score in _SCORES),
        )
    return table


def stage_table(fit: Fit, title: str) -> Table:
    """Return a table of the stages of a fit, which may overlap.

    Args:
        fit: The fit.
        title: Of the table.

    Returns:
        The table, a row for each stage and one for all of them.
    """
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    for column in ("of the fit", "CPU use", "seconds", "from, s", "to, s", "peak memory"):
        table.add_column(column, justify="right")
    for stage in (*fit.stages, fit.whole):
        if stage is fit.whole:
            table.add_section()
        table.add_row(
            stage.name,
            f"{stage.seconds / fit.whole.seconds:.0%}",
            f"{stage.cpu / stage.seconds:.2f}",
            f"{stage.seconds:.1f}",
            f"{stage.start:.1f}",
            f"{stage.end:.1f}",
            megabytes(stage.peak_memory),
        )
    return table


def _seconds(fits: Sequence[Fit]) -> list[float]:
    return [fit.whole.seconds for fit in fits]


def _reached(fits: Sequence[Fit], targets: Sequence[float]) -> str:
    """Return the mean time to a score, and in how many fits it was reached if not in all."""
    if not fits[0].epochs:
        return ""
    times = [seconds_to(fit, target) for fit, target in zip(fits, targets, strict=True)]
    reached = [seconds for seconds in times if seconds is not None]
    if not reached:
        return "never"
    of_all = "" if len(reached) == len(times) else f" ({len(reached)} of {len(times)})"
    return f"{_mean(reached):.0f}{of_all}"


def _epochs(fits: Sequence[Fit]) -> str:
    """Return how many epochs ran, and which were kept."""
    runs = [f"{len(fit.epochs)} ({fit.best_epoch})" for fit in fits if fit.epochs]
    return ", ".join(dict.fromkeys(runs))


def _mean(values: Iterable[float]) -> float:
    return statistics.fmean(values)


def _spread(values: Sequence[float | None], digits: int) -> str:
    """Return the mean and, of several, the standard deviation."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    text = f"{_mean(known):.{digits}f}"
    return text + (f" ± {statistics.stdev(known):.{digits}f}" if len(known) > 1 else "")
