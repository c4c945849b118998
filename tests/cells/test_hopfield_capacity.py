from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.cells import capacity_curve


def test_hebbian_recall_collapses_beyond_its_capacity() -> None:
    curve = capacity_curve(400, [0.05, 0.1, 0.2, 0.3], random_state=0)
    np.testing.assert_allclose(curve.loads, [0.05, 0.1, 0.2, 0.3])
    assert (curve.overlaps[:2] > 0.99).all()
    assert curve.overlaps[2] < 0.85
    assert curve.overlaps[3] < 0.5
    assert curve.stored[0] > 0.99
    assert (curve.stored[2:] < 0.2).all()


def test_noise_makes_the_collapse_deeper() -> None:
    curve = capacity_curve(400, [0.05, 0.2], flipped=0.1, random_state=0)
    assert curve.overlaps[0] > 0.99
    assert curve.overlaps[1] < 0.7


def test_the_pseudo_inverse_rule_holds_more_than_the_hebbian() -> None:
    curve = capacity_curve(200, [0.3], "pseudo-inverse", flipped=0.1, random_state=0)
    assert curve.overlaps[0] > 0.99
    assert curve.stored[0] == 1.0


def test_one_pattern_at_least_is_stored() -> None:
    curve = capacity_curve(50, [0.001], random_state=0)
    assert curve.loads.tolist() == [0.02]
    assert curve.overlaps.tolist() == [1.0]


def test_a_seed_decides_the_curve() -> None:
    def curve(seed: int) -> list[float]:
        return capacity_curve(60, [0.15, 0.3], flipped=0.1, random_state=seed).overlaps.tolist()

    assert curve(3) == curve(3)
    assert curve(3) != curve(4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 0}, "units must be a positive integer"),
        ({"loads": [0.1, 0.0]}, "loads must be positive"),
        ({"loads": 0.1}, "loads must be positive"),
        ({"loads": [np.nan]}, "loads must be positive"),
        ({"flipped": 1.5}, "from 0 to 1, not 1.5"),
    ],
)
def test_a_curve_of_nothing_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        capacity_curve(**{"units": 20, "loads": [0.1], **options})
