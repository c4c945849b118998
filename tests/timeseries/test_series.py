"""What is read as series, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from harnn.errors import DataError
from harnn.timeseries.series import read_series

NAN = float("nan")


def test_an_array_is_one_series_with_numbered_sensors_and_steps():
    (series,) = read_series(np.array([[1.0, NAN], [2.0, 3.0]]))
    assert series.names == ("0", "1")
    assert series.times.tolist() == [0.0, 1.0]
    assert series.observed.tolist() == [[True, False], [True, True]]
    assert series.timestamps is None


def test_a_nested_list_of_numbers_is_one_series():
    (series,) = read_series([[1, 2], [3, 4], [5, 6]])
    assert len(series) == 3


def test_a_list_of_arrays_is_several_series_of_any_lengths():
    several = read_series([np.zeros((3, 2)), np.zeros((5, 2))])
    assert [len(one) for one in several] == [3, 5]


def test_dates_of_an_index_become_seconds():
    dates = pd.to_datetime(["2024-01-01 00:00", "2024-01-01 00:01", "2024-01-01 01:00"])
    (series,) = read_series(pd.DataFrame({"a": [1.0, 2.0, NAN]}, index=dates))
    assert (series.times - series.times[0]).tolist() == [0.0, 60.0, 3600.0]
    assert series.times[0] == dates[0].timestamp()
    assert series.names == ("a",)
    assert series.timestamps.equals(dates)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_of_any_resolution_become_the_same_seconds(unit):
    dates = pd.DatetimeIndex(["2024-01-01", "2024-01-02"]).as_unit(unit)
    (series,) = read_series(pd.DataFrame({"a": [1.0, 2.0]}, index=dates))
    assert np.diff(series.times).tolist() == [86400.0]


def test_times_of_an_array_may_be_numbers_or_durations():
    (seconds,) = read_series(np.zeros((2, 1)), times=[5.0, 7.5])
    (durations,) = read_series(np.zeros((2, 1)), times=pd.to_timedelta([5, 7.5], unit="s"))
    assert seconds.times.tolist() == durations.times.tolist() == [5.0, 7.5]


def test_columns_may_stand_in_another_order_than_expected():
    frame = pd.DataFrame({"b": [1.0], "a": [2.0]})
    (series,) = read_series(frame, names=("a", "b"))
    assert series.values.tolist() == [[2.0, 1.0]]


def test_missing_values_of_nullable_columns_are_missing():
    frame = pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64")})
    (series,) = read_series(frame)
    assert series.observed[:, 0].tolist() == [True, False, True]


def test_a_part_shares_memory_with_the_whole():
    (series,) = read_series(np.zeros((5, 1)), times=np.arange(5.0))
    part = series.part(2, 4)
    assert np.shares_memory(part.values, series.values)
    assert part.times.tolist() == [2.0, 3.0]
    assert list(part.timestamps) == [2.0, 3.0]


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        ([[1.0, float("inf")]], {}, r"X, row 0, column '1': inf; a number is needed, or NaN"),
        (np.zeros(3), {}, r"X has shape \(3,\); .* a single sensor is an array \(time, 1\)"),
        (np.zeros((0, 2)), {}, r"nothing in it"),
        ([], {}, r"X has shape \(0,\)"),
        ([["a", "b"]], {}, r"X: numbers \(time, features\) are needed"),
        (pd.DataFrame({"a": ["x"]}), {}, r"X, column 'a': numbers are needed"),
        (np.zeros((2, 1)), {"times": [1.0]}, r"X has 2 steps, and 1 times"),
        (np.zeros((2, 1)), {"times": [1.0, 1.0]}, r"X, row 1: time 1.0 repeats 1.0"),
        (np.zeros((3, 1)), {"times": [1.0, 2.0, 0.0]}, r"X, row 2: time 0.0 lies before 2.0"),
        (np.zeros((2, 1)), {"times": [1.0, NAN]}, r"X, row 1: the time is missing"),
        (np.zeros((2, 1)), {"times": ["a", "b"]}, r"dates \(pandas.to_datetime\) or seconds"),
        ([np.zeros((2, 1))], {"times": []}, r"X has 1 series, times has 0"),
        (np.zeros((2, 3)), {"names": ("a", "b")}, r"X has 3 features; 2 are needed: a, b"),
        (
            pd.DataFrame({"a": [1.0], "c": [1.0]}),
            {"names": ("a", "b")},
            r"X lacks 'b' and has 'c' besides; the columns are a, b",
        ),
        ([np.zeros((2, 1)), np.zeros((2, 2))], {}, r"X\[1\] has 2 features; 1 are needed: 0"),
        (pd.DataFrame({"a": [1.0]}), {"times": [0.0]}, r"its times are its index"),
    ],
)
def test_what_is_no_series_is_refused_with_the_place(data, options, words):
    with pytest.raises(DataError, match=words):
        read_series(data, **options)


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1.0, 2.0]], columns=["a", "a"])
    with pytest.raises(DataError, match="two columns 'a'"):
        read_series(frame)
