"""The forecaster, as its users meet it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from harnn.errors import ConfigError, DataError, ModelFolderError
from harnn.timeseries.forecast_batches import ForecastWindows
from harnn.timeseries.forecaster import RecurrentForecaster
from harnn.timeseries.imputer import RecurrentImputer
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import read_series

TIME = np.arange(800.0)
# A line through two points says nothing of where these go.
TRUE = np.stack([np.sin(TIME / 2), np.cos(TIME / 2) * 3 + 10], axis=1)
TRUE += np.random.default_rng(0).normal(0.0, 0.05, TRUE.shape)


def forecaster(**options):
    small = {"units": 8, "window": 20, "horizon": 3, "epochs": 12, "batch_size": 16, "stride": 2}
    small["learning_rate"] = 0.02
    return RecurrentForecaster(**(small | options), random_state=0, verbose=False)


@pytest.fixture(scope="module")
def fitted():
    return forecaster().fit(TRUE[:600])


def test_it_forecasts_better_than_the_last_value(fitted):
    found = fitted.backtest(TRUE[600:])
    last = np.repeat(
        np.stack([fitted.scaling_.scaled(TRUE[600:])[19 + k] for k in range(len(found.true))])[
            :, None
        ],
        3,
        axis=1,
    )
    assert found.scores().micro_mse < 0.1 * ((last - found.true) ** 2).mean()
    assert fitted.score(TRUE[600:]) == -found.scores().micro_mse


def test_a_backtest_compares_with_what_came(fitted):
    found = fitted.backtest(TRUE[600:])
    scaled = fitted.scaling_.scaled(TRUE[600:])
    assert found.true.shape == (200 - 20 - 3 + 1, 3, 2)
    np.testing.assert_allclose(found.true[5], scaled[25:28], atol=1e-5)
    (one,) = [fitted.predict(TRUE[600:625])]
    np.testing.assert_allclose(found.predicted[5], fitted.scaling_.scaled(one), atol=1e-4)
    assert found.mse_by_step().shape == (3,)
    assert found.mse_by_step().mean() == pytest.approx(found.scores().micro_mse)


def test_what_is_to_be_forecast_is_never_read():
    """Changing what follows a window changes no reading of it, in whatever series."""
    holed = TRUE.copy()
    holed[np.random.default_rng(1).random(TRUE.shape) < 0.3] = np.nan
    readings = Readings("last", 1.0)
    windows = ForecastWindows(read_series(holed), readings, window=20, horizon=3)
    for row in (0, 100, len(windows) - 1):
        changed = holed.copy()
        changed[row + 20 :] = 99.0
        other = ForecastWindows(read_series(changed), readings, window=20, horizon=3)
        rows = np.array([row])
        np.testing.assert_array_equal(windows.readings(rows), other.readings(rows))
        assert (windows.targets(rows)["forecast"] != other.targets(rows)["forecast"]).any()


def test_nothing_is_forecast_from_nothing(fitted):
    silent = TRUE[:60].copy()
    silent[-20:] = np.nan
    with pytest.raises(DataError, match="no value at all in its last 20 steps"):
        fitted.predict(silent)


@pytest.mark.parametrize("direction", ["forward", "coupled", "decoupled"])
def test_every_direction_and_fusion_forecasts(direction):
    for fusion in ("concat", "gate", "recurrent") if direction == "coupled" else ("concat",):
        model = forecaster(direction=direction, fusion=fusion, cell="lstm", epochs=1)
        assert model.fit(TRUE).predict(TRUE).shape == (3, 2)


def test_a_teacher_may_learn_first():
    model = forecaster(direction="decoupled", procedure="teacher_first", epochs=2).fit(TRUE)
    assert len(model.history_) == 4
    assert model.history_[1]["mse"] < 1.0  # what the teacher tells of the steps before a window


def test_sensors_may_share_a_network_that_reads_segments():
    model = forecaster(shared=True, segment=5).fit(TRUE[:600])
    assert -model.score(TRUE[600:]) < 0.2
    # Of two sensors, either is forecast from itself alone.
    other = TRUE[600:].copy()
    other[:, 1] = other[::-1, 1]
    np.testing.assert_allclose(
        model.predict(TRUE[600:])[:, 0], model.predict(other)[:, 0], atol=1e-5
    )


def test_holes_in_the_window_are_read_as_holes(fitted):
    holed = TRUE[600:].copy()
    holed[-4:, 0] = np.nan
    assert np.isfinite(fitted.predict(holed)).all()
    whole_sensor = TRUE[600:].copy()
    whole_sensor[:, 1] = np.nan
    assert np.isfinite(fitted.predict(whole_sensor)).all()


def test_forecasts_come_with_the_dates_that_they_are_for(fitted):
    dates = pd.date_range("2024-01-01", periods=800, freq="s")
    frame = pd.DataFrame(TRUE, index=dates, columns=["0", "1"])
    dated = forecaster(epochs=1).fit(frame).predict(frame[:50])
    assert dated.index.tolist() == [dates[49] + pd.Timedelta(k, "s") for k in (1, 2, 3)]
    said = fitted.predict(pd.DataFrame(TRUE[:50], columns=["0", "1"]))
    assert list(said.columns) == ["0", "1"]
    several = fitted.predict([TRUE[:50], TRUE[:70]])
    assert len(several) == 2
    np.testing.assert_allclose(several[0], said.to_numpy(), atol=1e-5)
    assert fitted.forecast(TRUE[:50]).times.tolist() == [50, 51, 52]


def test_bands_contain_the_share_that_they_state(fitted):
    found = fitted.backtest(TRUE[600:])
    half = fitted.bands_.half_width(0.9) * fitted.deviation_
    covered = (np.abs(found.predicted - found.true) <= half).mean()
    assert covered == pytest.approx(0.9, abs=0.05)
    low, high = fitted.forecast(TRUE[:100]).band(0.9)
    assert low.shape == (3, 2)
    assert (high > low).all()


def test_the_same_seed_gives_the_same_fit(fitted):
    again = clone(fitted).fit(TRUE[:600])
    np.testing.assert_array_equal(again.predict(TRUE), fitted.predict(TRUE))


def test_what_is_held_out_changes_neither_scale_nor_start():
    """Validation values choose an epoch and nothing else: one epoch learns the same from others."""
    other = TRUE.copy()
    other[480:600] *= -3.0  # the last fifth of what fit is given
    one, two = (forecaster(epochs=1).fit(values[:600]) for values in (TRUE, other))
    np.testing.assert_array_equal(one.scaling_.mean, two.scaling_.mean)
    np.testing.assert_array_equal(one.predict(TRUE[:480]), two.predict(TRUE[:480]))
    assert one.history_[0]["mse"] != two.history_[0]["mse"]


def test_a_saved_forecaster_says_the_same(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    loaded = RecurrentForecaster.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(TRUE), fitted.predict(TRUE))
    np.testing.assert_array_equal(loaded.forecast(TRUE).band()[0], fitted.forecast(TRUE).band()[0])
    with pytest.raises(ModelFolderError, match="expected 'harnn-RecurrentImputer'"):
        RecurrentImputer.load(tmp_path / "model")


@pytest.mark.parametrize(
    ("data", "options", "error", "words"),
    [
        (
            TRUE[:22],
            {},
            DataError,
            "windows of 20 steps, and 3 before and after them",
        ),
        (TRUE, {"horizon": 0}, ConfigError, "option 'horizon'"),
        (TRUE, {"direction": "backward"}, ConfigError, "option 'direction'"),
    ],
)
def test_what_cannot_be_fitted_is_refused(data, options, error, words):
    with pytest.raises(error, match=words):
        forecaster(**options).fit(data)


def test_a_series_shorter_than_a_window_cannot_be_forecast(fitted):
    with pytest.raises(DataError, match="series 1 has 19 steps; the 20 of a window are needed"):
        fitted.predict([TRUE[:30], TRUE[:19]])
