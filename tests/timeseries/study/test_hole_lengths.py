import numpy as np
import pytest

from harnn.timeseries.study.hole_lengths import hole_lengths, power_bins


@pytest.mark.parametrize("seed", range(5))
def test_every_missing_value_knows_the_run_that_it_lies_in(seed):
    observed = np.random.default_rng(seed).random((40, 3)) < 0.5
    found = hole_lengths(observed)
    for column in range(3):
        text = "".join("x" if seen else "." for seen in observed[:, column])
        expected = [0] * 40
        at = 0
        for run in text.replace("x", " x ").split():
            if run != "x":
                expected[at : at + len(run)] = [len(run)] * len(run)
            at += len(run)
        assert found[:, column].tolist() == expected


def test_bins_reach_the_longest_and_leave_no_number_out():
    bins = power_bins(100)
    assert [n for low, high in bins for n in range(low, high + 1)] == list(range(1, 129))
