"""Series from tables, and back."""

import numpy as np
import pandas as pd
import pytest

from harnn.errors import DataError
from harnn.timeseries.tables import load_series, read_table, write_series

ROWS = pd.DataFrame(
    {
        "at": ["2024-01-01 00:00", "2024-01-01 01:00"] * 2,
        "pump": ["a", "a", "b", "b"],
        "pressure": [1.0, np.nan, 3.0, 4.0],
        "flow": [5, 6, 7, 8],
        "remark": ["", "x", "", ""],
    }
)


@pytest.fixture(params=["csv", "parquet"])
def table(request, tmp_path):
    path = tmp_path / f"pumps.{request.param}"
    ROWS.to_csv(path, index=False) if request.param == "csv" else ROWS.to_parquet(path)
    return str(path)


def test_each_value_of_a_column_may_have_a_series_of_its_own(table):
    found = load_series(table, time="at", series="pump")
    assert list(found) == ["a", "b"]
    assert list(found["a"].columns) == ["pressure", "flow"]
    assert found["b"].index[1] == pd.Timestamp("2024-01-01 01:00")
    np.testing.assert_array_equal(found["a"]["pressure"], [1.0, np.nan])


def test_or_sensors_of_its_own_beside_the_others(table):
    (found,) = load_series(table, time="at", beside="pump").values()
    assert list(found.columns) == ["pressure a", "flow a", "pressure b", "flow b"]
    assert found["flow b"].tolist() == [7, 8]


def test_sensors_may_be_chosen_or_left_out(table):
    by_name = load_series(table, time="at", series="pump", sensors=["flow"])
    left = load_series(table, time="at", series="pump", leave_out=["pressure"])
    assert list(by_name["a"].columns) == list(left["a"].columns) == ["flow"]


def test_without_times_the_rows_are_steps(table):
    found = load_series(table, series="pump", sensors=["flow"])
    assert [frame.index.tolist() for frame in found.values()] == [[0, 1], [0, 1]]


def test_a_time_may_be_made_up_of_columns(tmp_path):
    path = tmp_path / "hours.csv"
    path.write_text("year,month,day,hour,x\n2024,2,29,23,1\n2024,3,1,0,2\n")
    (found,) = load_series(str(path), time=["year", "month", "day", "hour"]).values()
    assert list(found.columns) == ["x"]
    assert found.index.tolist() == [pd.Timestamp(2024, 2, 29, 23), pd.Timestamp(2024, 3, 1)]


def test_what_is_written_is_read_back(table, tmp_path):
    found = load_series(table, time="at", series="pump")
    for name in ("again.csv", "again.parquet"):
        write_series(found, tmp_path / name, series="pump")
        again = load_series(str(tmp_path / name), time="at", series="pump")
        for pump, frame in found.items():
            pd.testing.assert_frame_equal(again[pump], frame, check_freq=False, check_dtype=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"time": "att"}, "no column 'att'; did you mean 'at'"),
        ({"time": "pump"}, "row 1, column 'pump': 'a' is no date such as"),
        ({"time": "at"}, "those of each 'pump' do not: say that .*series: pump"),
        (
            {"time": "at", "series": "pump", "sensors": "remark"},
            "row 2, column 'remark': 'x' is no",
        ),
        ({"time": "at", "series": "pump", "leave_out": ["flo"]}, "did you mean 'flow'"),
        ({"sensors": ["pressur"]}, "did you mean 'pressure'"),
        ({"leave_out": ["pressure", "flow"]}, "no column of numbers to be a sensor"),
        ({"time": "at", "beside": "remark"}, "remark '' has two rows of one time"),
    ],
)
def test_a_table_that_cannot_be_read_so_is_refused(tmp_path, options, words):
    path = tmp_path / "pumps.parquet"
    ROWS.to_parquet(path)
    with pytest.raises(DataError, match=words):
        load_series(str(path), **options)


def test_text_among_the_numbers_of_a_sensor_is_refused_and_not_left_out(tmp_path):
    path = tmp_path / "pumps.csv"
    ROWS.assign(flow=["5", "ERR", "7", "8"]).to_csv(path, index=False)
    with pytest.raises(DataError, match="row 2, column 'flow': 'ERR' is no number"):
        load_series(str(path), time="at", series="pump")
    found = load_series(str(path), time="at", series="pump", leave_out="flow")
    assert list(found["a"].columns) == ["pressure"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "pump.csv: the file is empty"),
        ("at;flow\n1;2\n", "no column 'at'; its columns are at;flow; if ';' stands between"),
        ("at,flow\n2024-01-01,1\nsoon,2\n", "row 2, column 'at': 'soon' is no date such as 2024"),
    ],
)
def test_a_file_that_is_not_read_says_where_and_why(tmp_path, written, words):
    path = tmp_path / "pump.csv"
    path.write_text(written)
    with pytest.raises(DataError, match=words):
        load_series(str(path), time="at")


def test_a_remark_a_row_is_not_taken_for_what_tells_series_apart(tmp_path):
    path = tmp_path / "pump.csv"
    frame = ROWS.assign(remark=list("wxyz")).drop(columns="pump")
    frame.to_csv(path, index=False)
    assert len(load_series(str(path), time="at")[""]) == 4


def test_a_row_of_no_series_is_refused_and_not_lost(tmp_path):
    path = tmp_path / "pumps.csv"
    ROWS.assign(pump=["a", "a", None, "b"]).to_csv(path, index=False)
    with pytest.raises(DataError, match="row 3: column 'pump' is empty"):
        load_series(str(path), time="at", series="pump")
    path.write_text("at,pressure\n")
    with pytest.raises(DataError, match="has no rows"):
        load_series(str(path), time="at")


def test_times_in_the_index_of_a_parquet_file_are_a_column(tmp_path):
    path = tmp_path / "pump.parquet"
    frame = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.DatetimeIndex(["2024-01-01", "2024-01-02"]))
    frame.rename_axis("at").to_parquet(path)
    assert load_series(str(path), time="at")[""].index.equals(frame.index)


def test_a_file_that_is_no_table_is_refused(tmp_path):
    for name, text, words in (
        ("notes.txt", "", ".csv or .parquet file is needed"),
        ("no.csv", None, "there is no such file"),
        ("broken.parquet", "PAR1 no", "cannot be read"),
        ("empty.csv", "", "the file is empty"),
    ):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(DataError, match=words):
            read_table(tmp_path / name)


def test_a_known_data_set_says_where_it_is_looked_for(monkeypatch):
    monkeypatch.delenv("HARNN_DATA_DIR", raising=False)
    with pytest.raises(DataError, match="skab is looked for in the folder HARNN_DATA_DIR"):
        load_series("skab")


def test_the_known_data_sets_are_what_they_are_said_to_be(data_dir):
    found = load_series("skab")
    assert len(found) == 35
    assert all(frame.shape[1] == 8 for frame in found.values())
    assert load_series("etth1")[""].shape == (17_420, 7)
    assert len(load_series("beijing_air")) == 12
    (wide,) = load_series("beijing_air", beside="station").values()
    assert wide.shape == (35_064, 132)
