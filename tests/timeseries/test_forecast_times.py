"""Forecasts stand at the times that the series' own index goes on with."""

import numpy as np
import pandas as pd
import pytest

from harnn.timeseries import SimpleForecaster, SimpleImputer
from harnn.timeseries.forecast_times import following_times, frequency_of
from harnn.timeseries.series import read_series

DAY = 86400.0


def following(index, horizon=3, step=DAY, frequency=None):
    (series,) = read_series(pd.DataFrame({"x": np.zeros(len(index))}, index=index))
    return following_times(series, horizon, step, frequency)


def dates(start, periods, freq, without=(), **zone):
    """Return dates that do not know their frequency."""
    index = pd.date_range(start, periods=periods, freq=freq, **zone).delete(list(without))
    return pd.DatetimeIndex(list(index))


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (dates("2024-01-01", 12, "B"), ["2024-01-17", "2024-01-18", "2024-01-19"]),
        (dates("2024-01-01", 15, "B"), ["2024-01-22", "2024-01-23", "2024-01-24"]),
        # Holidays.
        (dates("2024-01-01", 60, "B", [3, 20, 40]), ["2024-03-25", "2024-03-26", "2024-03-27"]),
        (dates("2023-11-01", 4, "MS"), ["2024-03-01", "2024-04-01", "2024-05-01"]),
        (dates("2023-01-01", 14, "MS", [5, 12]), ["2024-03-01", "2024-04-01", "2024-05-01"]),
        (dates("2023-10-31", 4, "ME"), ["2024-02-29", "2024-03-31", "2024-04-30"]),
        (dates("2023-10-31", 4, "BME"), ["2024-02-29", "2024-03-29", "2024-04-30"]),
        (dates("2022-10-01", 5, "QS"), ["2024-01-01", "2024-04-01", "2024-07-01"]),
        (dates("2020-01-01", 19, "QS", [12]), ["2024-10-01", "2025-01-01", "2025-04-01"]),
        (dates("2022-12-31", 5, "QE"), ["2024-03-31", "2024-06-30", "2024-09-30"]),
        (dates("2017-01-01", 5, "YS"), ["2022-01-01", "2023-01-01", "2024-01-01"]),
        (dates("2024-01-03", 9, "W-WED"), ["2024-03-06", "2024-03-13", "2024-03-20"]),
        (dates("2024-02-20", 9, "D", [2]), ["2024-02-29", "2024-03-01", "2024-03-02"]),
    ],
)
def test_dates_go_on_by_their_calendar(index, expected):
    assert following(index).strftime("%Y-%m-%d").tolist() == expected


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (
            dates("2022-10-20", 10, "D", tz="Europe/Berlin"),
            ["2022-10-30 00:00+0200", "2022-10-31 00:00+0100", "2022-11-01 00:00+0100"],
        ),
        (
            dates("2022-10-10", 20, "D", [4, 17], tz="Europe/Berlin"),
            ["2022-10-30 00:00+0200", "2022-10-31 00:00+0100", "2022-11-01 00:00+0100"],
        ),
        (
            dates("2022-10-29 10:00", 16, "h", tz="Europe/Berlin"),
            ["2022-10-30 02:00+0200", "2022-10-30 02:00+0100", "2022-10-30 03:00+0100"],
        ),
        (
            dates("2024-03-30 16:00", 10, "h", tz="Europe/Berlin"),
            ["2024-03-31 03:00+0200", "2024-03-31 04:00+0200", "2024-03-31 05:00+0200"],
        ),
        # Half past two does not exist on that day.
        (
            dates("2024-03-20 02:30", 11, "D", tz="Europe/Berlin"),
            ["2024-03-31 03:00+0200", "2024-04-01 02:30+0200", "2024-04-02 02:30+0200"],
        ),
    ],
)
def test_days_start_at_midnight_and_hours_pass_where_clocks_change(index, expected):
    assert following(index).strftime("%Y-%m-%d %H:%M%z").tolist() == expected


def test_a_frequency_that_the_index_knows_counts():
    index = pd.date_range("2024-01-01", periods=4, freq="B")  # no weekend is in it
    assert following(index, 2).strftime("%a").tolist() == ["Fri", "Mon"]
    assert following(index, 2).unit == index.unit


def test_a_few_days_of_a_week_go_on_as_those_that_were_fitted():
    week = dates("2024-01-01", 5, "B")
    assert following(week, 1, frequency="B")[0] == pd.Timestamp("2024-01-08")
    assert following(week, 1)[0] == pd.Timestamp("2024-01-06")
    history = pd.DataFrame({"x": np.arange(100.0)}, index=dates("2023-01-02", 100, "B"))
    model = SimpleForecaster("last", horizon=1, window=3).fit(history)
    week = history.iloc[90:95]
    assert model.predict(week).index.strftime("%a").tolist() == ["Mon"]


def test_days_of_the_whole_week_are_not_taken_for_business_days():
    index = dates("2024-01-01", 20, "D")
    assert following(index, 1, frequency="B")[0] == pd.Timestamp("2024-01-21")


def test_irregular_dates_go_on_by_the_usual_step_in_utc():
    index = pd.DatetimeIndex(
        ["2022-10-28 00:00", "2022-10-28 07:00", "2022-10-29 04:00", "2022-10-29 23:00"]
    ).tz_localize("Europe/Berlin")
    found = following(index, 2, step=7200.0)
    assert (found - index[-1]).total_seconds().tolist() == [7200.0, 14400.0]
    halves = following(pd.DatetimeIndex(["2024-01-01"]).as_unit("s"), 2, step=0.5)
    assert halves[0] == pd.Timestamp("2024-01-01 00:00:00.5")


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (pd.RangeIndex(100, 200, name="step"), pd.RangeIndex(200, 203, name="step")),
        (pd.RangeIndex(0, 50, 10), pd.RangeIndex(50, 80, 10)),
        (pd.Index([0, 10, 20], name="s"), pd.Index([30, 40, 50], name="s")),
        (pd.Index([0.0, 0.5, 1.0]), pd.Index([1.5, 2.0, 2.5])),
        (
            pd.to_timedelta([0, 15, 30], unit="min").rename("since"),
            pd.to_timedelta([45, 60, 75], unit="min").rename("since"),
        ),
        (
            pd.period_range("2023-11", periods=3, freq="M", name="month"),
            pd.period_range("2024-02", periods=3, freq="M", name="month"),
        ),
        (
            pd.period_range("2023Q1", periods=6, freq="Q")[::2],
            pd.PeriodIndex(["2024Q3", "2025Q1", "2025Q3"], freq="Q"),
        ),
    ],
)
def test_numbers_durations_and_periods_go_on_as_their_own_kind(index, expected):
    found = following(index)
    pd.testing.assert_index_equal(found, expected)


def test_without_times_rows_are_numbered_on():
    model = SimpleForecaster("last", horizon=2, window=5).fit(np.arange(60.0)[:, None])
    assert model.forecast(np.arange(40.0)[:, None]).times.tolist() == [40, 41]
    frame = pd.DataFrame({"0": np.arange(300.0)})
    assert model.predict(frame[100:200]).index.tolist() == [200, 201]
    assert SimpleImputer().fit(frame).transform(frame[100:200]).index.equals(frame.index[100:200])


def test_a_frequency_has_a_name_only_if_the_name_says_it_all():
    assert frequency_of(dates("2024-01-01", 30, "h")) == "h"
    custom = pd.offsets.CustomBusinessDay(holidays=["2024-01-04"])
    assert frequency_of(pd.date_range("2024-01-01", periods=30, freq=custom)) is None
    assert frequency_of(pd.Index([0.0, 1.0])) is None
    assert frequency_of(pd.DatetimeIndex(["2024-01-01"])) is None
