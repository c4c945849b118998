"""Fills that need no network."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from harnn.errors import ConfigError
from harnn.timeseries import SimpleImputer

TRUE = np.cumsum(np.random.default_rng(0).normal(size=(600, 2)), axis=0)
HOLED = TRUE.copy()
HOLED[[100, 101, 300], [0, 0, 1]] = np.nan


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("line", TRUE[99, 0] + (TRUE[102, 0] - TRUE[99, 0]) * np.array([1, 2]) / 3),
        ("last", TRUE[[99, 99], 0]),
        ("mean", np.repeat(TRUE[:480, 0].mean(), 2)),
    ],
)
def test_it_fills_as_its_strategy_says(strategy, expected):
    filled = SimpleImputer(strategy).fit(TRUE).transform(HOLED)
    np.testing.assert_allclose(filled[100:102, 0], expected)
    known = ~np.isnan(HOLED)
    np.testing.assert_allclose(filled[known], HOLED[known])


def test_its_bands_are_measured_where_values_were_hidden():
    imputer = SimpleImputer(hide_share=0.3).fit(TRUE[:300], validation_data=TRUE[300:])
    holed = TRUE[300:].copy()
    hidden = np.random.default_rng(5).random(holed.shape) < 0.3
    holed[hidden] = np.nan
    low, high = imputer.reconstruct(holed).band(0.8)
    inside = ((low <= TRUE[300:]) & (TRUE[300:] <= high))[hidden]
    assert inside.mean() == pytest.approx(0.8, abs=0.08)


@pytest.mark.filterwarnings("ignore::harnn.errors.ConstantSensorWarning")
def test_a_constant_sensor_takes_no_band_from_the_others():
    constant = np.column_stack([TRUE, np.full(600, 7.0)])
    imputer, alone = SimpleImputer().fit(constant), SimpleImputer().fit(TRUE)
    low, high = imputer.reconstruct(constant).band(0.9)
    assert (low[:, 2] == 7).all()
    assert (high[:, 2] == 7).all()
    assert imputer.bands_.half_width(0.9) == pytest.approx(alone.bands_.half_width(0.9), rel=0.2)
    flat = SimpleImputer().fit(constant[:, 2:])
    assert flat.reconstruct(constant[:, 2:]).band(0.9)[1].max() == 7


def test_lines_follow_the_time():
    times = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-05"])
    frame = pd.DataFrame({"x": [0.0, np.nan, 4.0]}, index=times)
    days = pd.DataFrame({"x": TRUE[:, 0]}, index=pd.date_range("2023-01-01", periods=600))
    imputer = SimpleImputer().fit(days)
    assert imputer.transform(frame)["x"].tolist() == [0.0, 1.0, 4.0]


def test_it_is_a_scikit_learn_transformer_that_is_saved_and_loaded(tmp_path):
    imputer = clone(SimpleImputer("last")).fit(TRUE)
    imputer.save(tmp_path / "model")
    again = SimpleImputer.load(tmp_path / "model")
    np.testing.assert_array_equal(again.transform(HOLED), imputer.transform(HOLED))
    np.testing.assert_array_equal(
        again.reconstruct(HOLED).band(0.9), imputer.reconstruct(HOLED).band(0.9)
    )


def test_a_line_reads_the_future_and_no_other_strategy_is_known():
    with pytest.raises(ConfigError, match="strategy is 'spline'; one of"):
        SimpleImputer("spline").fit(TRUE)
    with pytest.raises(ConfigError, match="a line between neighbours reads the future"):
        SimpleImputer().fit(TRUE).transform(HOLED, causal=True)
    last = SimpleImputer("last").fit(TRUE)
    np.testing.assert_array_equal(last.transform(HOLED), last.transform(HOLED, causal=True))
