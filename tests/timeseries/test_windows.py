"""Windows of series."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harnn.errors import ConfigError, DataError
from harnn.timeseries.windows import Windows


def numbered(*lengths):
    """Arrays whose values tell the array and the step."""
    return [1000.0 * k + np.arange(n, dtype=float)[:, None] for k, n in enumerate(lengths)]


@given(
    lengths=st.lists(st.integers(0, 30), min_size=1, max_size=4),
    length=st.integers(1, 10),
    stride=st.integers(1, 7),
    cover=st.booleans(),
)
def test_windows_are_the_slices_one_would_cut(lengths, length, stride, cover):
    arrays = numbered(*lengths)
    expected = []
    for array in arrays:
        last = len(array) - length
        starts = list(range(0, last + 1, stride))
        if cover and last >= 0 and starts[-1] != last:
            starts.append(last)
        expected += [array[start : start + length] for start in starts]
    if not expected:
        with pytest.raises(DataError, match="the longest series has"):
            Windows(arrays, length, stride, cover)
        return
    windows = Windows(arrays, length, stride, cover)
    np.testing.assert_array_equal(windows[np.arange(len(windows))], np.stack(expected))


def test_windows_come_in_the_order_that_is_asked_for():
    windows = Windows(numbered(4, 4), length=2)
    assert windows[[5, 0, 3]][:, 0, 0].tolist() == [1002.0, 0.0, 1000.0]


def test_places_say_where_windows_stand():
    owners, starts = Windows(numbered(5, 4), length=2, stride=2).places(np.array([1, 2]))
    assert owners.tolist() == [0, 1]
    assert starts.tolist() == [2, 0]


def test_windows_of_a_long_series_take_no_memory_of_their_own():
    array = np.zeros((100_000, 2), dtype="float32")
    windows = Windows([array], length=5_000)
    assert all(np.shares_memory(view, array) for view in windows._views)


def test_a_window_that_is_not_there_is_refused():
    windows = Windows(numbered(4), length=2)
    for number in (-1, 3):
        with pytest.raises(IndexError, match="there are 3 windows"):
            windows[[number]]


@pytest.mark.parametrize("option", ["length", "stride"])
def test_lengths_and_strides_below_one_are_refused(option):
    with pytest.raises(ConfigError, match=f"{option} is 0"):
        Windows(numbered(4), **({"length": 2} | {option: 0}))
