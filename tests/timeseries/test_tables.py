"""Series from tables, and back."""

import numpy as np
import pandas as pd
import pytest

from harnn.errors import ConfigError, DataError
from harnn.timeseries.series_table import SeriesTable
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


def test_only_times_and_sensors_of_a_csv_file_are_more_than_strings(tmp_path):
    path = tmp_path / "pumps.csv"
    cells = ["007", "NA", "1e5", "12345678901234567", " x ", "True"]
    path.write_text(f"{','.join('abcdef')}\n{','.join(cells)}\n")
    assert read_table(path).iloc[0].tolist() == cells
    path.write_text("at,pump,x\n0,007,1\n1,007,2\n0,NA,3\n")
    found = load_series(str(path), time="at", series="pump")
    assert list(found) == ["007", "NA"]
    assert found["NA"]["x"].tolist() == [3]


def test_a_file_with_semicolons_and_decimal_commas_is_read_with_two_options(tmp_path):
    path = tmp_path / "pumps.csv"
    path.write_text("at;flow;temp\n2024-01-01;1,5;60\n2024-01-02;;61,25\n")
    (frame,) = load_series(str(path), time="at", delimiter=";", decimal=",").values()
    np.testing.assert_array_equal(frame, [[1.5, 60.0], [np.nan, 61.25]])
    path = path.with_suffix(".tsv")
    path.write_text("at\tflow\n2024-01-01\t1.5\n")
    assert load_series(str(path), time="at")[""]["flow"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"delimiter": ";;"}, "one character is needed"),
        ({"decimal": ";"}, "it must be '.' or ','"),
    ],
)
def test_a_wrong_option_of_csv_is_refused(tmp_path, options, words):
    path = tmp_path / "pumps.csv"
    path.write_text("at,flow\n0,1\n")
    with pytest.raises(ConfigError, match=words):
        load_series(str(path), time="at", **options)


@pytest.mark.parametrize("options", [{"delimiter": ";"}, {"decimal": ","}])
def test_options_of_csv_have_no_meaning_for_parquet(tmp_path, options):
    ROWS.to_parquet(tmp_path / "pumps.parquet")
    with pytest.raises(ConfigError, match=r"no meaning for a \.parquet file"):
        load_series(str(tmp_path / "pumps.parquet"), **options)


@pytest.mark.parametrize("sensors", [None, ["flow"]])
@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (['"1,5"', '"2,25"', "3"], "row 1, column 'flow': '1,5' .* give decimal=\",\""),
        (["7", '"1,5"', '"2,25"'], "row 2, column 'flow': '1,5' .* give decimal=\",\""),
        (['"1,234.5"', '"2,345.6"', "7"], "row 1, .* thousands"),
        (["1.5 bar", "2.5 bar", "7"], "row 1, .* a unit, 'bar'"),
        (["1;5", "2;6", "3;7"], "row 1, .* delimiter"),
        (["1", "2", "ERR"], "row 3, column 'flow': 'ERR' is no number; leave it empty"),
        (["1", "2", "inf"], "row 3, column 'flow': 'inf' is no number"),
    ],
)
def test_a_damaged_sensor_is_refused_and_never_vanishes(tmp_path, sensors, cells, words):
    path = tmp_path / "pump.csv"
    path.write_text("at,flow,temp\n" + "".join(f"{i},{c},{i}\n" for i, c in enumerate(cells)))
    with pytest.raises(DataError, match=words):
        load_series(str(path), time="at", sensors=sensors)
    found = load_series(str(path), time="at", leave_out=["flow"])
    assert list(found[""].columns) == ["temp"]


def test_columns_of_words_and_empty_ones_are_left_out_and_named(tmp_path, caplog):
    path = tmp_path / "pump.csv"
    path.write_text("at,flow,note,spare,\n0,1,ok,,\n1,2,24h,NA,\n")
    with caplog.at_level("INFO"):
        found = load_series(str(path), time="at")
    assert list(found[""].columns) == ["flow"]
    assert "left out, as they hold no numbers: 'note', 'spare'" in caplog.text
    with pytest.raises(DataError, match="'ok' is no number; most of its cells are none"):
        load_series(str(path), time="at", sensors=["note"])
    found = load_series(str(path), time="at", sensors=["flow", "spare"])
    assert found[""]["spare"].isna().all()


@pytest.mark.parametrize("blank", ["", " ", "NA"])
def test_a_missing_time_is_named_by_its_row(tmp_path, blank):
    path = tmp_path / "pump.csv"
    for first in ("2024-01-01", "0"):
        path.write_text(f"at,status,flow\n{first},ok,1\n{blank},warn,2\n")
        with pytest.raises(DataError, match=r"row 2: the time is missing \('at'\)$"):
            load_series(str(path), time="at")
    ROWS.assign(at=[*ROWS["at"][:3], None]).to_parquet(tmp_path / "pump.parquet")
    with pytest.raises(DataError, match="row 4: the time is missing"):
        load_series(str(tmp_path / "pump.parquet"), time="at", series="pump")


@pytest.mark.parametrize("options", [{"time": "at"}, {"time": "at", "series": "pump"}])
def test_an_empty_row_is_said_to_be_one(tmp_path, options):
    path = tmp_path / "pump.csv"
    path.write_text("at,pump,flow\n2024-01-01,a,1\n2024-01-02,a,2\n, ,\n")
    with pytest.raises(DataError, match=r"row 3: .* every other cell; .* delete the row"):
        load_series(str(path), **options)


def test_steps_without_any_value_are_holes_where_rows_have_no_times(tmp_path):
    path = tmp_path / "pump.csv"
    path.write_text("flow,temp\n1,2\n,\n3,4\n")
    assert load_series(str(path))[""]["flow"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("status", ["ok,warn", "ok,", ",", "a,b,c,d,e,f"])
def test_a_status_is_not_advised_for_a_repeated_time(tmp_path, status):
    words = status.split(",")
    hours = [*range(9), 8, *range(9, 19)]
    rows = [f"2024-01-01 {hour:02}:00,{words[i % len(words)]},{i}" for i, hour in enumerate(hours)]
    path = tmp_path / "pump.csv"
    path.write_text("\n".join(["at,status,flow", *rows]))
    assert len(load_series(str(path), time="at")[""]) == 20  # refused by what needs rising times


@pytest.mark.parametrize("mixed", [False, True])
def test_the_column_that_parts_series_is_advised(tmp_path, mixed):
    frame = pd.DataFrame(
        {"at": [0, 1, 2] * 2, "pump": ["007"] * 3 + ["008"] * 3, "flow": range(6)}
    ).assign(remark="ok")
    frame = frame.sort_values("at") if mixed else frame
    path = tmp_path / "pump.csv"
    frame.assign(pump=frame["pump"].map("no {}".format)).to_csv(path, index=False)
    with pytest.raises(DataError, match="series: pump, or --series pump"):
        load_series(str(path), time="at")


@pytest.mark.parametrize(("hour", "fault"), [("01", "repeats"), ("00", "lies before")])
def test_times_that_do_not_rise_are_named_by_their_rows(tmp_path, hour, fault):
    path = tmp_path / "pump.csv"
    days = [("00", "a"), ("00", "b"), ("01", "a"), (hour, "a"), ("01", "b")]
    path.write_text("at,pump,x\n" + "".join(f"2024-01-01 {h}:00,{p},1\n" for h, p in days))
    table = SeriesTable(read_table(path), "pump.csv", time="at", series="pump")
    with pytest.raises(DataError, match=rf"pump\.csv, row 4: .* {fault} that of row 3"):
        table.check_times_rise()
    read_all = SeriesTable(read_table(path).drop(index=3), time="at", series="pump")
    read_all.check_times_rise()


def test_times_with_offsets_are_instants(tmp_path):
    path = tmp_path / "dst.csv"
    berlin = pd.date_range("2022-10-29 22:00", periods=8, freq="h", tz="Europe/Berlin")
    path.write_text("at,x\n" + "".join(f"{at.isoformat()},1\n" for at in berlin))
    index = load_series(str(path), time="at")[""].index
    assert index.equals(berlin.tz_convert("UTC"))


def test_whole_numbers_of_parquet_may_be_dates(tmp_path):
    path = tmp_path / "pump.parquet"
    pd.DataFrame({"day": [20240131, 20240201], "x": [1.0, 2.0]}).to_parquet(path)
    assert load_series(str(path), time="day")[""].index[0] == pd.Timestamp("2024-01-31")
