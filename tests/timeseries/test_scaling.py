"""Sensors on one scale."""

import numpy as np
import pytest

from harnn.errors import ConstantSensorWarning, DataError
from harnn.timeseries.scaling import Scaling
from harnn.timeseries.series import read_series

RNG = np.random.default_rng(0)


def test_several_series_with_holes_are_measured_as_one():
    arrays = [RNG.normal(3, 2, size=(n, 2)) for n in (30, 50)]
    arrays[0][::3, 0] = np.nan
    scaling = Scaling.of(read_series(arrays))
    together = np.concatenate(arrays)
    np.testing.assert_allclose(scaling.mean, np.nanmean(together, axis=0), rtol=1e-12)
    np.testing.assert_allclose(scaling.scale, np.nanstd(together, axis=0), rtol=1e-12)


def test_scaling_and_back_is_the_same():
    values = RNG.normal(3, 2, size=(30, 2))
    scaling = Scaling.of(read_series(values))
    np.testing.assert_allclose(scaling.unscaled(scaling.scaled(values)), values, rtol=1e-12)


def test_a_constant_sensor_is_only_shifted():
    with pytest.warns(ConstantSensorWarning, match=r"'0' \(0\.1\)"):
        scaling = Scaling.of(read_series(np.full((10, 1), 0.1)))
    assert scaling.scaled(np.array([[0.1], [2.1]]))[:, 0].tolist() == pytest.approx([0.0, 2.0])


def test_a_sensor_observed_in_one_series_alone_is_enough():
    scaling = Scaling.of(read_series([np.full((4, 1), np.nan), np.arange(4.0)[:, None]]))
    assert scaling.mean.tolist() == [1.5]


def test_a_sensor_that_is_never_observed_is_refused_by_name():
    with pytest.raises(DataError, match="never observed in the training part: '1'"):
        Scaling.of(read_series([[1.0, np.nan], [2.0, np.nan]]))
