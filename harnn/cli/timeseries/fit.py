"""``harnn timeseries fit``: from a config to a saved imputer or forecaster and its scores."""

from __future__ import annotations

import shlex
from typing import Any

import typer

from harnn.cli.reporting import INTERRUPTED
from harnn.cli.run_arguments import ConfigArgument, OverridesArgument, OverwriteOption

__all__ = ["fit"]


def fit(
    config: ConfigArgument,
    overrides: OverridesArgument = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Fit a model of series, save it and score it on the test part.

    A fit that was killed or interrupted goes on when the same command is given again.
    """
    from harnn.cli.config_section import read_config
    from harnn.cli.json_file import write_json
    from harnn.cli.run_folder import RunFolder
    from harnn.cli.timeseries.config import SeriesRunConfig
    from harnn.timeseries import SimpleImputer
    from harnn.timeseries.study.judged import judged

    run = read_config(SeriesRunConfig, config, overrides or ())
    run = run.resolved()
    folder = RunFolder(run.output.folder, "harnn timeseries fit")
    problem = run.problem()
    typer.echo(problem.summary())
    folder.prepare(run, overwrite)
    model: Any = run.estimator(checkpoint_dir=str(folder.checkpoint))
    model.fit(
        [one.frame() for one in problem.train],
        validation_data=[one.frame() for one in problem.validation],
    )
    model.save(folder.model)
    if model.interrupted_:
        typer.echo(
            f"interrupted: the model of epoch {model.best_epoch_} is in {folder.model}; the same "
            f"command{' without --overwrite' if overwrite else ''} goes on from here",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)
    folder.finish()
    found = judged(problem, model)
    scores = found.scores()
    write_json(folder.scores, {"test": scores | {"sensors": found.sensors(problem.sensors)}})
    simple: Any = SimpleImputer() if run.task == "reconstruction" else _linear(model)
    simple.fit(
        [one.frame() for one in problem.train],
        validation_data=[one.frame() for one in problem.validation],
    )
    rival = judged(problem, simple).scores()
    name = "a line between neighbours" if run.task == "reconstruction" else "a linear map"
    typer.echo(
        f"test part: MSE {scores['micro_mse']:.4f}, MAE {scores['mae']:.4f} in deviations of the "
        f"sensors; the 90 % band holds {100 * scores['coverage_90']:.1f} %"
        f"\n           of {name}: MSE {rival['micro_mse']:.4f}, MAE {rival['mae']:.4f}"
    )
    verb = "impute" if run.task == "reconstruction" else "forecast"
    typer.echo(
        f"\nThe model is in {folder.model}. To {verb}:"
        f"\n  harnn timeseries {verb} {folder.model} INPUT.csv -o OUTPUT.csv"
        f"{_columns(run.series)}"
    )


def _linear(model: Any) -> Any:
    from harnn.timeseries import SimpleForecaster

    return SimpleForecaster("linear", model.horizon, model.window)


def _columns(series: Any) -> str:
    """Return the options that tell another command of the columns, as far as the config has any."""
    time = series.time if isinstance(series.time, str | None) else ",".join(series.time)
    given = {
        "time": time,
        "series": series.series,
        "beside": series.beside,
        "delimiter": series.delimiter,
        "decimal": series.decimal,
    }
    # Quoted as a shell needs it; a tab is typed as two characters.
    return "".join(
        f" --{name} {shlex.quote(value)}".replace("\t", r"\t")
        for name, value in given.items()
        if value is not None
    )
