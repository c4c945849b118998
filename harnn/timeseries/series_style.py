"""The form in which a CSV file writes series, for values that are added to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from harnn.delimited import checked_delimiter
from harnn.timeseries.number_style import NumberStyle
from harnn.timeseries.series_table import SeriesTable
from harnn.timeseries.time_style import TimeStyle

__all__ = ["BAND_EDGES", "SeriesStyle", "output_delimiter"]

# The edges of the band around a sensor are columns SENSOR.low and SENSOR.high.
BAND_EDGES = ("low", "high")


@dataclass(frozen=True)
class SeriesStyle:
    """How a delimited file writes series.

    Attributes:
        delimiter: What stands between the cells.
        numbers: How each column of numbers is written.
        times: How times are written; None for the usual form.

    Example:
        >>> style = SeriesStyle(";", {"flow": NumberStyle(1, ",")})
        >>> style.texts(pd.DataFrame({"flow": [1.25, 2.0]}))["flow"].tolist()
        ['1,2', '2,0']
    """

    delimiter: str = ","
    numbers: Mapping[str, NumberStyle] = field(default_factory=dict)
    times: TimeStyle | None = None

    @classmethod
    def of(cls, table: SeriesTable, delimiter: str) -> SeriesStyle:
        """Return the style of a table of strings; the edges of bands have the sensor's digits.

        Args:
            table: What was read.
            delimiter: What stands between the cells that are written.
        """
        numbers = table.number_styles()
        edges = {f"{name}.{edge}": style for name, style in numbers.items() for edge in BAND_EDGES}
        return cls(delimiter, numbers | edges, table.time_style())

    def texts(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a series as it is written: the cells, and the times in the index, as strings.

        Args:
            frame: A row per step, and a column per sensor, each with a style.
        """
        columns = {
            str(name): [self.numbers[str(name)].text(value) for value in values]
            for name, values in frame.items()
        }
        index = frame.index
        if self.times is not None and not isinstance(index, pd.RangeIndex):
            index = pd.Index(self.times.texts(index), name=index.name, dtype=object)
        return pd.DataFrame(columns, index=index, dtype=object)


def output_delimiter(output: Path, source: Path, delimiter: str | None) -> str:
    """Return the delimiter of a file that is written from another.

    It is that of the other where both have one suffix, else what is usual.

    Args:
        output: What is written.
        source: What was read.
        delimiter: The delimiter of the source, as it was given.

    Example:
        >>> output_delimiter(Path("filled.csv"), Path("pumps.csv"), ";")
        ';'
        >>> output_delimiter(Path("filled.csv"), Path("pumps.tsv"), None)
        ','
    """
    same = output.suffix.lower() == source.suffix.lower()
    return checked_delimiter(delimiter if same else None, output)
