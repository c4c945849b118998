"""The times of the steps that follow a series, by the frequency of its own index."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from harnn.timeseries.series import Series

__all__ = ["following_times", "frequency_of"]

# Steps at the end of a series that its frequency is looked for in.
_RECENT = 400
# Stretches without a hole that are tried, and the steps that one needs.
_STRETCHES, _FEWEST = 8, 3
# Calendars that holes hide from pandas.infer_freq.
_CALENDARS = ("B", "D", "MS", "ME")
# Share of steps that a frequency must explain.
_EXPLAINED = 0.5


def following_times(
    series: Series, horizon: int, step: float, frequency: str | None = None
) -> pd.Index:
    """Return the times of the steps that follow a series.

    Dates, durations and periods follow by the frequency of the index, which is its ``freq``, else
    the one that explains most of its steps. Without a frequency the times are multiples of the
    usual step after the last one, in UTC.

    Args:
        series: What is forecast.
        horizon: The number of steps.
        step: Seconds of a usual step of the training series.
        frequency: Of the training series, in the words of pandas.

    Returns:
        ``(horizon,)``, of the kind of the series' own index; of a series without times the
        numbers of the rows.

    Example:
        >>> from harnn.timeseries.series import read_series
        >>> months = pd.to_datetime(["2023-12-01", "2024-01-01", "2024-02-01"])
        >>> (series,) = read_series(pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=months))
        >>> following_times(series, 2, step=86400.0).strftime("%d %b").tolist()
        ['01 Mar', '01 Apr']
    """
    times = series.timestamps
    if times is None:
        return _following_rows(series.index, horizon)
    if isinstance(times, pd.PeriodIndex):
        ahead = np.arange(1, horizon + 1) * _ordinal_step(times)
        return pd.PeriodIndex([times[-1] + int(number) for number in ahead], name=times.name)
    if isinstance(times, pd.DatetimeIndex):
        return _following_dates(times, horizon, step, frequency)
    steps = np.diff(series.times)
    if len(steps) and np.ptp(steps) <= 1e-6 * steps[-1]:
        step = float(steps[-1])
    seconds = np.arange(1, horizon + 1) * step
    if isinstance(times, pd.TimedeltaIndex):
        return (times[-1] + _durations(seconds, times.unit)).rename(times.name)
    if pd.api.types.is_integer_dtype(times.dtype) and step == round(step):
        return pd.Index(int(times[-1]) + seconds.astype(int), name=times.name)
    return pd.Index(float(times[-1]) + seconds, name=times.name)


def frequency_of(times: pd.Index) -> str | None:
    """Return the frequency of dates in the words of pandas; ``None`` if they have none.

    Args:
        times: Increasing.

    Example:
        >>> frequency_of(pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]))
        'ME'
    """
    if not isinstance(times, pd.DatetimeIndex):
        return None
    offset = times.freq if times.freq is not None else _likeliest(times, None)
    # The words of an offset with holidays, or with hours of business, do not say which.
    named = None if offset is None else _offset(offset.freqstr)
    return None if named is None or named != offset else str(named.freqstr)


def _following_rows(rows: pd.Index, horizon: int) -> pd.RangeIndex:
    step = rows.step if isinstance(rows, pd.RangeIndex) else 1
    first = rows[-1] + step
    return pd.RangeIndex(first, first + horizon * step, step, name=rows.name)


def _ordinal_step(periods: pd.PeriodIndex) -> int:
    """Return the usual number of periods from one to the next."""
    steps = np.diff(periods.asi8)
    return max(1, round(float(np.median(steps)))) if len(steps) else 1


def _following_dates(
    times: pd.DatetimeIndex, horizon: int, step: float, frequency: str | None
) -> pd.DatetimeIndex:
    offset = times.freq if times.freq is not None else _likeliest(times, frequency)
    if offset is None:
        dates = times[-1] + _durations(np.arange(1, horizon + 1) * step, times.unit)
    else:
        dates = _dates(offset, horizon + 1, times[-1], forward=True)[1:].as_unit(times.unit)
    return dates.rename(times.name)


def _durations(seconds: np.ndarray, unit: Any) -> pd.TimedeltaIndex:
    """Return durations in a resolution, or in a finer one where that does not hold them."""
    exact = pd.to_timedelta(seconds, unit="s")
    rounded = exact.as_unit(unit)
    return rounded if (rounded == exact).all() else exact


def _likeliest(times: pd.DatetimeIndex, frequency: str | None) -> Any:
    """Return the offset that explains most of the last steps; ``None`` if none does."""
    recent = times[-_RECENT:]
    best, most = None, _EXPLAINED
    for offset in dict.fromkeys(_candidates(recent, frequency)):
        share = _explained(recent, offset)
        # The first of several that explain as much: what fit has seen, then what pandas finds.
        if share >= most and (best is None or share > most):
            best, most = offset, share
    return best


def _candidates(times: pd.DatetimeIndex, frequency: str | None) -> Iterator[Any]:
    """Give offsets that times may follow."""
    if frequency is not None and (offset := _offset(frequency)) is not None:
        yield offset
    # Times of which pandas finds a frequency have no holes. It knows hours of business by their
    # gaps alone, so that they may be others than it names.
    if (offset := _inferred(times)) is not None and _explained(times, offset) == 1.0:
        yield offset
        return
    seconds = times.asi8
    steps = np.diff(seconds)
    if not len(steps):
        return
    ends = np.append(np.flatnonzero(steps > 1.5 * np.median(steps)), len(times) - 1)
    starts = np.append(0, ends[:-1] + 1)
    for start, end in list(zip(starts, ends, strict=True))[: -_STRETCHES - 1 : -1]:
        if end + 1 - start >= _FEWEST:
            offset = _inferred(times[start : end + 1])
            if offset is not None:
                yield offset
    yield from map(to_offset, _CALENDARS)


def _explained(times: pd.DatetimeIndex, offset: Any) -> float:
    """Return the share that times have in common with the dates of an offset that end there."""
    try:
        dates = _dates(offset, 2 * len(times) + 1, times[-1], forward=False)
    except pd.errors.OutOfBoundsDatetime:
        return 0.0
    if dates[-1] != times[-1]:
        return 0.0
    start = max(times[0], dates[0])
    times, dates = times[times >= start], dates[dates >= start]
    return len(times.intersection(dates)) / len(times.union(dates))


def _dates(offset: Any, count: int, edge: pd.Timestamp, forward: bool) -> pd.DatetimeIndex:
    """Return dates of an offset from an edge on, or up to it, by the clock of its zone."""

    def dates(edge: pd.Timestamp) -> pd.DatetimeIndex:
        if forward:
            return pd.date_range(start=edge, periods=count, freq=offset)
        return pd.date_range(end=edge, periods=count, freq=offset)

    try:
        return dates(edge)
    except ValueError:
        if edge.tz is None:
            raise
        # A change of clocks leaves out one of the hours, or repeats it.
        return dates(edge.tz_localize(None)).tz_localize(
            edge.tz, ambiguous=np.ones(count, dtype=bool), nonexistent="shift_forward"
        )


def _inferred(times: pd.DatetimeIndex) -> Any:
    """Return what pandas finds, as an offset; ``None`` if it finds nothing."""
    if len(times) < _FEWEST:
        return None
    with warnings.catch_warnings():
        # That a later version returns an offset in place of its name.
        warnings.simplefilter("ignore")
        found = pd.infer_freq(times)
    return None if found is None else _offset(found)


def _offset(frequency: Any) -> Any:
    """Return the offset of a name; ``None`` if this version of pandas does not know it."""
    try:
        return to_offset(frequency)
    except ValueError:
        return None
