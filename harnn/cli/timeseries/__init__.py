"""The commands ``harnn timeseries ...``."""

from __future__ import annotations

import typer

from harnn.cli.timeseries.export import export
from harnn.cli.timeseries.fit import fit
from harnn.cli.timeseries.forecast import forecast
from harnn.cli.timeseries.impute import impute
from harnn.cli.timeseries.study import study

__all__ = ["series_app"]

series_app = typer.Typer(
    help="Fill the holes of sensor series, and forecast them.", no_args_is_help=True
)
for command in (study, fit, impute, forecast, export):
    series_app.command()(command)
