"""The shape of a hierarchy: who is above whom, where paths end, and sets of its categories."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from harnn.errors import DataError, TaxonomyError

__all__ = ["BoolArray", "CategoryGraph", "Families", "IntArray", "frozen"]

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


class Families(NamedTuple):
    """Parents and their children, as ``numpy.ufunc.reduceat`` reads them.

    Attributes:
        parents: The parents, ascending.
        children: The children of the first parent, then those of the second one, and so on.
        starts: The place in ``children`` at which those of each parent begin.
    """

    parents: IntArray
    children: IntArray
    starts: IntArray


class CategoryGraph:
    """A tree or a directed acyclic graph of numbered categories, level by level.

    What a `Taxonomy` is apart from its names. Categories are numbered so that parents come before
    their children.

    Attributes:
        parents: The parents of each category, ascending; empty for a root.
        stops: Where a path may end above the leaves, ``(categories,)``.
        levels: Depth of each category, ``(categories,)``, ascending.
    """

    parents: tuple[tuple[int, ...], ...]
    stops: BoolArray
    levels: IntArray

    def __len__(self) -> int:
        return len(self.parents)

    @cached_property
    def n_levels(self) -> int:
        """Number of levels."""
        return int(self.levels[-1]) + 1

    @cached_property
    def level_sizes(self) -> tuple[int, ...]:
        """Number of categories on each level."""
        return tuple(np.bincount(self.levels).tolist())

    @cached_property
    def level_slices(self) -> tuple[slice, ...]:
        """Columns of each level in an array ``(documents, categories)``."""
        bounds = np.searchsorted(self.levels, np.arange(self.n_levels + 1)).tolist()
        return tuple(slice(start, stop) for start, stop in pairwise(bounds))

    @cached_property
    def is_tree(self) -> bool:
        """Whether no category has more than one parent."""
        return all(len(above) <= 1 for above in self.parents)

    @cached_property
    def edges(self) -> IntArray:
        """Pairs (parent, child), ``(edges, 2)``, sorted by child."""
        pairs = [(parent, child) for child, above in enumerate(self.parents) for parent in above]
        return frozen(np.array(pairs, np.int64).reshape(-1, 2))

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The children of each category, ascending."""
        below: list[list[int]] = [[] for _ in self.parents]
        for parent, child in self.edges.tolist():
            below[parent].append(child)
        return tuple(map(tuple, below))

    @cached_property
    def families(self) -> Families:
        """All parents and their children."""
        return _families(self.edges)

    @cached_property
    def families_by_level(self) -> tuple[Families, ...]:
        """The children of each level but the first, with their parents."""
        levels = self.levels[self.edges[:, 1]]
        return tuple(_families(self.edges[levels == level]) for level in range(1, self.n_levels))

    @cached_property
    def terminals(self) -> IntArray:
        """The categories where a path may end, ``(terminals,)``: leaves and stops."""
        leaves = np.ones(len(self), bool)
        leaves[self.edges[:, 0]] = False
        return frozen(np.flatnonzero(leaves | self.stops).astype(np.int64))

    @cached_property
    def terminal_paths(self) -> IntArray:
        """The category on each level of every path, ``(terminals, levels)``; -1 below its end.

        Raises:
            TaxonomyError: If a category has several parents; see `unfold`.
        """
        if not self.is_tree:
            raise TaxonomyError("paths are rows of one category a level only in a tree: unfold()")
        table = np.full((len(self.terminals), self.n_levels), -1, np.int64)
        table[np.arange(len(table)), self.levels[self.terminals]] = self.terminals
        for level in range(self.n_levels - 1, 0, -1):
            rows = np.flatnonzero(table[:, level] >= 0)
            table[rows, level - 1] = self._parent_table[table[rows, level], 0]
        return frozen(table)

    @cached_property
    def ancestors(self) -> BoolArray:
        """Row c marks c and all above it, ``(categories, categories)``; built when first read."""
        marked = np.eye(len(self), dtype=bool)
        for child, above in enumerate(self.parents):
            for parent in above:
                marked[child] |= marked[parent]
        return frozen(marked)

    # Sets of categories ----------------------------------------------------------------------

    def close(self, indicator: npt.ArrayLike) -> BoolArray:
        """Mark all ancestors of what is marked.

        Args:
            indicator: Marked categories, bool or 0/1, ``(documents, categories)``.

        Returns:
            A new array of the same shape, closed under ancestors.

        Raises:
            DataError: If the array has another shape or kind.

        Example:
            >>> from harnn import Taxonomy
            >>> Taxonomy.from_paths(["a/b", "c"]).close([[0, 0, 1]])
            array([[ True, False,  True]])
        """
        closed = self._indicator(indicator).copy()
        for level in reversed(self.level_slices[1:]):
            rows, columns = np.nonzero(closed[:, level])
            for of_rows, parents in self._climb(rows, columns + level.start):
                closed[of_rows, parents] = True
        return closed

    def most_specific(self, indicator: npt.ArrayLike) -> BoolArray:
        """Keep the marked categories none of whose children is marked.

        Args:
            indicator: Marked categories, bool or 0/1, ``(documents, categories)``.

        Returns:
            A new array of the same shape.

        Raises:
            DataError: If the array has another shape or kind.

        Example:
            >>> from harnn import Taxonomy
            >>> Taxonomy.from_paths(["a/b", "c"]).most_specific([[1, 1, 1]])
            array([[False,  True,  True]])
        """
        marked = self._indicator(indicator)
        kept = marked.copy()
        for rows, parents in self._climb(*np.nonzero(marked)):
            kept[rows, parents] = False
        return kept

    def is_consistent(self, indicator: npt.ArrayLike) -> BoolArray:
        """Whether each row is closed under ancestors.

        Args:
            indicator: Marked categories, bool or 0/1, ``(documents, categories)``.

        Returns:
            One answer a document, ``(documents,)``.

        Raises:
            DataError: If the array has another shape or kind.

        Example:
            >>> from harnn import Taxonomy
            >>> Taxonomy.from_paths(["a/b", "c"]).is_consistent([[1, 0, 1], [0, 0, 1]])
            array([ True, False])
        """
        marked = self._indicator(indicator)
        consistent = np.ones(len(marked), bool)
        for rows, parents in self._climb(*np.nonzero(marked)):
            consistent[rows[~marked[rows, parents]]] = False
        return consistent

    @cached_property
    def _parent_table(self) -> IntArray:
        """Parents of each category, ``(categories, most parents)``, -1 beyond its last."""
        width = max(map(len, self.parents))
        rows = [(*above, *[-1] * (width - len(above))) for above in self.parents]
        return np.array(rows, np.int64).reshape(len(self), width)

    def _climb(self, rows: IntArray, categories: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
        """From marks, as (row, category), to the same rows and the first, second, ... parents.

        Documents have few of many categories, so following the marks beats whole columns.
        """
        for parents in self._parent_table.T:
            above = parents[categories]
            yield rows[above >= 0], above[above >= 0]

    def _indicator(self, indicator: npt.ArrayLike) -> BoolArray:
        array = np.asarray(indicator)
        if array.ndim != 2 or array.shape[1] != len(self):
            raise DataError(
                f"indicator has shape {array.shape}; expected (documents, {len(self)} categories)"
            )
        if array.dtype == bool:
            return array
        if array.dtype.kind not in "iu" or (array.size and not 0 <= array.min() <= array.max() < 2):
            raise DataError(
                f"indicator is {array.dtype} and not all 0 or 1; expected bool: compare "
                "probabilities with a threshold first"
            )
        return array.astype(bool)


def _families(edges: IntArray) -> Families:
    by_parent = edges[np.argsort(edges[:, 0], kind="stable")]
    parents, starts = np.unique(by_parent[:, 0], return_index=True)
    return Families(frozen(parents), frozen(by_parent[:, 1]), frozen(starts))


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array, made read-only."""
    array.setflags(write=False)
    return array
