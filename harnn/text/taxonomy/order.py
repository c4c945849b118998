"""The one order that the same categories always get, and what a hierarchy may not be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from harnn.errors import TaxonomyError
from harnn.text.taxonomy.path import check_name

__all__ = ["Arrangement", "arrange"]


@dataclass(frozen=True)
class Arrangement:
    """Categories in canonical order.

    Attributes:
        order: For each category its index in the order it was given.
        names: Its name.
        parents: Its parents as new numbers, ascending.
        levels: Its depth, one more than that of its deepest parent; 0 for a root.
    """

    order: list[int]
    names: tuple[str, ...]
    parents: tuple[tuple[int, ...], ...]
    levels: list[int]


def arrange(names: Sequence[str], parents: Sequence[Iterable[int]]) -> Arrangement:
    """Check categories and order them by (level, parents, name), which no two share.

    Args:
        names: The name of each category, in any order.
        parents: The indices of its parents.

    Returns:
        The categories in canonical order.

    Raises:
        TaxonomyError: If a name is none, a parent does not exist, two siblings share a name, or
            there is a cycle.

    Example:
        >>> arrange(["b", "c", "a"], [[2], [], []]).names
        ('a', 'c', 'b')
    """
    checked = [check_name(name, f"category {index}") for index, name in enumerate(names)]
    above = [tuple(of_one) for of_one in parents]
    _check_parents(checked, above)
    depths = _depths(checked, above)
    by_level: list[list[int]] = [[] for _ in range(max(depths) + 1)]
    for index, depth in enumerate(depths):
        by_level[depth].append(index)
    order: list[int] = []
    number: dict[int, int] = {}
    ordered_parents: list[tuple[int, ...]] = []
    for level in by_level:
        # Parents are on earlier levels, so their new numbers are known.
        keyed = sorted(
            (tuple(sorted(number[parent] for parent in above[index])), checked[index], index)
            for index in level
        )
        for new_parents, _, index in keyed:
            number[index] = len(order)
            order.append(index)
            ordered_parents.append(new_parents)
    return Arrangement(
        order,
        tuple(checked[index] for index in order),
        tuple(ordered_parents),
        [depths[index] for index in order],
    )


def _check_parents(names: list[str], parents: list[tuple[int, ...]]) -> None:
    """Refuse parents that are not there or given twice, and two siblings of one name."""
    taken: dict[tuple[int, str], int] = {}
    for index, above in enumerate(parents):
        for parent in above:
            if not 0 <= parent < len(names):
                raise TaxonomyError(
                    f"category {index}, {names[index]!r}: parent {parent} is out of range"
                )
        if len(set(above)) < len(above):
            raise TaxonomyError(f"category {index}, {names[index]!r}, has a parent twice")
        for parent in above or (-1,):
            if taken.setdefault((parent, names[index]), index) != index:
                place = f"below {names[parent]!r}" if parent >= 0 else "on the top level"
                raise TaxonomyError(f"duplicate siblings: {names[index]!r} stands twice {place}")


def _depths(names: list[str], parents: list[tuple[int, ...]]) -> list[int]:
    """Depth of each category, refusing a cycle by naming all of it."""
    depths = [0] * len(names)
    try:
        for index in TopologicalSorter(dict(enumerate(parents))).static_order():
            depths[index] = max((depths[parent] + 1 for parent in parents[index]), default=0)
    except CycleError as error:
        cycle = " -> ".join(names[index] for index in error.args[1])
        raise TaxonomyError(
            f"the hierarchy has a cycle: {cycle}; if one of these names stands on two levels, "
            "give paths, where it may: Taxonomy.from_paths"
        ) from None
    return depths
