"""What a network reads."""

import numpy as np

from harnn.timeseries.readings import Readings, usual_step

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=(30, 3))
OBSERVED = RNG.random(VALUES.shape) < 0.6
TIMES = np.cumsum(RNG.random(30) + 0.5)


def test_observed_values_are_read_as_they_are():
    for base in ("last", "line"):
        channels = Readings(base, 1.0).of(VALUES, OBSERVED, TIMES)
        np.testing.assert_allclose(channels[:, :3][OBSERVED], VALUES[OBSERVED], rtol=1e-6)
        np.testing.assert_array_equal(channels[:, 3:6], OBSERVED)


def test_hidden_values_are_not_read():
    other = np.where(OBSERVED, VALUES, 1e6)
    for base in ("last", "line"):
        readings = Readings(base, 1.0)
        np.testing.assert_array_equal(
            readings.of(VALUES, OBSERVED, TIMES), readings.of(other, OBSERVED, TIMES)
        )


def test_last_values_know_nothing_of_the_future():
    later = VALUES.copy()
    later[20:] += 5.0
    readings = Readings("last", 1.0, periods=(7.0,))
    before = readings.of(VALUES, OBSERVED, TIMES)[:20]
    np.testing.assert_array_equal(before, readings.of(later, OBSERVED, TIMES)[:20])
    np.testing.assert_array_equal(before, readings.of(VALUES[:20], OBSERVED[:20], TIMES[:20]))


def test_channels_are_as_many_as_announced():
    for base in ("last", "line"):
        for periods in ((), (24.0, 7.0)):
            readings = Readings(base, 1.0, periods)
            assert readings.of(VALUES, OBSERVED, TIMES).shape[-1] == readings.channels(3)


def test_periods_are_the_angle_of_the_time():
    times = np.array([0.0, 6.0, 12.0, 30.0]) + 1_700_006_400  # a midnight
    channels = Readings("last", 1.0, periods=(24.0,)).of(
        np.zeros((4, 1)), np.ones((4, 1), bool), times
    )
    np.testing.assert_allclose(channels[:, -2], np.sin(2 * np.pi * times / 24.0), atol=1e-4)
    np.testing.assert_allclose(channels[:, -1], np.cos(2 * np.pi * times / 24.0), atol=1e-4)


def test_the_usual_step_is_that_of_most_steps_of_all_series():
    assert usual_step([np.array([0.0, 1.0, 2.0, 50.0]), np.array([0.0, 1.0])]) == 1.0
    assert usual_step([np.array([0.0])]) == 1.0
