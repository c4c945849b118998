"""``harnn timeseries forecast``: forecasts what follows the series in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harnn.cli.timeseries.input_options import (
    BesideOption,
    OutputOption,
    SeriesOption,
    TimeOption,
    add_band,
    open_series,
)

__all__ = ["forecast"]


def forecast(
    model: Annotated[Path, typer.Argument(help="The folder of a saved forecaster.")],
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A CSV or Parquet file.")],
    output: OutputOption,
    time: TimeOption = None,
    series: SeriesOption = None,
    beside: BesideOption = None,
    band: Annotated[
        float | None,
        typer.Option(
            metavar="P", help="Add the edges of bands that hold a value with this probability."
        ),
    ] = None,
) -> None:
    """Forecast the steps that follow each series of a file.

    With --band there are columns SENSOR.low and SENSOR.high.
    """
    from harnn.timeseries import load_forecaster
    from harnn.timeseries.tables import write_series

    forecaster = load_forecaster(model)
    frames = open_series(source, output, time, series, beside, list(forecaster.feature_names_in_))
    found = forecaster.forecast(list(frames.values()))
    assert isinstance(found, list)  # as it was given one
    ahead = {}
    for (name, frame), one in zip(frames.items(), found, strict=True):
        ahead[name] = one.frame()
        ahead[name].index.name = frame.index.name
        if band is not None:
            add_band(ahead[name], list(one.names), one.band(band))
    write_series(ahead, output, series)
    typer.echo(f"{sum(map(len, ahead.values())):,} steps forecast: {output}")
