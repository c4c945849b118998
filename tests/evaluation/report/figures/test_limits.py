from __future__ import annotations

import pytest

from harnn.evaluation.report.figures.limits import telling_range


def test_a_baseline_far_off_does_not_stretch_the_axis():
    assert telling_range([0.82, 0.79, 0.78, 0.76, 0.01]) == (0.76, 0.82)


@pytest.mark.parametrize("values", [[0.5], [0.9, 0.1], [0.9, 0.85, 0.8, 0.5, 0.4]])
def test_numbers_that_are_spread_are_all_shown(values):
    assert telling_range(values) == (min(values), max(values))


def test_a_small_gap_is_not_far_however_close_the_others_are():
    assert telling_range([0.80, 0.80, 0.80, 0.79]) == (0.79, 0.80)
