"""The times of a stream, as series are read with them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from harnn.errors import DataError
from harnn.timeseries import RecurrentImputer
from harnn.timeseries.series import read_series
from harnn.timeseries.stream_times import stream_seconds

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "moment",
    [
        pd.Timestamp("2022-10-30 02:30+02:00").tz_convert("Europe/Berlin"),
        datetime(2022, 10, 30, 2, 30, tzinfo=BERLIN, fold=1),
        datetime(2022, 10, 30, 2, 30),
        pd.Timestamp("2024-01-01 00:00:00.123456"),
        np.datetime64("2024-01-31T12:00"),
        date(2024, 2, 29),
        timedelta(hours=1.5),
        np.timedelta64(90, "m"),
        pd.Period("2024-02", freq="M"),
        7.25,
        3,
    ],
)
def test_a_time_is_as_many_seconds_as_in_a_series(moment):
    (series,) = read_series(np.zeros((1, 1)), times=pd.Index([moment]))
    assert stream_seconds(moment) == series.times[0]


def test_text_is_read_as_a_date():
    assert stream_seconds("2024-01-31 12:00") == stream_seconds(datetime(2024, 1, 31, 12))
    assert stream_seconds("2024-01-31T13:00+01:00") == stream_seconds("2024-01-31T12:00Z")
    assert stream_seconds("31 January 2024") == stream_seconds(date(2024, 1, 31))
    with pytest.raises(DataError, match="no date and no number"):
        stream_seconds("noon-ish")


@pytest.mark.parametrize("start", ["2022-10-29 12:00", "2023-03-25 12:00"])
def test_a_stream_goes_on_through_both_changes_of_clocks(start):
    index = pd.date_range(start, periods=300, freq="h", tz="Europe/Berlin")
    frame = pd.DataFrame({("a", 1): np.sin(np.arange(300) / 3)}, index=index)
    frame = frame.mask(np.random.default_rng(0).random(frame.shape) < 0.3)
    frame.iloc[40] = np.nan
    imputer = RecurrentImputer(
        direction="forward", units=4, epochs=1, random_state=0, verbose=False, periods=(86400.0,)
    ).fit(frame)
    stream = imputer.stream()
    steps = list(frame.iterrows())[:40]
    filled = [stream.step(row, time) for time, row in steps]
    np.testing.assert_allclose(filled, imputer.transform(frame, causal=True)[:40], atol=1e-5)
    with pytest.raises(DataError, match="has no zone, and the step before had one"):
        stream.step([0.0], datetime(2030, 1, 1))
    with pytest.raises(DataError, match=r"the step, column .* 1e\+30 lies"):
        stream.step([1e30], index[40])
    # What is refused changes nothing.
    masked = stream.step(np.ma.array([-9999.0], mask=[True]), index[40])
    np.testing.assert_allclose(masked, imputer.transform(frame, causal=True).iloc[40], atol=1e-5)
    assert stream.step({"('a', 1)": 0.25}, index[41]).tolist() == [0.25]
