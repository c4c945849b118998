"""How long the hole is that a missing value lies in."""

from __future__ import annotations

import numpy as np

__all__ = ["hole_lengths", "power_bins"]


def hole_lengths(observed: np.ndarray) -> np.ndarray:
    """Return for each missing value the steps of its hole, and 0 for each observed one.

    Args:
        observed: Booleans ``(time, features)``.

    Example:
        >>> hole_lengths(np.array([[True], [False], [False], [True], [False]]))[:, 0].tolist()
        [0, 2, 2, 0, 1]
    """
    features = observed.shape[1]
    lengths = np.zeros(observed.shape, dtype=int)
    bounds = np.ones((1, features), dtype=bool)
    edges = np.diff(np.concatenate([bounds, observed, bounds]).astype(int), axis=0)
    for column in range(features):
        starts = np.flatnonzero(edges[:, column] == -1)
        stops = np.flatnonzero(edges[:, column] == 1)
        of_hole = stops - starts
        lengths[~observed[:, column], column] = np.repeat(of_hole, of_hole)
    return lengths


def power_bins(longest: int) -> list[tuple[int, int]]:
    """Return ranges of lengths that double: 1, 2, 3–4, 5–8, ….

    Args:
        longest: The largest number that must be in one.

    Example:
        >>> power_bins(9)
        [(1, 1), (2, 2), (3, 4), (5, 8), (9, 16)]
    """
    bins, lower, upper = [], 1, 1
    while lower <= longest:
        bins.append((lower, upper))
        lower, upper = upper + 1, 2 * upper
    return bins
