"""Times with zones, of other libraries and of several kinds."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from harnn.errors import DataError
from harnn.timeseries import SimpleImputer
from harnn.timeseries.series import read_series

AUTUMN = pd.date_range("2022-10-29", periods=60, freq="h", tz="Europe/Berlin")
SPRING = pd.date_range("2023-03-25", periods=60, freq="h", tz="Europe/Berlin")


def steps(times, count=None):
    """Return the seconds from row to row that a series with such times has."""
    values = np.zeros((len(times) if count is None else count, 1))
    return np.diff(read_series(values, times=times)[0].times)


@pytest.mark.parametrize("index", [AUTUMN, SPRING], ids=["autumn", "spring"])
def test_an_hour_stays_an_hour_where_clocks_change(index):
    (series,) = read_series(pd.DataFrame({"x": range(60)}, index=index))
    assert set(np.diff(series.times)) == {3600.0}
    assert series.times[0] == index[0].timestamp()
    pd.testing.assert_index_equal(series.frame().index, index, exact=True)


@pytest.mark.parametrize(
    "times",
    [
        pl.Series(AUTUMN),
        pa.array(AUTUMN),
        pa.chunked_array([pa.array(AUTUMN[:7]), pa.array(AUTUMN[7:])]),
        AUTUMN.to_pydatetime().tolist(),
        pd.Series(AUTUMN),
        AUTUMN.tz_convert("UTC").tz_localize(None).to_numpy(),
        pd.Index(AUTUMN, dtype="timestamp[us, tz=Europe/Berlin][pyarrow]"),
        # Offsets of which the second lies an hour nearer to UTC.
        pd.Index([datetime.fromisoformat(one.isoformat()) for one in AUTUMN], dtype=object),
    ],
    ids=["polars", "arrow", "chunked", "list", "pandas", "numpy", "arrow index", "offsets"],
)
def test_times_of_any_library_are_the_same_instants(times):
    (series,) = read_series(np.zeros((60, 1)), times=times)
    np.testing.assert_array_equal(series.times, AUTUMN.tz_convert("UTC").asi8 / 1e6)


def test_days_and_durations_of_python_are_times():
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert steps(days).tolist() == steps(pl.Series(days)).tolist() == [86400.0, 86400.0]
    assert steps([timedelta(0), timedelta(seconds=1.5)]).tolist() == [1.5]


def test_periods_count_from_their_start_and_come_back_as_periods():
    months = pd.period_range("2024-01", periods=40, freq="M", name="month")
    frame = pd.DataFrame({"x": np.arange(40.0)}, index=months)
    (series,) = read_series(frame)
    assert (np.diff(series.times)[:3] / 86400).tolist() == [31, 29, 31]
    filled = SimpleImputer().fit(frame).transform(frame)
    pd.testing.assert_index_equal(filled.index, months, exact=True)


def test_a_line_runs_through_the_hour_that_is_left_out():
    frame = pd.DataFrame({"x": np.arange(60.0)}, index=SPRING)
    imputer = SimpleImputer().fit(frame)
    holed = frame.copy()
    holed.iloc[[25, 26]] = np.nan
    np.testing.assert_allclose(imputer.transform(holed), frame, rtol=1e-12)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (AUTUMN.tz_localize(None), r"row 27: time 2022-10-30 02:00:00 repeats .* give the times a"),
        (["2024-01-01"] * 60, r"times of type .*; dates \(pandas.to_datetime\) or seconds"),
        (np.ma.array(np.arange(60.0), mask=np.arange(60) == 3), "row 3: the time is missing"),
        ([*np.arange(59.0), np.inf], "row 59: time inf is not finite"),
        ("time", "times are one column"),
        (pl.DataFrame({"t": np.arange(60)}), "times are one column"),
        (pd.MultiIndex.from_product([["a"], range(60)]), "an index of 2 levels, and times are one"),
        (np.arange(62.0), "X has 60 steps, and 62 times"),
        (
            [datetime(2024, 1, 1, tzinfo=UTC), *[datetime(2024, 1, 2, 0, k) for k in range(59)]],
            "row 1: time 2024-01-02 00:00:00 has no zone, and .* of row 0 has one",
        ),
        (pd.date_range("2024-01-15", periods=60).strftime("%Y%m%d").astype(int), "%Y%m%d"),
        (pd.date_range("2024-01-15", periods=60).strftime("%Y%m%d").astype(float), "%Y%m%d"),
    ],
)
def test_what_is_no_time_is_refused(times, words):
    with pytest.raises(DataError, match=words):
        steps(times, count=60)


def test_numbers_of_eight_digits_that_are_no_dates_are_seconds():
    assert steps(20240101 + np.arange(60)).tolist() == [1.0] * 59


def test_the_times_of_tables_without_an_index_are_an_argument():
    table = pl.DataFrame({"b": np.arange(60.0), "a": np.arange(60.0) ** 2})
    imputer = SimpleImputer().fit(table, times=pl.Series(SPRING))
    holed = table.with_columns(b=pl.Series([0.0, None, *range(2, 60)], strict=False))
    filled = imputer.transform(holed, times=pl.Series(SPRING))
    assert filled["b"].to_list() == table["b"].to_list()
    with pytest.raises(DataError, match="X has no times, and fit was given some"):
        imputer.transform(holed)
    with pytest.raises(DataError, match="pass times as the argument times=, and drop the column"):
        SimpleImputer().fit(table.with_columns(at=pl.Series(SPRING)))


def test_offsets_that_differ_go_on_with_the_last_one():
    from harnn.timeseries import SimpleForecaster

    times = [datetime.fromisoformat(one.isoformat()) for one in AUTUMN]
    frame = pd.DataFrame({"x": np.arange(60.0)}, index=pd.Index(times, dtype=object))
    ahead = SimpleForecaster("last", horizon=2, window=5).fit(frame).predict(frame)
    assert ahead.index.tolist() == [AUTUMN[-1] + pd.Timedelta(hours=k) for k in (1, 2)]
    assert ahead.index[0].utcoffset() == timezone(timedelta(hours=1)).utcoffset(None)
