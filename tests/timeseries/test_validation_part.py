"""An outage is reported as one: which sensor, which rows, and what to do."""

import numpy as np
import pytest

from harnn.errors import ConfigError, DataError, UnmeasuredSensorWarning
from harnn.timeseries import RecurrentForecaster, RecurrentImputer, SimpleForecaster, SimpleImputer

X = np.stack([np.sin(np.arange(200) / 5), np.cos(np.arange(200) / 9)], axis=1)
SMALL = {"units": 4, "window": 12, "epochs": 1, "random_state": 0, "verbose": False}
IMPUTERS = [SimpleImputer(), RecurrentImputer(**SMALL)]
FORECASTERS = [SimpleForecaster("last", window=12), RecurrentForecaster(**SMALL)]


def without(rows, sensors=slice(None)):
    holed = X.copy()
    holed[rows, sensors] = np.nan
    return holed


@pytest.mark.parametrize("model", IMPUTERS)
def test_an_imputer_needs_values_to_hide(model):
    words = r"X, rows 160 to 199: held out for validation, and no sensor \('0', '1'\) .* give val"
    with pytest.raises(DataError, match=words):
        model.fit(without(slice(160, None)))
    with pytest.raises(DataError, match=r"X, rows 160 to 199: .* \('0'\)"):
        model.fit(without(slice(161, None))[:, :1])
    model.fit(without(slice(160, None)), validation_data=X)
    with pytest.raises(DataError, match="validation_data, rows 0 to 49"):
        model.fit(X, validation_data=np.full((50, 2), np.nan))


@pytest.mark.parametrize("model", FORECASTERS)
def test_a_forecaster_needs_values_to_forecast(model):
    with pytest.raises(DataError, match=r"X, rows 172 to 199: no sensor \('0', '1'\) has a value"):
        model.fit(without(slice(172, None)))
    several = [X[:100], without(slice(None))[:100]]
    with pytest.raises(DataError, match=r"validation_data\[0\], rows 12 to 99.*of the validation"):
        model.fit(X, validation_data=several[1:])
    model.fit(several)
    with pytest.raises(DataError, match=r"X, rows 188 to 199: .* leave the outage out"):
        model.predict(without(slice(188, None)))
    with pytest.raises(DataError, match="X, rows 0 to 199: no value is known after the first 12"):
        model.score(without(slice(12, None)))


@pytest.mark.parametrize("model", [*IMPUTERS, *FORECASTERS])
def test_a_sensor_that_starts_late_is_named(model):
    words = "X, rows 0 to 159: never observed in the training part: '1'.*X, rows 160 to 199"
    with pytest.raises(DataError, match=words):
        model.fit(without(slice(0, 165), 1))


@pytest.mark.parametrize("model", [*IMPUTERS, *FORECASTERS])
def test_one_sensor_that_ends_early_is_warned_of(model):
    with pytest.warns(UnmeasuredSensorWarning, match=r"X, rows 160 to 199: .* of '1': its bands"):
        model.fit(without(slice(160, None), 1))


def test_a_forecaster_needs_values_to_learn_from():
    late = without(slice(12, 160))
    with pytest.raises(DataError, match=r"X, rows 12 to 159: .* of the training part"):
        RecurrentForecaster(**SMALL).fit(late)


@pytest.mark.parametrize("sensors", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_eight_steps_are_enough_for_a_simple_imputer(sensors, seed):
    values = np.random.default_rng(seed).normal(size=(40, sensors))
    for steps in range(8, 41):
        SimpleImputer(random_state=seed).fit(values[:steps])
    for steps in range(1, 8):
        with pytest.raises(DataError, match="at least 8 steps"):
            SimpleImputer().fit(values[:steps])
    with pytest.raises(DataError, match="at least 4 steps"):
        SimpleImputer(validation_fraction=0.5).fit(values[:3])
    SimpleImputer(validation_fraction=0.5).fit(values[:4])


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 2])
def test_a_fraction_leaves_both_parts_something(fraction):
    with pytest.raises(ConfigError, match="validation_fraction is"):
        SimpleImputer(validation_fraction=fraction).fit(X)


def test_a_backtest_tells_steps_that_are_never_known():
    model = SimpleForecaster("last", window=5, horizon=3).fit(X)
    found = model.backtest(np.where(np.arange(8)[:, None] == 6, np.nan, X[:8]))
    np.testing.assert_array_equal(np.isnan(found.mse_by_step()), [False, True, False])
