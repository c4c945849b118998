from __future__ import annotations

import pytest

from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.report import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (-0.0, "0.00"), (0.00004, "0.00"), (-0.00004, "0.00"), (0.00006, "+0.01")],
)
def test_a_difference_that_rounds_to_nothing_has_no_sign(value, text):
    assert numbers.points(value) == text


def test_a_negative_number_has_a_minus_and_no_hyphen():
    assert numbers.points(-0.0123) == "\N{MINUS SIGN}1.23"
    assert numbers.points_interval(Interval(-0.02, -0.01)) == "−2.00 to −1.00"


def test_a_p_value_below_a_thousandth_is_not_written_as_zero():
    assert numbers.p_value(0.0) == "< 0.001"
    assert numbers.p_value(0.00099) == "< 0.001"
    assert numbers.p_value(0.001) == "0.001"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 ms"),
        (0.9996, "1 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7199.9, "2 h 00 min"),
        (360000.0, "100 h 00 min"),
    ],
)
def test_a_duration_never_reads_sixty_of_anything(value, text):
    assert numbers.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (2_500_000_000, "2.5 GB"), (10**16, "10,000 TB")],
)
def test_a_size_is_in_steps_of_a_thousand(value, text):
    assert numbers.size(value) == text


def test_what_is_no_date_stays_as_it_is():
    assert numbers.day("yesterday") == "yesterday"


def test_a_date_says_its_zone():
    assert numbers.day("2025-03-01T12:30:00Z") == "2025-03-01 12:30 UTC"
    assert numbers.day("2025-03-01T12:30:00+02:00") == "2025-03-01 12:30 +0200"
    assert numbers.day("2025-03-01T12:30:00") == "2025-03-01 12:30"


def test_a_percentage_and_a_score_have_the_same_digits():
    assert numbers.percent(0.81674) == "81.67 %"
    assert numbers.score(0.81674) == "0.8167"
