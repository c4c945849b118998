"""The structure that the metrics need to know of a hierarchy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import numpy as np

from harnn.errors import TaxonomyError
from harnn.evaluation.checks import check_levels

__all__ = ["Hierarchy", "parents_first"]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The categories in the order of the arrays' columns: their levels, parents and names.

    Checked once, when it is made.

    Args:
        levels: int ``(categories,)``, the 0-based level of each category.
        parents: For each category the indices of its parents: none for a root, one in a tree,
            several in a directed acyclic graph.
        names: For each category its name.

    Raises:
        DataError: If ``levels`` is not such an array.
        TaxonomyError: If the three differ in length, a parent does not exist, a root is not on
            level 0, a category has no parent on the level above, or the parents form a cycle.

    Example:
        >>> hierarchy = Hierarchy(np.array([0, 0, 1]), ((), (), (0,)), ("Agent", "Place", "Artist"))
        >>> hierarchy.depth
        2
    """

    levels: np.ndarray
    parents: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        levels = check_levels(self.levels).copy()
        levels.flags.writeable = False
        object.__setattr__(self, "levels", levels)
        for field in ("parents", "names"):
            if len(getattr(self, field)) != len(levels):
                raise TaxonomyError(
                    f"{field} describes {len(getattr(self, field))} categories, "
                    f"levels describes {len(levels)}; one entry a category is needed"
                )
        parents_first(self.parents, self.names)
        for category, above in enumerate(self.parents):
            level = int(levels[category])
            if not above and level > 0:
                raise TaxonomyError(
                    f"category {self.names[category]!r} (index {category}) is on level {level} "
                    "and has no parent; only a category of level 0 has none"
                )
            # Whether the level is the shortest or the longest way from a root, the last step of
            # that way comes from the level above.
            if above and level - 1 not in levels[list(above)]:
                raise TaxonomyError(
                    f"category {self.names[category]!r} (index {category}) is on level {level}, "
                    f"its parents on {sorted(int(levels[p]) for p in above)}; "
                    f"at least one must be on level {level - 1}"
                )

    @property
    def depth(self) -> int:
        """The number of levels."""
        return int(self.levels.max()) + 1


def parents_first(
    parents: Sequence[Sequence[int]], names: Sequence[str] | None = None
) -> tuple[int, ...]:
    """Order the categories such that each comes after all of its parents.

    Args:
        parents: For each category the indices of its parents.
        names: The categories' names, for the error message; their indices if None.

    Returns:
        The indices of the categories.

    Raises:
        TaxonomyError: If a parent does not exist, or the parents form a cycle.

    Example:
        >>> parents_first([(1,), (2,), ()])
        (2, 1, 0)
    """
    names = names if names is not None else [str(category) for category in range(len(parents))]
    for category, above in enumerate(parents):
        for parent in above:
            if not 0 <= parent < len(parents):
                raise TaxonomyError(
                    f"category {names[category]!r} (index {category}) has parent {parent}; "
                    f"indices run from 0 to {len(parents) - 1}"
                )
    try:
        return tuple(TopologicalSorter(dict(enumerate(parents))).static_order())
    except CycleError as error:
        cycle = " → ".join(repr(names[category]) for category in error.args[1])
        raise TaxonomyError(f"parents form a cycle: {cycle}") from None
