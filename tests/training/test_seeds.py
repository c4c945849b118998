from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.training.seeds import spread_seed


@given(seed=st.integers(0, 2**63), count=st.integers(0, 50))
@settings(deadline=None, max_examples=50)
def test_a_seed_gives_the_same_distinct_seeds_each_time(seed: int, count: int) -> None:
    seeds = spread_seed(seed, count)
    assert seeds == spread_seed(seed, count)
    assert len(set(seeds)) == len(seeds) == count
    assert all(isinstance(value, int) and 0 <= value < 2**31 for value in seeds)


def test_other_seeds_give_other_seeds() -> None:
    drawn = [seed for start in range(20) for seed in spread_seed(start, 20)]
    assert len(set(drawn)) == 400


def test_more_seeds_begin_with_the_fewer() -> None:
    assert spread_seed(7, 10)[:3] == spread_seed(7, 3)


def test_no_seed_spreads_to_none() -> None:
    assert spread_seed(None, 3) == [None, None, None]
