"""The options with which a command is told what the columns of a table of series are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harnn.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = [
    "BesideOption",
    "OutputOption",
    "SeriesOption",
    "TimeOption",
    "add_band",
    "open_series",
]

TimeOption = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMNS",
        help="The column of the time; or several that make it up: year,month,day,hour. Without "
        "it the rows are steps.",
    ),
]
SeriesOption = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="A column each value of which has a series of its own."),
]
BesideOption = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="A column each value of which has sensors of its own in one common series.",
    ),
]
OutputOption = Annotated[
    Path, typer.Option("-o", "--output", help="A CSV or Parquet file.", show_default=False)
]


def open_series(
    source: Path,
    output: Path,
    time: str | None,
    series: str | None,
    beside: str | None,
    sensors: list[str],
) -> dict[str, pd.DataFrame]:
    """Read what a command was told to read.

    Args:
        source: A CSV or Parquet file.
        output: Where the command writes, which must not be the same file.
        time: As on the command line.
        series: ″
        beside: ″
        sensors: Those of the model.

    Returns:
        Series by name.

    Raises:
        ConfigError: If the output is the input.
        DataError: If the table cannot be read, or lacks a column.
    """
    from harnn.timeseries.series import read_series
    from harnn.timeseries.tables import check_output, load_series

    check_output(output)
    if source.resolve() == output.resolve():
        raise ConfigError(f"{output}: is the input itself, which would be overwritten")
    columns = [part.strip() for part in time.split(",")] if time else None
    found = load_series(
        str(source),
        columns,
        series,
        beside,
        # Of sensors that stand beside those of others, the names are made up here.
        sensors=None if beside else sensors,
    )
    for name, frame in found.items():
        if beside is not None:  # The model may know some of them alone.
            found[name] = frame = frame[[column for column in frame if column in sensors]]
        where = f"{source}, series {name!r}" if name else str(source)
        read_series(frame, names=sensors, what=where)  # so that an error names file and series
    return found


def add_band(frame: pd.DataFrame, sensors: list[str], band: tuple[np.ndarray, np.ndarray]) -> None:
    """Add columns for the edges of a band to a series.

    Args:
        frame: A row a step.
        sensors: Their names.
        band: The lower and the upper edge, ``(time, features)`` each.
    """
    for edge, values in zip(("low", "high"), band, strict=True):
        for number, sensor in enumerate(sensors):
            frame[f"{sensor}.{edge}"] = values[:, number]
