"""Where the linear part of a forecast starts."""

import numpy as np
import pytest

from harnn.timeseries.forecast_batches import ForecastWindows
from harnn.timeseries.linear_start import linear_start
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import read_series

TIME = np.arange(1000.0)
X = np.stack([np.sin(TIME / 3), np.cos(TIME / 3)], axis=1)


def windows(values, window=12, horizon=4):
    return ForecastWindows(read_series(values), Readings("last", 1.0), window, horizon)


def errors(kernel, bias):
    """Of the forecasts of each step ahead, over all windows of both sensors."""
    found = []
    for start in range(len(X) - 16):
        window, ahead = X[start : start + 12], X[start + 12 : start + 16]
        said = window[-1] + np.einsum("tf,tk->kf", window - window[-1], kernel) + bias[:, None]
        found.append(np.abs(said - ahead))
    return np.mean(found, axis=(0, 2))


def test_what_is_linear_is_forecast():
    kernel, bias = linear_start(windows(X), features=2, seed=0)
    assert kernel.shape == (12, 4)
    assert (errors(kernel, bias) < 0.01).all()


def test_holes_take_no_part_in_it():
    holed = X.copy()
    holed[np.random.default_rng(0).random(X.shape) < 0.02] = np.nan
    # With four steps ahead known together most of the time, and with too few of those.
    for short in (len(X), 60):
        found = linear_start(windows(holed[:short]), features=2, seed=0)
        assert found is not None
        assert (errors(*found) < 0.3).all()


def test_each_step_is_fitted_by_itself_where_all_are_seldom_known_together():
    holed = X.copy()
    holed[::3] = np.nan  # Of four steps in a row one is always missing.
    kernel, bias = linear_start(windows(holed), features=2, seed=0)
    last = np.abs(X[12:-3] - X[11:-4]).mean()
    assert (errors(kernel, bias)[0] < last).all()
    assert kernel.shape == (12, 4)


@pytest.mark.parametrize("steps", [20, 26])
def test_a_few_windows_are_no_ground_for_it(steps):
    assert linear_start(windows(X[:steps]), features=2, seed=0) is None
