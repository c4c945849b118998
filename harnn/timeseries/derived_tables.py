"""Tables made from one that was read, and written in its form: filled ones, and forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harnn.atomic import atomic_file
from harnn.delimited import DelimitedFile, checked_delimiter, quoted_cell
from harnn.errors import DataError
from harnn.timeseries.number_style import NumberStyle
from harnn.timeseries.series_style import SeriesStyle, output_delimiter
from harnn.timeseries.series_table import SeriesTable
from harnn.timeseries.tables import is_delimited, write_series, write_table

__all__ = ["write_filled_series", "write_filled_table", "write_series_like"]


def write_filled_table(
    table: SeriesTable,
    filled: Mapping[str, pd.DataFrame],
    source: Path,
    output: Path,
    delimiter: str | None = None,
) -> None:
    """Write the table that was read with its holes filled, whole or not at all.

    From CSV to CSV, all cells but the holes are copied to the character, and a hole is filled with
    as many decimals as its column has. From Parquet to Parquet, columns keep their types.

    Args:
        table: What was read. Its sensors do not stand beside each other.
        filled: Its series by name, without holes; their other columns are added to the table.
        source: The file that was read.
        output: A CSV, TSV or Parquet file.
        delimiter: What stands between the cells of the source, if not what is usual.

    Raises:
        DataError: If a column to be added is there already, or the source has changed meanwhile.
    """
    values = table.in_rows(filled)
    for name in values:
        if name in table.frame and name not in table.sensors:
            raise DataError(f"{source} has a column {name!r} already, which would be replaced")
    holes = {name: table.numbers[name].isna().to_numpy(dtype=bool) for name in table.sensors}
    if is_delimited(source) and is_delimited(output):
        style = SeriesStyle.of(table, output_delimiter(output, source, delimiter))
        everywhere = np.ones(len(values), dtype=bool)
        cells = {
            name: _texts(column, holes.get(name, everywhere), style.numbers[name])
            for name, column in _columns(values).items()
        }
        file = DelimitedFile(source, checked_delimiter(delimiter, source))
        _rewrite(file, output, style.delimiter, cells)
    elif is_delimited(source):
        frame = table.frame.reset_index(drop=True)
        write_table(frame.assign(**_columns(values)), output)
    else:
        _write_arrow(_filled_arrow(source, values, holes), output)


def write_filled_series(
    table: SeriesTable,
    filled: Mapping[str, pd.DataFrame],
    source: Path,
    output: Path,
    delimiter: str | None = None,
) -> None:
    """Write series with their holes filled as a table of their own, whole or not at all.

    From CSV to CSV, times and measured values are the cells of the source.

    Args:
        table: What was read.
        filled: Its series by name, without holes, and perhaps with more columns.
        source: The file that was read.
        output: A CSV, TSV or Parquet file.
        delimiter: What stands between the cells of the source, if not what is usual.
    """
    if not (is_delimited(source) and is_delimited(output)):
        write_series(filled, output)
        return
    style = SeriesStyle.of(table, output_delimiter(output, source, delimiter))
    measured = table.series()
    cells = table.arranged(table.frame[table.sensors].set_axis(table.index, axis=0))
    times = table.time_texts() if style.times else None
    written = {}
    for name, frame in filled.items():
        texts = style.texts(frame)
        for column in frame.columns.intersection(measured[name].columns):
            known = measured[name][column].notna()
            texts[column] = texts[column].where(~known.to_numpy(), cells[name][column].to_numpy())
        if times is not None:
            texts.index = pd.Index([times[time] for time in frame.index], name=frame.index.name)
        written[name] = texts
    write_series(written, output, delimiter=style.delimiter)


def write_series_like(
    table: SeriesTable,
    frames: Mapping[str, pd.DataFrame],
    source: Path,
    output: Path,
    series: str | None = None,
    delimiter: str | None = None,
) -> None:
    """Write other steps of series that were read, whole or not at all.

    From CSV to CSV, numbers and times are written as the source writes them.

    Args:
        table: What was read.
        frames: The steps, by the names of the series.
        source: The file that was read.
        output: A CSV, TSV or Parquet file.
        series: A column for the names.
        delimiter: What stands between the cells of the source, if not what is usual.
    """
    if not (is_delimited(source) and is_delimited(output)):
        write_series(frames, output, series)
        return
    style = SeriesStyle.of(table, output_delimiter(output, source, delimiter))
    texts = {name: style.texts(frame) for name, frame in frames.items()}
    write_series(texts, output, series, style.delimiter)


def _columns(values: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    return {str(name): column for name, column in values.items()}


def _texts(values: pd.Series[Any], holes: np.ndarray, style: NumberStyle) -> list[str | None]:
    """Return what is to be written into each row; None where the cell stays."""
    return [style.text(value) if hole else None for value, hole in zip(values, holes, strict=True)]


def _rewrite(
    file: DelimitedFile, output: Path, delimiter: str, columns: Mapping[str, Sequence[str | None]]
) -> None:
    """Copy a file to the character, but for some cells of some columns, and add columns."""
    header = file.header()
    changed = {header.index(name): cells for name, cells in columns.items() if name in header}
    added = {name: cells for name, cells in columns.items() if name not in header}
    rows = len(next(iter(columns.values())))
    # A spreadsheet knows UTF-8 by this mark, which the file may begin with.
    encoding = "utf-8-sig" if file.has_byte_order_mark() else "utf-8"
    with (
        atomic_file(output) as temporary,
        temporary.open("w", encoding=encoding, newline="") as stream,
    ):
        row = -1
        for row, (cells, end) in enumerate(file.raw_rows(), start=-1):
            if row == rows:
                break
            if delimiter != file.delimiter:
                cells = [
                    cell if cell.startswith('"') else quoted_cell(cell, delimiter) for cell in cells
                ]
            if row < 0:
                cells = [*cells, *(quoted_cell(name, delimiter) for name in added)]
            else:
                for number, texts in changed.items():
                    if (text := texts[row]) is not None:
                        cells[number] = quoted_cell(text, delimiter)
                cells += [quoted_cell(str(texts[row]), delimiter) for texts in added.values()]
            stream.write(delimiter.join(cells) + end)
        if row != rows - 1:
            raise DataError(f"{file.path}: has been changed while it was read")


def _filled_arrow(source: Path, values: pd.DataFrame, holes: Mapping[str, np.ndarray]) -> Any:
    """Return the Arrow table of a Parquet file, its holes filled in the types of its columns."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(source)
    for name, new in _columns(values).items():
        if name not in holes:
            table = table.append_column(name, pa.array(new.to_numpy()))
        elif holes[name].any():
            number = table.schema.get_field_index(name)
            field = table.schema.field(number)
            filling = _arrow_values(new.to_numpy(), holes[name], field.type)
            column = pc.if_else(pa.array(holes[name]), filling, table.column(number))
            table = table.set_column(number, field, column)
    return table


def _arrow_values(values: np.ndarray, holes: np.ndarray, kind: Any) -> Any:
    """Return the values of holes in an Arrow type; null elsewhere."""
    import pyarrow as pa

    if pa.types.is_floating(kind):
        return pa.array(values, mask=~holes).cast(kind)
    if pa.types.is_integer(kind):
        limits = np.iinfo(kind.to_pandas_dtype())
        filling: list[Any] = [int(min(max(round(x), limits.min), limits.max)) for x in values]
    elif pa.types.is_boolean(kind):
        filling = [bool(x >= 0.5) for x in values]
    elif pa.types.is_decimal(kind):
        filling = [Decimal(f"{x:.{kind.scale}f}") for x in values]
    else:
        raise DataError(f"a hole in a column of type {kind} cannot be filled; numbers are needed")
    return pa.array(filling, type=kind, mask=~holes)


def _write_arrow(table: Any, output: Path) -> None:
    if is_delimited(output):
        frame = table.to_pandas(integer_object_nulls=True)
        plain = isinstance(frame.index, pd.RangeIndex)
        write_table(frame if plain else frame.reset_index(), output)
        return
    import pyarrow.parquet as pq

    with atomic_file(output) as temporary:
        pq.write_table(table, temporary)
