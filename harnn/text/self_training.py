"""Self-training: what is not known of a document is learnt from a trained network's answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from harnn.text.targets import path_targets

__all__ = ["has_gaps", "sharpened", "with_gaps_filled"]


def has_gaps(levels: list[np.ndarray], paths: np.ndarray) -> bool:
    """Return whether there is a document whose path is not known to its end.

    Args:
        levels: One array a level ``(documents, outputs)`` of 1 and 0, −1 where not known.
        paths: The output of each level that each path takes ``(paths, levels)``.

    Example:
        >>> has_gaps([np.array([[1, 0], [-1, -1]])], np.array([[0], [1]]))
        True
    """
    return bool((path_targets(levels, paths) < 0).any())


def with_gaps_filled(
    targets: dict[str, np.ndarray],
    levels: list[np.ndarray],
    paths: np.ndarray,
    answer: Callable[[np.ndarray], np.ndarray],
) -> dict[str, np.ndarray]:
    """Put a network's answers where targets say that something is not known.

    Documents all of whose levels are known stay as they are. Of the others the network says how
    probable each path is; what the known levels rule out is struck off, the rest is sharpened, and
    these shares take the place of "not known".

    Args:
        targets: For each output of the network ``(documents, outputs)``: 1 and 0, −1 where not
            known.
        levels: The same of each level, one column a category.
        paths: The output of each level that each path takes ``(paths, levels)``.
        answer: From the numbers of some documents to the probability of every path for each.

    Returns:
        New arrays, of shares in two bytes each: there is one for every document and path.

    Source:
        Lee, "Pseudo-label", ICML 2013 workshop; here with shares in place of the likeliest label.
    """
    possible = path_targets(levels, paths) != 0
    rows = np.flatnonzero(possible.sum(axis=1) > 1)
    filled = {output: target.astype(np.float16) for output, target in targets.items()}
    if not len(rows):
        return filled
    shares = sharpened(answer(rows), possible[rows])
    for output, target in filled.items():
        if output == "paths":
            target[rows] = shares
        else:  # "local_2": of the paths that take an output of the second level, the sum
            taken = paths[:, int(output.rpartition("_")[2]) - 1]
            target[rows] = shares @ np.eye(target.shape[1])[taken]
    return filled


def sharpened(probabilities: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Square probabilities among what is possible, and make them shares of one again.

    Squaring favours what the network already leans to: see Xie, Girshick & Farhadi, ICML 2016,
    equation 3.

    Args:
        probabilities: ``(documents, paths)``.
        possible: Which paths a document may have, of the same shape; at least one each.

    Returns:
        float64 of the same shape; each row adds up to one.

    Example:
        >>> sharpened(np.array([[0.2, 0.1, 0.7]]), np.array([[True, True, False]])).round(4)
        array([[0.8, 0.2, 0. ]])
    """
    among = np.where(possible, np.maximum(probabilities, 1e-30), 0.0).astype(np.float64)
    squares = np.square(among / among.max(axis=1, keepdims=True))
    return squares / squares.sum(axis=1, keepdims=True)
