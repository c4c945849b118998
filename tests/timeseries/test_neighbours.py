"""Nearest observations, gaps and simple fills."""

import numpy as np
import pytest

from harnn.timeseries.neighbours import Neighbours

RNG = np.random.default_rng(0)
OBSERVED = RNG.random((3, 20, 4)) < 0.4
OBSERVED[0, :, 0] = False  # never
VALUES = RNG.normal(size=OBSERVED.shape)
TIMES = np.cumsum(RNG.random((3, 20)) + 0.1, axis=1)
FOUND = Neighbours.of(OBSERVED)


def test_gaps_are_those_of_the_recursion_of_che_et_al():
    expected = np.zeros(OBSERVED.shape)
    for t in range(1, 20):
        since = (TIMES[:, t] - TIMES[:, t - 1])[:, None]
        expected[:, t] = since + np.where(OBSERVED[:, t - 1], 0.0, expected[:, t - 1])
    np.testing.assert_allclose(FOUND.gaps_before(TIMES), expected, rtol=0, atol=1e-12)


def test_gaps_after_are_those_before_read_from_the_end():
    mirrored = Neighbours.of(OBSERVED[:, ::-1]).gaps_before(-TIMES[:, ::-1])
    np.testing.assert_allclose(FOUND.gaps_after(TIMES), mirrored[:, ::-1], rtol=0, atol=1e-12)


def test_what_is_observed_at_a_step_does_not_change_its_own_gap():
    later = OBSERVED.copy()
    later[:, 10] = ~later[:, 10]
    changed = Neighbours.of(later).gaps_before(TIMES)
    np.testing.assert_array_equal(changed[:, 10], FOUND.gaps_before(TIMES)[:, 10])


def test_last_values_are_those_of_pandas_forward_fill():
    pd = pytest.importorskip("pandas")
    holes = np.where(OBSERVED, VALUES, np.nan)
    for window, carried in zip(holes, FOUND.last_values(VALUES, otherwise=7.0), strict=True):
        expected = pd.DataFrame(window).ffill().fillna(7.0).to_numpy()
        np.testing.assert_array_equal(carried, expected)


def test_lines_are_those_of_numpy():
    lines = FOUND.interpolated(VALUES, TIMES, otherwise=7.0)
    for w, f in np.ndindex(3, 4):
        seen = OBSERVED[w, :, f]
        if seen.any():
            expected = np.interp(TIMES[w], TIMES[w][seen], VALUES[w, seen, f])
        else:
            expected = np.full(20, 7.0)
        np.testing.assert_allclose(lines[w, :, f], expected, rtol=0, atol=1e-12)


def test_hidden_values_change_no_fill():
    other = np.where(OBSERVED, VALUES, 1e9)
    np.testing.assert_array_equal(FOUND.last_values(VALUES), FOUND.last_values(other))
    np.testing.assert_array_equal(
        FOUND.interpolated(VALUES, TIMES), FOUND.interpolated(other, TIMES)
    )


def test_holes_may_be_nan():
    holes = np.where(OBSERVED, VALUES, np.nan)
    np.testing.assert_array_equal(
        FOUND.interpolated(holes, TIMES, otherwise=0.0),
        FOUND.interpolated(VALUES, TIMES, otherwise=0.0),
    )
