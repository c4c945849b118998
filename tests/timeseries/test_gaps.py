"""Time since the last observation."""

import numpy as np

from harnn.timeseries.gaps import time_gaps


def test_gaps_are_those_of_the_recursion_of_che_et_al():
    rng = np.random.default_rng(0)
    observed = rng.random((3, 20, 4)) < 0.4
    times = np.cumsum(rng.random((3, 20)), axis=1)
    expected = np.zeros(observed.shape)
    for t in range(1, 20):
        since = (times[:, t] - times[:, t - 1])[:, None]
        expected[:, t] = since + np.where(observed[:, t - 1], 0.0, expected[:, t - 1])
    np.testing.assert_allclose(time_gaps(observed, times), expected, rtol=0, atol=1e-12)


def test_what_is_observed_at_a_step_does_not_change_its_own_gap():
    observed = np.array([[True], [False], [False]])
    later = observed.copy()
    later[2] = True
    times = np.array([0.0, 2.0, 5.0])
    assert time_gaps(observed, times)[2, 0] == time_gaps(later, times)[2, 0] == 5.0
