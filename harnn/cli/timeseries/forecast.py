"""``harnn timeseries forecast``: forecasts what follows the series in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harnn.cli.delimiter_option import DelimiterOption
from harnn.cli.timeseries.input_options import (
    BesideOption,
    DecimalOption,
    InputOptions,
    OutputOption,
    SeriesOption,
    SourceArgument,
    TimeOption,
    add_band,
    open_series,
)

__all__ = ["forecast"]


def forecast(
    model: Annotated[Path, typer.Argument(help="The folder of a saved forecaster.")],
    source: SourceArgument,
    output: OutputOption,
    time: TimeOption = None,
    series: SeriesOption = None,
    beside: BesideOption = None,
    delimiter: DelimiterOption = None,
    decimal: DecimalOption = ".",
    band: Annotated[
        float | None,
        typer.Option(
            metavar="P", help="Add the edges of bands that hold a value with this probability."
        ),
    ] = None,
) -> None:
    """Forecast the steps that follow each series of a file.

    Numbers and times are written as in INPUT. With --band there are columns SENSOR.low and
    SENSOR.high.
    """
    from harnn.timeseries import load_forecaster
    from harnn.timeseries.derived_tables import write_series_like

    forecaster = load_forecaster(model)
    options = InputOptions(time, series, beside, delimiter, decimal)
    opened = open_series(source, output, options, list(forecaster.feature_names_in_))
    found = forecaster.forecast(list(opened.frames.values()))
    assert isinstance(found, list)  # as it was given one
    ahead = {}
    for (name, frame), one in zip(opened.frames.items(), found, strict=True):
        ahead[name] = one.frame()
        ahead[name].index.name = frame.index.name
        if band is not None:
            add_band(ahead[name], list(one.names), one.band(band))
    write_series_like(opened.table, ahead, source, output, series, delimiter)
    typer.echo(f"{sum(map(len, ahead.values())):,} steps forecast: {output}")
