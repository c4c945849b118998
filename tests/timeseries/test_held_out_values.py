"""Values of the validation data are hidden in exact numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.options import HoleOptions
from harnn.timeseries.series import read_series

SHARES = st.floats(0.01, 0.99)


@pytest.mark.filterwarnings("ignore::harnn.errors.UnmeasuredSensorWarning")
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=3),
    SHARES,
    st.integers(1, 12),
    st.integers(0, 99),
)
def test_the_number_is_exact_and_one_is_hidden_and_one_stays(lengths, share, length, seed):
    generator = np.random.default_rng(seed)
    values = [generator.normal(size=(steps, 2)) for steps in lengths]
    values[0][0] = 0.0
    for one in values:
        one[1:][generator.random((len(one) - 1, 2)) < 0.3] = np.nan
    series = read_series(values)
    counts = sum(one.observed.sum(axis=0) for one in series)
    if counts.max() < 2:
        return
    holes = HoleOptions(hide_share=share, hide_length=length)
    held = HeldOutValues.of(series, holes, seed)
    hidden = sum(one.sum(axis=0) for one in held.hidden)
    for count, found in zip(counts, hidden, strict=True):
        expected = 0 if count < 2 else min(max(round(share * count), 1), count - 1)
        assert found == expected
    for one, of_one in zip(series, held.hidden, strict=True):
        assert not (of_one & ~one.observed).any()
    again = HeldOutValues.of(series, holes, seed)
    for one, other in zip(held.hidden, again.hidden, strict=True):
        np.testing.assert_array_equal(one, other)


def test_runs_are_hidden_where_runs_are_asked_for():
    series = read_series(np.zeros((4000, 1)))
    hidden = {}
    for length in (1, 20):
        holes = HoleOptions(hide_share=0.3, hide_length=length)
        (mask,) = HeldOutValues.of(series, holes, 0).hidden
        edges = np.flatnonzero(np.diff(np.r_[0, mask[:, 0], 0]))
        hidden[length] = (edges[1::2] - edges[::2]).max()
    assert hidden[20] >= 15 > hidden[1]
