"""The chronological split."""

import numpy as np
import pandas as pd
import pytest

from harnn.errors import ConfigError, DataError
from harnn.timeseries.series import read_series
from harnn.timeseries.split import split_series


def dated(start, periods, freq):
    dates = pd.date_range(start, periods=periods, freq=freq)
    return read_series(pd.DataFrame({"a": np.arange(float(periods))}, index=dates))


def test_parts_follow_each_other_and_are_the_whole():
    parts = split_series(read_series(np.arange(17.0)[:, None]))
    joined = np.concatenate([part[0].values for part in parts])
    assert joined[:, 0].tolist() == list(range(17))
    assert [len(part[0]) for part in parts] == [10, 4, 3]


def test_every_series_is_cut_at_its_own_places():
    parts = split_series(read_series([np.zeros((10, 1)), np.zeros((100, 1))]))
    assert [[len(one) for one in part] for part in parts] == [[6, 60], [2, 20], [2, 20]]


def test_a_fraction_of_zero_leaves_a_part_empty():
    parts = split_series(read_series(np.zeros((10, 1))), fractions=(0.5, 0.0, 0.5))
    assert [len(part) for part in parts] == [1, 0, 1]


def test_months_are_those_of_the_calendar():
    parts = split_series(dated("2016-07-01", 17_420, "h"), months=(14, 5))
    starts = [part[0].timestamps[0] for part in parts]
    assert starts == [pd.Timestamp(date) for date in ("2016-07-01", "2017-09-01", "2018-02-01")]
    assert sum(len(part[0]) for part in parts) == 17_420


def test_a_third_number_of_months_ends_the_test_part():
    parts = split_series(dated("2020-01-15", 400, "D"), months=(2, 1, 1))
    assert parts.test[0].timestamps[-1] == pd.Timestamp("2020-04-30")


@pytest.mark.parametrize("fractions", [(0.6, 0.4), (0.6, 0.6, -0.2), (0.5, 0.2, 0.2)])
def test_fractions_that_are_none_are_refused(fractions):
    with pytest.raises(ConfigError, match="three that add up to 1"):
        split_series(read_series(np.zeros((10, 1))), fractions=fractions)


def test_months_of_a_series_without_dates_are_refused():
    with pytest.raises(DataError, match="a series has none"):
        split_series(read_series(np.zeros((10, 1))), months=(1, 1))


def test_a_series_that_ends_before_its_test_part_is_refused():
    with pytest.raises(DataError, match="of 2 months ends before its test part"):
        split_series(dated("2020-01-01", 60, "D"), months=(1, 1))


@pytest.mark.parametrize("months", [(1,), (1, 0), (1, 1, 1, 1)])
def test_months_that_are_none_are_refused(months):
    with pytest.raises(ConfigError, match="months are"):
        split_series(dated("2020-01-01", 600, "D"), months=months)
