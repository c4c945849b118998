"""``harnn timeseries impute``: fills the holes of the series in a file."""

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

__all__ = ["impute"]


def impute(
    model: Annotated[Path, typer.Argument(help="The folder of a saved imputer.")],
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
            metavar="P",
            help="Add the edges of bands that hold a hidden value with this probability.",
        ),
    ] = None,
    causal: Annotated[
        bool, typer.Option("--causal", help="Use the past of each value alone.")
    ] = False,
) -> None:
    """Fill the holes of series, and write the file with all its columns.

    Every other cell comes out as it went in, and a hole is filled with as many decimals as its
    column has. With --beside, the common series is written. With --band there are columns
    SENSOR.low and SENSOR.high.
    """
    import numpy as np
    import pandas as pd

    from harnn.timeseries import load_imputer
    from harnn.timeseries.derived_tables import write_filled_series, write_filled_table

    imputer = load_imputer(model)
    options = InputOptions(time, series, beside, delimiter, decimal)
    opened = open_series(source, output, options, list(imputer.feature_names_in_))
    found = imputer.reconstruct(list(opened.frames.values()), causal=causal)
    assert isinstance(found, list)  # as it was given one
    filled, holes = {}, 0
    for (name, frame), one in zip(opened.frames.items(), found, strict=True):
        sensors = list(one.series.names)
        filled[name] = pd.DataFrame(one.filled, index=frame.index, columns=sensors)
        if band is not None:
            add_band(filled[name], sensors, one.band(band))
        holes += int((~one.series.observed).sum())
        nowhere = np.array(sensors)[~one.series.observed.any(axis=0)].tolist()
        if nowhere:
            of_series = f"series {name!r}: " if name else ""
            typer.echo(
                f"warning: {of_series}never observed: {', '.join(map(repr, nowhere))}; all that "
                "is filled in there is concluded from the other sensors",
                err=True,
            )
    write = write_filled_table if beside is None else write_filled_series
    write(opened.table, filled, source, output, delimiter)
    typer.echo(f"{holes:,} values filled: {output}")
