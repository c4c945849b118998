"""What is known of a category although its level is not: that it is absent with its parents."""

from __future__ import annotations

import numpy as np

from harnn.text.taxonomy import Taxonomy

__all__ = ["with_implied_absences"]


def with_implied_absences(targets: list[np.ndarray], taxonomy: Taxonomy) -> list[np.ndarray]:
    """Fill in that a category is absent where one of its parents is.

    A document whose third level is not known is still no example of the categories below another
    second level than its own. A classifier of one category against the rest can learn from that;
    a softmax over the level cannot.

    Args:
        targets: One array a level ``(documents, outputs)``, the topmost first: 1 and 0, −1 where
            not known.
        taxonomy: The categories.

    Returns:
        New arrays, with a 0 in place of some −1.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "a/c", "d/e", "d/f"])
        >>> targets = [np.array([[1, 0]]), np.array([[-1, -1, -1, -1]])]
        >>> with_implied_absences(targets, taxonomy)[1].tolist()
        [[-1, -1, 0, 0]]
    """
    filled = [level.copy() for level in targets]

    def of(category: int) -> np.ndarray:
        level = int(taxonomy.levels[category])
        return filled[level][:, category - taxonomy.level_slices[level].start]

    for parent, child in taxonomy.edges.tolist():  # sorted by child: parents are filled before
        of(child)[(of(child) == -1) & (of(parent) == 0)] = 0
    return filled
