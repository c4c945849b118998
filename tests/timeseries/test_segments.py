"""Windows cut into segments."""

import numpy as np
import pytest

from harnn.timeseries.linear_forecast import LinearForecast
from harnn.timeseries.segments import JoinedSensors, Segments

RNG = np.random.default_rng(0)
WINDOW = RNG.normal(size=(2, 10, 3 * 4 + 2)).astype("float32")  # four sensors, one period


@pytest.mark.parametrize("segment", [1, 3, 5])
def test_segments_are_the_last_steps_side_by_side_relative_to_the_last_fill(segment):
    found = np.asarray(Segments(4, segment)(WINDOW))
    relative = WINDOW.copy()
    relative[..., :4] -= WINDOW[:, -1:, :4]
    used = 10 // segment * segment
    np.testing.assert_allclose(found, relative[:, 10 - used :].reshape(2, -1, 14 * segment))


@pytest.mark.parametrize("segment", [1, 3])
def test_a_shared_network_reads_a_sensor_at_a_time(segment):
    found = np.asarray(Segments(4, segment, shared=True)(WINDOW))
    used = 10 // segment * segment
    assert found.shape == (8, 10 // segment, 5 * segment)
    for row in range(2):
        for sensor in range(4):
            own = WINDOW[row][:, [sensor, 4 + sensor, 8 + sensor, 12, 13]].copy()
            own[:, 0] -= own[-1, 0]
            expected = own[10 - used :].reshape(-1, 5 * segment)
            np.testing.assert_allclose(found[4 * row + sensor], expected)


def test_joined_sensors_stand_in_the_order_that_they_were_cut_in():
    said = np.asarray(Segments(4, shared=True)(WINDOW))[:, :, 0]  # each sensor's relative fills
    relative = WINDOW[..., :4] - WINDOW[:, -1:, :4]
    np.testing.assert_allclose(JoinedSensors(4)(said), relative)


def test_shapes_are_as_announced():
    for shared in (False, True):
        layer = Segments(4, 3, shared)
        assert tuple(layer(WINDOW).shape) == layer.compute_output_shape(WINDOW.shape)


def test_a_linear_forecast_is_the_last_value_and_a_map_of_the_way_to_it():
    layer = LinearForecast(4, horizon=3)
    last = np.repeat(WINDOW[:, -1:, :4], 3, axis=1)
    np.testing.assert_array_equal(layer(WINDOW), last)
    kernel, bias = RNG.normal(size=(10, 3)), RNG.normal(size=3)
    layer._map.set_weights([kernel, bias])
    way = WINDOW[..., :4] - WINDOW[:, -1:, :4]
    expected = last + np.einsum("btf,tk->bkf", way, kernel) + bias[None, :, None]
    np.testing.assert_allclose(layer(WINDOW), expected, atol=1e-5)
