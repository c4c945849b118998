from __future__ import annotations

import numpy as np
import pytest

from harnn.text.layers.pair_table import fill_slots, places, slots_for

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("count", "ids"), [(1, 5), (40, 9), (5_000, 80), (60_000, 2_000_000)])
def test_every_pair_stands_in_one_of_its_two_places(count: int, ids: int) -> None:
    pairs = np.unique(RNG.integers(2, ids, (count, 2)), axis=0)
    slots, kept = fill_slots(pairs)
    assert len(slots) == slots_for(len(kept))
    first, second = places(kept[:, 0], kept[:, 1], len(slots))
    numbers = np.arange(1, len(kept) + 1)
    assert ((slots[first] == numbers) | (slots[second] == numbers)).all()
    assert np.count_nonzero(slots) == len(kept)
    assert len(kept) > 0.999 * len(pairs)


def test_pairs_without_a_place_are_left_out() -> None:
    """Of pairs that have the same two places, two find room."""
    grid = np.stack(np.meshgrid(np.arange(2, 200), np.arange(2, 200)), axis=-1).reshape(-1, 2)
    both = np.stack(places(grid[:, 0], grid[:, 1], slots_for(3)), axis=1)
    alike = grid[(both == both[0]).all(axis=1)][:3]
    slots, kept = fill_slots(alike)
    assert (len(alike), len(kept)) == (3, 2)
    assert sorted(slots[slots > 0].tolist()) == [1, 2]


def test_no_product_leaves_32_bits() -> None:
    largest = np.array([2**31 - 1, 32748, 32718, 65520, 65518], dtype=np.int64)
    first, second = (part.ravel() for part in np.meshgrid(largest, largest))
    with np.errstate(over="raise"):
        narrow = places(first.astype(np.int32), second.astype(np.int32), slots_for(60_000))
    for place, wide in zip(narrow, places(first, second, slots_for(60_000)), strict=True):
        np.testing.assert_array_equal(place, wide)
