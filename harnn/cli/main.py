"""The command line ``harnn``: its commands, and what all of them share."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from harnn.cli.compare import compare
from harnn.cli.evaluate import evaluate
from harnn.cli.explain import explain
from harnn.cli.export import export
from harnn.cli.fit import fit
from harnn.cli.predict import predict
from harnn.cli.reporting import reported
from harnn.cli.serve import serve
from harnn.cli.taxonomy import taxonomy
from harnn.cli.timeseries import series_app

__all__ = ["app"]


class _ReportingGroup(TyperGroup):
    """Runs every command with errors, warnings and log lines reported as a command line should."""

    def invoke(self, ctx: Any) -> Any:
        with reported(debug=bool(ctx.params.get("debug"))):
            return super().invoke(ctx)


app = typer.Typer(
    cls=_ReportingGroup,
    help="Hierarchical text classification with HARNN; time series with the same cells.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        from harnn import __version__

        typer.echo(f"harnn {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the whole traceback of an error.")
    ] = False,
) -> None:
    """The options that every command shares; what they say is read by the group."""


for command in (fit, compare, evaluate, predict, explain, export, serve, taxonomy):
    app.command()(command)
app.add_typer(series_app, name="timeseries")
