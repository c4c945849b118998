"""Forecasts that need no network."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeCV

from harnn.errors import ConfigError, DataError
from harnn.timeseries import SimpleForecaster

TIME = np.arange(700.0)
TRUE = np.stack([np.sin(TIME / 3), np.cos(TIME / 3) * 3 + 10], axis=1)
TRUE += np.random.default_rng(0).normal(0.0, 0.05, TRUE.shape)


def test_the_last_value_and_the_mean_are_what_they_are_called():
    last = SimpleForecaster("last", horizon=2, window=5).fit(TRUE)
    np.testing.assert_allclose(last.predict(TRUE), TRUE[[-1, -1]], rtol=1e-6)
    mean = SimpleForecaster("mean", horizon=2, window=5).fit(TRUE)
    np.testing.assert_allclose(mean.predict(TRUE)[0], TRUE[:560].mean(axis=0), rtol=1e-6)


def test_the_linear_map_is_a_ridge_regression_on_the_windows_of_all_sensors():
    model = SimpleForecaster("linear", horizon=1, window=6).fit(TRUE)
    scaled = model.scaling_.scaled(TRUE[:560])
    rows = np.concatenate(
        [np.lib.stride_tricks.sliding_window_view(scaled[:, k], 7) for k in range(2)]
    )
    relative = rows - rows[:, 5:6]
    reference = RidgeCV(np.logspace(-2, 4, 7)).fit(relative[:, :5], relative[:, 6])
    np.testing.assert_allclose(model.coef_[:5, 0], reference.coef_, atol=1e-4)
    assert model.score(TRUE[560:]) > SimpleForecaster("last", 1, 6).fit(TRUE).score(TRUE[560:])


@pytest.mark.parametrize("strategy", ["linear", "last", "mean"])
def test_a_saved_one_says_the_same(strategy, tmp_path):
    model = SimpleForecaster(strategy, horizon=3, window=8).fit(TRUE)
    model.save(tmp_path / "model")
    again = SimpleForecaster.load(tmp_path / "model")
    np.testing.assert_array_equal(again.predict(TRUE), model.predict(TRUE))
    np.testing.assert_array_equal(again.forecast(TRUE).band(), model.forecast(TRUE).band())


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(ConfigError, match="strategy is 'arima'; one of"):
        SimpleForecaster("arima").fit(TRUE)
    with pytest.raises(ConfigError, match="horizon"):
        SimpleForecaster(horizon=0).fit(TRUE)
    with pytest.raises(DataError, match="too few values are known"):
        SimpleForecaster(window=20).fit(TRUE[:25], validation_data=TRUE)
