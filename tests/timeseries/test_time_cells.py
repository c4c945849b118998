"""Times in tables, and times written as a column writes them."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harnn.errors import DataError
from harnn.timeseries.time_cells import read_times
from harnn.timeseries.time_style import TimeStyle


def times(*cells: object, dtype: object = object, decimal: str = ".") -> pd.Index:
    return read_times(pd.DataFrame({"at": pd.Series(cells, dtype=dtype)}), "pump.csv", decimal)


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (("20240131", "20240201"), ["2024-01-31", "2024-02-01"]),
        (("2024013122", "2024013123"), ["2024-01-31 22:00", "2024-01-31 23:00"]),
        (("202401312259", "202401312300"), ["2024-01-31 22:59", "2024-01-31 23:00"]),
        (("20240131225959", "20240131230000"), ["2024-01-31 22:59:59", "2024-01-31 23:00"]),
    ],
)
def test_dates_written_as_numbers_are_dates(cells, right):
    assert times(*cells).tolist() == list(map(pd.Timestamp, right))
    assert times(*map(int, cells), dtype="int64").tolist() == list(map(pd.Timestamp, right))


@pytest.mark.parametrize(
    "numbers",
    [
        [0, 10, 20],
        [1706745600, 1706749200],
        [10000000, 10000010, 10000020],
        [20240131, 20240132, 20240133],
        [1706745600000, 1706749200000],
    ],
)
def test_other_numbers_are_seconds(numbers):
    assert times(*map(str, numbers)).tolist() == numbers
    assert times(*numbers, dtype="int64").tolist() == numbers


def test_one_number_that_is_no_date_among_dates_is_refused():
    days = [f"202401{day:02}" for day in range(1, 31)]
    with pytest.raises(DataError, match="row 31, column 'at': 20240199 is no date as the others"):
        times(*days, "20240199")


def test_times_with_one_offset_keep_it_and_those_with_several_are_in_utc():
    one = times("2024-01-01T00:00+0100", "2024-01-01T01:00+01:00")
    assert one[0].utcoffset() == datetime.timedelta(hours=1)
    several = times("2024-10-27T02:30+02:00", "2024-10-27T02:30+01:00")
    assert str(several.tz) == "UTC"
    assert (several[1] - several[0]) == pd.Timedelta("1h")
    assert str(times("2024-01-01 00:00Z").tz) == "UTC"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("2024-01-01T00Z", "2024-01-01T01", "2024-01-01T02Z"), "row 2, .* has no UTC offset"),
        (("2024-01-01T00", "2024-01-01T01", "2024-01-01T02Z"), "row 3, .* has a UTC offset"),
        (("2024-01-01", "31.01.2024"), "row 2, .*'31.01.2024' is no date .* the year first"),
        (("01/31/2024",), "row 1, .* the year first"),
        (("now",), "row 1, .*'now' is no date"),
        (("NaT",), "row 1, .*'NaT' is no date"),
        (("True", "False"), "'True' is no date"),
        (("0,5", "1,0"), 'give decimal=","'),
        (("2024-13-01",), "is no date"),
    ],
)
def test_what_is_no_time_is_refused_by_row(cells, words):
    with pytest.raises(DataError, match=words):
        times(*cells)


def test_seconds_may_have_a_decimal_comma():
    assert times("0,5", "1", decimal=",").tolist() == [0.5, 1.0]


def test_blanks_around_a_time_are_no_part_of_it():
    assert times(" 2024-01-31", "2024-02-01 ")[0] == pd.Timestamp("2024-01-31")


def test_dates_of_other_types_are_taken_as_they_are():
    days = [datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)]
    assert times(*days).tolist() == list(map(pd.Timestamp, days))
    berlin = pd.date_range("2024-10-27", periods=4, freq="h", tz="Europe/Berlin")
    assert times(*berlin, dtype=berlin.dtype).equals(berlin)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"year": "2024", "month": "13", "day": "1"}, "row 1, columns year, month, day: 2024, 13,"),
        ({"year": "2024", "month": "x", "day": "1"}, "row 1, column 'month': 'x' is no number"),
        ({"date": "2024", "hour": "1"}, "columns date, hour: no dates"),
    ],
)
def test_parts_that_make_up_no_date_are_refused(parts, words):
    with pytest.raises(DataError, match=words):
        read_times(pd.DataFrame([parts], dtype=object))


@pytest.mark.parametrize(
    "cell",
    [
        "2024-01-31",
        "2024-01-31 13:00",
        "2024-01-31T13:00:00",
        "2024-01-31 13:00:00.250",
        "2024-01-31T13:00Z",
        "2024-01-31 13:00:00+0100",
        "2024-01-31 13:00 -03:30",
        "2024-01-31T13:00+01",
        "20240131",
        "202401311300",
        "2024-01-31T13:00:00.123456789Z",
        "17",
        "17.50",
    ],
)
def test_a_time_is_written_back_as_it_was(cell):
    given = pd.Series([cell], dtype=object)
    assert TimeStyle.of(given).texts(read_times(given.to_frame())) == [cell]


def test_a_time_gets_the_digits_that_it_needs():
    day = TimeStyle.of(pd.Series(["2024-01-31"]))
    assert day.texts(pd.DatetimeIndex(["2024-02-01 12:00"])) == ["2024-02-01 12:00:00"]
    minutes = TimeStyle.of(pd.Series(["2024-01-31 13:00"]))
    assert minutes.texts(pd.DatetimeIndex(["2024-02-01 12:00:07.5"])) == ["2024-02-01 12:00:07.5"]
    assert TimeStyle.of(pd.Series(["20240131"])).texts(pd.DatetimeIndex(["2024-02-01 12:00"])) == [
        "2024-02-01 12:00:00"
    ]
    seconds = TimeStyle.of(pd.Series(["0", "10"]))
    assert seconds.texts(pd.Index([20.0, 20.25])) == ["20", "20.25"]


@given(st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2199, 1, 1)))
def test_whatever_is_written_is_read_back_as_the_same_time(moment):
    for example in ("2024-01-31", "2024-01-31T13:00", "20240131", "2024-01-31 13:00:00.5"):
        style = TimeStyle.of(pd.Series([example]))
        index = pd.DatetimeIndex([moment])
        again = read_times(pd.DataFrame({"at": pd.Series(style.texts(index), dtype=object)}))
        assert again[0] == index[0]
