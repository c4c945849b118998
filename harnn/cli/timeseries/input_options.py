"""The options with which a command is told what the columns of a table of series are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harnn.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from harnn.timeseries.series_table import SeriesTable

__all__ = [
    "BesideOption",
    "DecimalOption",
    "InputOptions",
    "OpenSeries",
    "OutputOption",
    "SeriesOption",
    "SourceArgument",
    "TimeOption",
    "add_band",
    "open_series",
]

SourceArgument = Annotated[
    Path, typer.Argument(metavar="INPUT", help="A CSV, TSV or Parquet file.", show_default=False)
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
DecimalOption = Annotated[
    str, typer.Option(metavar="MARK", help="The decimal mark in a CSV or TSV file: . or ,")
]
OutputOption = Annotated[
    Path, typer.Option("-o", "--output", help="A CSV, TSV or Parquet file.", show_default=False)
]


@dataclass(frozen=True)
class InputOptions:
    """How a command was told to read its input; see the options above.

    Attributes:
        time: One column, or several with commas between them.
        series: ″
        beside: ″
        delimiter: ″
        decimal: ″
    """

    time: str | None = None
    series: str | None = None
    beside: str | None = None
    delimiter: str | None = None
    decimal: str = "."


@dataclass(frozen=True)
class OpenSeries:
    """What a command has read.

    Attributes:
        table: The table.
        frames: Its series by name, with the sensors of the model.
    """

    table: SeriesTable
    frames: dict[str, pd.DataFrame]


def open_series(
    source: Path, output: Path, options: InputOptions, sensors: list[str]
) -> OpenSeries:
    """Read what a command was told to read.

    Args:
        source: A CSV, TSV or Parquet file.
        output: Where the command writes, which must not be the same file.
        options: How to read it.
        sensors: Those of the model.

    Returns:
        The table and its series.

    Raises:
        ConfigError: If the output is the input, or an option has no meaning for the file.
        DataError: If the table cannot be read, or lacks a column.
    """
    from harnn.timeseries.series import read_series
    from harnn.timeseries.series_table import SeriesTable
    from harnn.timeseries.tables import check_output, check_text_options, read_table

    check_output(output)
    if source.resolve() == output.resolve():
        raise ConfigError(f"{output}: is the input itself, which would be overwritten")
    beside = options.beside
    check_text_options(source, decimal=options.decimal)
    frame = read_table(source, options.delimiter)
    table = SeriesTable(
        frame,
        str(source),
        [part.strip() for part in options.time.split(",")] if options.time else None,
        options.series,
        beside,
        sensors if beside is None else _standing_beside(frame, beside, sensors),
        decimal=options.decimal,
    )
    table.check_times_rise()
    found = table.series()
    for name, one in found.items():
        if beside is not None:  # The model may know some of them alone.
            found[name] = one = one[[column for column in one if column in sensors]]
        where = f"{source}, series {name!r}" if name else str(source)
        read_series(one, names=sensors, what=where)  # so that an error names file and series
    return OpenSeries(table, found)


def _standing_beside(frame: pd.DataFrame, beside: str, sensors: list[str]) -> list[str] | None:
    """Return the columns from which a model's sensors, SENSOR VALUE, are made up; None if none."""
    if beside not in frame:
        return None  # which is refused with the other columns
    values = frame[beside].dropna().unique()
    columns = [
        str(column) for column in frame if any(f"{column} {value}" in sensors for value in values)
    ]
    return columns or None


def add_band(frame: pd.DataFrame, sensors: list[str], band: tuple[np.ndarray, np.ndarray]) -> None:
    """Add columns for the edges of a band to a series.

    Args:
        frame: A row per step.
        sensors: Their names.
        band: The lower and the upper edge, ``(time, features)`` each.
    """
    from harnn.timeseries.series_style import BAND_EDGES

    for edge, values in zip(BAND_EDGES, band, strict=True):
        for number, sensor in enumerate(sensors):
            frame[f"{sensor}.{edge}"] = values[:, number]
