"""Independent seeds derived from one."""

from __future__ import annotations

import numpy as np

__all__ = ["spread_seed"]


def spread_seed(seed: int | None, count: int) -> list[int | None]:
    """Derive ``count`` independent seeds from one.

    Two initialisers with the same seed and shape start with the same weights, so every layer and
    every part of a layer gets a seed of its own.

    Args:
        seed: The seed to spread, or ``None`` for seeds drawn afresh in each run.
        count: How many seeds to derive.

    Returns:
        Integers below 2**31, the same ones for the same ``seed``; all ``None`` if it is ``None``.

    Example:
        >>> spread_seed(0, 2) == spread_seed(0, 2)
        True
        >>> spread_seed(None, 2)
        [None, None]
    """
    if seed is None:
        return [None] * count
    return [int(state) >> 1 for state in np.random.SeedSequence(seed).generate_state(count)]
