"""A model reads series of the frequency that it has learnt, and no others."""

import json

import numpy as np
import pandas as pd
import pytest

from harnn.errors import DataError
from harnn.model_archive import sealed
from harnn.timeseries import RecurrentForecaster, RecurrentImputer, SimpleForecaster, SimpleImputer
from harnn.timeseries.sampling import Sampling, step_in_words
from harnn.timeseries.series import read_series

SMALL = {"units": 4, "window": 12, "epochs": 1, "random_state": 0, "verbose": False}


def series(freq, periods=200, **options):
    index = pd.date_range("2023-01-01", periods=periods, freq=freq, **options)
    return pd.DataFrame({"x": np.sin(np.arange(periods) / 5)}, index=index)


@pytest.mark.parametrize(
    ("model", "ask"),
    [
        (RecurrentImputer(**SMALL), "transform"),
        (RecurrentForecaster(**SMALL), "predict"),
        (SimpleForecaster("last", window=12), "predict"),
    ],
)
def test_another_frequency_is_refused_in_words(model, ask, tmp_path):
    model.fit(series("h"))
    with pytest.raises(
        DataError, match="fitted on steps of 1 hour; X has steps of 1 day: resample"
    ):
        getattr(model, ask)(series("D"))
    getattr(model, ask)(series("h").iloc[50:])
    model.save(tmp_path / "model")
    loaded = type(model).load(tmp_path / "model")
    assert loaded.sampling_ == model.sampling_
    with pytest.raises(DataError, match=r"X\[1\] has steps of 15 minutes"):
        getattr(loaded, ask)([series("h"), series("15min")])


def test_validation_data_have_the_same_frequency():
    with pytest.raises(DataError, match="validation_data has steps of 30 minutes"):
        SimpleForecaster("last", window=5).fit(series("h"), validation_data=series("30min"))


def test_a_backtest_and_a_score_are_checked_too():
    model = SimpleForecaster("last", window=5).fit(series("h"))
    for ask in (model.backtest, model.score):
        with pytest.raises(DataError, match="steps of 1 day"):
            ask(series("D"))


@pytest.mark.parametrize(("freq", "other"), [("MS", "ME"), ("B", "D"), ("h", "63min")])
def test_months_and_business_days_are_regular_enough(freq, other):
    model = SimpleForecaster("last", window=5).fit(series(freq))
    assert model.sampling_.regular
    model.predict(series(other))


def test_a_day_of_25_hours_is_a_day():
    model = SimpleForecaster("last", window=5).fit(series("D", tz="Europe/Berlin"))
    model.predict(series("D", tz="Europe/Berlin", periods=320).iloc[290:])


def test_irregular_series_and_those_without_times_pass():
    irregular = series("h")
    gaps = np.random.default_rng(0).exponential(86400, len(irregular)).cumsum()
    irregular.index = irregular.index[0] + pd.to_timedelta(gaps, unit="s")
    SimpleForecaster("last", window=5).fit(series("h")).predict(irregular)
    SimpleForecaster("last", window=5).fit(irregular).predict(series("h"))
    # Four rows with holes between them say nothing of a frequency.
    SimpleForecaster("last", window=3).fit(series("h")).predict(series("D", periods=3))
    model = SimpleForecaster("last", window=5).fit(series("h").to_numpy())
    assert model.sampling_ is None


def test_lines_in_time_have_learnt_no_steps():
    model = SimpleImputer().fit(series("h"))
    assert model.transform(series("D")).shape == (200, 1)


def test_a_model_that_was_saved_without_its_spacing_checks_nothing(tmp_path):
    SimpleForecaster("last", window=5).fit(series("h")).save(tmp_path / "model")
    file = tmp_path / "model" / "model.json"
    description = json.loads(file.read_text())
    del description["sampling"]
    file.write_text(json.dumps(sealed(description)))
    model = SimpleForecaster.load(tmp_path / "model")
    assert model.sampling_ is None
    assert model.predict(series("D")).shape == (1, 1)


def test_times_of_day_need_one_kind_of_clock():
    model = RecurrentImputer(periods=(86400.0,), **SMALL).fit(series("h", tz="UTC"))
    with pytest.raises(DataError, match="fitted on times with a zone; X has times without one"):
        model.transform(series("h"))
    other = RecurrentImputer(**SMALL).fit(series("h", tz="UTC"))
    assert other.transform(series("h")).shape == (200, 1)


def test_steps_are_told_in_words():
    assert step_in_words(86400 * 30.4) == "30.4 days"
    assert step_in_words(60.0) == "1 minute"
    assert Sampling.of(read_series(np.zeros((9, 1)), times=np.arange(9.0))).step == 1.0
