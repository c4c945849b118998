"""Holes made on purpose."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harnn.errors import ConfigError, DataError
from harnn.timeseries.missingness import hide_blocks, hide_points, hide_sensors, hide_subsequences

ALL = np.ones((6, 48, 7), dtype=bool)
SOME = np.random.default_rng(1).random(ALL.shape) < 0.8
GENERATORS = {
    "points": partial(hide_points, share=0.3),
    "subsequences": partial(hide_subsequences, share=0.5, length=36),
    "blocks": partial(hide_blocks, share=0.3, length=6, width=3),
    "sensors": partial(hide_sensors, count=2),
}


@pytest.mark.parametrize("kind", GENERATORS)
def test_the_same_seed_hides_the_same_and_another_does_not(kind):
    hide = GENERATORS[kind]
    np.testing.assert_array_equal(hide(SOME, seed=3), hide(SOME, seed=3))
    assert (hide(SOME, seed=3) != hide(SOME, seed=4)).any()


@pytest.mark.parametrize("kind", GENERATORS)
def test_only_what_is_observed_is_hidden_and_something_is(kind):
    hidden = GENERATORS[kind](SOME, seed=0)
    assert hidden.any()
    assert not (hidden & ~SOME).any()


@given(share=st.floats(0, 1), seed=st.integers(0, 100))
def test_points_are_exactly_as_many_as_asked_for(share, seed):
    assert hide_points(SOME, share, seed).sum() == round(share * SOME.sum())


def runs_of(lane):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lane.astype(int), [0]])))
    return edges[1::2] - edges[::2]


@given(share=st.floats(0, 0.6), length=st.integers(1, 48), seed=st.integers(0, 100))
def test_subsequences_are_whole_runs_in_exact_number(share, length, seed):
    count = round(share * ALL.size / length)
    if count > 6 * 7 * (48 // length):
        with pytest.raises(DataError, match="have room for"):
            hide_subsequences(ALL, share, length, seed)
        return
    hidden = hide_subsequences(ALL, share, length, seed)
    assert hidden.sum() == count * length
    for window in hidden:
        for lane in window.T:
            assert (runs_of(lane) % length == 0).all()


def test_a_run_may_start_at_any_step():
    lanes = np.ones((4000, 6, 1), dtype=bool)
    hidden = hide_subsequences(lanes, 0.5, 3, seed=0)
    starts = hidden[:, :, 0].argmax(axis=1)[hidden.sum(axis=(1, 2)) == 3]
    shares = np.bincount(starts, minlength=4) / len(starts)
    np.testing.assert_allclose(shares, 0.25, atol=0.03)


def test_blocks_hide_sensors_together_in_exact_number():
    hidden = hide_blocks(ALL, 0.25, 6, 3, seed=0)
    count = round(0.25 * ALL.size / (6 * 3))
    assert hidden.sum() == count * 6 * 3
    assert set(hidden.sum(axis=2).ravel()) <= {0, 3, 6}


def test_whole_sensors_are_hidden_in_every_window_and_others_each_time():
    hidden = hide_sensors(ALL, 2, seed=0)
    whole = hidden.all(axis=1)
    assert (whole.sum(axis=1) == 2).all()
    assert (hidden.any(axis=1) == whole).all()
    assert len({tuple(row) for row in whole}) > 1


def test_one_series_needs_no_axis_of_windows():
    for hide in GENERATORS.values():
        assert hide(ALL[0], seed=0).shape == (48, 7)


@pytest.mark.parametrize(
    ("hide", "words"),
    [
        (partial(hide_points, share=1.5), "share is 1.5"),
        (partial(hide_subsequences, share=0.1, length=0), "length is 0"),
        (partial(hide_blocks, share=0.1, length=2, width=8), "width is 8; 1 to 7"),
        (partial(hide_sensors, count=8), "count is 8; 0 to 7"),
    ],
)
def test_what_cannot_be_hidden_is_refused(hide, words):
    with pytest.raises(ConfigError, match=words):
        hide(ALL)
