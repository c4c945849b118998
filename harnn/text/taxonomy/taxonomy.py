"""The hierarchy of categories that documents are classified into."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, Never, final

import numpy as np

from harnn.atomic import atomic_file
from harnn.errors import TaxonomyError, nearest
from harnn.text.taxonomy import sources
from harnn.text.taxonomy.category_graph import BoolArray, CategoryGraph, frozen
from harnn.text.taxonomy.order import arrange
from harnn.text.taxonomy.path import join_path, split_path
from harnn.text.taxonomy.sources import Categories, Inner, Path

__all__ = ["Taxonomy"]

MAX_UNFOLDED = 1_000_000


@final
class Taxonomy(CategoryGraph):
    """An immutable hierarchy of categories: a tree or a directed acyclic graph, of any depth.

    Categories are numbered level by level and, within a level, by (parents, name): the same
    hierarchy always gets the same numbers, in whatever order it was given. In a tree a category
    is its path, so one name may stand under two parents or on two levels.

    Args:
        names: The name of each category, in any order.
        parents: The indices of its parents; empty for a root.
        stops: Whether a document's path may end there although it has children; never by
            default. A leaf always ends a path, and its mark is not kept.

    Attributes:
        names: The name of each category.
        parents: The parents of each category, ascending; empty for a root.
        stops: Where a path may end above the leaves, ``(categories,)``.
        levels: Depth of each category, ``(categories,)``: 0 for a root, else one more than its
            deepest parent's.

    Raises:
        TaxonomyError: If it is empty or has a cycle, two siblings of one name, a parent that
            does not exist, or a name that is blank, has blanks around it or control characters.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["Agent/Athlete", "Agent/Politician", "Place"])
        >>> taxonomy
        Taxonomy(4 categories in 2 levels: 2 / 2)
        >>> taxonomy.path_strings
        ('Agent', 'Place', 'Agent/Athlete', 'Agent/Politician')
        >>> taxonomy.find(("Agent", "Politician"))
        3
    """

    names: tuple[str, ...]

    def __init__(
        self,
        names: Sequence[str],
        parents: Sequence[Iterable[int]],
        stops: Sequence[bool] | BoolArray | None = None,
    ) -> None:
        stops = [False] * len(names) if stops is None else stops
        if not len(names) == len(parents) == len(stops):
            raise TaxonomyError(
                f"{len(names)} names, {len(parents)} parents and {len(stops)} stops do not match"
            )
        if not len(names):
            raise TaxonomyError("a taxonomy needs at least one category")
        arranged = arrange(names, parents)
        has_children = np.zeros(len(names), bool)
        has_children[[parent for above in arranged.parents for parent in above]] = True
        # Past __setattr__, which refuses: from here on nothing changes.
        vars(self).update(
            names=arranged.names,
            parents=arranged.parents,
            stops=frozen(np.asarray(stops, bool)[arranged.order] & has_children),
            levels=frozen(np.array(arranged.levels, np.int64)),
        )

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"a Taxonomy does not change; {name!r} cannot be set")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError(f"a Taxonomy does not change; {name!r} cannot be deleted")

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Taxonomy):
            return NotImplemented
        return (
            self.names == other.names
            and self.parents == other.parents
            and np.array_equal(self.stops, other.stops)
        )

    def __hash__(self) -> int:
        return hash((self.names, self.parents, self.stops.tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies (sklearn.clone deep-copies parameters) are built anew, so stay read-only.
        return Taxonomy, (self.names, self.parents, self.stops)

    def __repr__(self) -> str:
        sizes = " / ".join(map(str, self.level_sizes))
        kind = "" if self.is_tree else ", not a tree"
        return f"Taxonomy({len(self)} categories in {self.n_levels} levels: {sizes}{kind})"

    # Names -----------------------------------------------------------------------------------

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Names from a root to each category, by way of its first parent."""
        paths: list[tuple[str, ...]] = []
        for name, above in zip(self.names, self.parents, strict=True):
            paths.append((*paths[above[0]], name) if above else (name,))
        return tuple(paths)

    @cached_property
    def path_strings(self) -> tuple[str, ...]:
        """The spelling of `paths` as strings; see `join_path`."""
        return tuple(map(join_path, self.paths))

    def root_paths(self, category: int) -> list[tuple[str, ...]]:
        """Every path of names from a root to a category: one in a tree, maybe several otherwise.

        Args:
            category: Its number.

        Returns:
            The paths, sorted.

        Example:
            >>> taxonomy = Taxonomy.from_edges([("art", "film"), ("trade", "film")])
            >>> taxonomy.root_paths(2)
            [('art', 'film'), ('trade', 'film')]
        """
        above = {category}
        pending = [category]
        while pending:
            new = set(self.parents[pending.pop()]) - above
            above |= new
            pending += new
        paths: dict[int, list[tuple[str, ...]]] = {}
        for index in sorted(above):
            heads = [path for parent in self.parents[index] for path in paths[parent]]
            paths[index] = [(*head, self.names[index]) for head in heads or [()]]
        return sorted(paths[category])

    def find(self, path: Path) -> int:
        """The number of the category at the end of a path.

        Args:
            path: Names from a root, each a child of the one before; or their spelling ``"a/b"``.

        Returns:
            The category's number.

        Raises:
            TaxonomyError: If a name is not there; it is named, with the sibling nearest to it.

        Example:
            >>> Taxonomy.from_paths(["Agent/Athlete", "Agent/Politician"]).find("Agent/Politican")
            Traceback (most recent call last):
            ...
            harnn.errors.TaxonomyError: 'Agent/Politican': 'Politican' is not a child of 'Agent' \
in the taxonomy; did you mean 'Politician'?
        """
        components = split_path(path) if isinstance(path, str) else tuple(path)
        if not components:
            raise TaxonomyError("an empty path leads to no category")
        here = -1
        for depth, name in enumerate(components):
            below = self._child_by_name.get((here, name))
            if below is None:
                raise self._unknown(components, depth, here)
            here = below
        return here

    @cached_property
    def _child_by_name(self) -> dict[tuple[int, str], int]:
        return {
            (parent, name): index
            for index, name in enumerate(self.names)
            for parent in self.parents[index] or (-1,)
        }

    def _unknown(self, path: tuple[str, ...], depth: int, parent: int) -> TaxonomyError:
        siblings = range(self.level_sizes[0]) if parent < 0 else self.children[parent]
        name = path[depth]
        if parent < 0:
            what = "is not a top-level category"
        elif not siblings:
            what = f"is below {path[depth - 1]!r}, which has no children"
        else:
            what = f"is not a child of {path[depth - 1]!r}"
        spelled = "/".join(map(str, path))
        close = nearest(str(name), (self.names[sibling] for sibling in siblings))
        return TaxonomyError(f"{spelled!r}: {name!r} {what} in the taxonomy{close}")

    # Other taxonomies ------------------------------------------------------------------------

    def unfold(self) -> Taxonomy:
        """The tree of all root paths: a category with several of them stands there several times.

        Returns:
            A tree, which has as many categories as there are root paths here.

        Raises:
            TaxonomyError: If that is more than a million.

        Example:
            >>> Taxonomy.from_edges([("art", "film"), ("trade", "film")]).unfold().path_strings
            ('art', 'trade', 'art/film', 'trade/film')
        """
        counts: list[int] = []
        for above in self.parents:
            counts.append(sum(counts[parent] for parent in above) if above else 1)
        if sum(counts) > MAX_UNFOLDED:
            raise TaxonomyError(f"the tree of all {sum(counts)} root paths is too large to build")
        tree = Categories()
        copies: list[list[int]] = []
        for name, above, stop in zip(self.names, self.parents, self.stops.tolist(), strict=True):
            hooks = [(copy,) for parent in above for copy in copies[parent]] if above else [()]
            copies.append([tree.add(name, hook, stop) for hook in hooks])
        return _build(tree)

    def merge_paths(self, paths: Iterable[Path]) -> Taxonomy:
        """This taxonomy and further paths; the categories may be numbered anew.

        Where a path may end here, it may end there too. Paths that are here already change nothing.

        Args:
            paths: Paths from the root, as strings or sequences of names.

        Returns:
            The larger taxonomy.

        Example:
            >>> Taxonomy.from_paths(["a/b"]).merge_paths(["a/c", "a/b"]).path_strings
            ('a', 'a/b', 'a/c')
        """
        ends = self.stops.copy()
        ends[self.terminals] = True
        here = Categories(list(self.names), list(self.parents), ends.tolist())
        return _build(sources.from_paths(paths, allow_repeats=True, onto=here))

    # Constructors ----------------------------------------------------------------------------

    @classmethod
    def from_paths(
        cls, paths: Iterable[Path], *, inner: Inner = "stop", allow_repeats: bool = False
    ) -> Taxonomy:
        """Build a tree from paths.

        Args:
            paths: Paths from the root: strings ``"a/b"`` (see `split_path`) or sequences of names.
            inner: What a listed path with longer ones below it means: documents may end there
                (``"stop"``), or it only names a category on the way (``"prefix"``).
            allow_repeats: Whether a path may be listed twice, as in the labels of documents.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: If a path is empty, is no path, or is listed twice.

        Example:
            >>> Taxonomy.from_paths(["a/b", ("a", "c"), "a"]).stops
            array([ True, False, False])
        """
        return _build(sources.from_paths(paths, inner=inner, allow_repeats=allow_repeats))

    @classmethod
    def from_edges(
        cls,
        edges: Iterable[tuple[Hashable, Hashable]],
        *,
        root: Hashable | None = None,
        names: Mapping[Any, str] | None = None,
        nodes: Iterable[Hashable] = (),
        stops: Iterable[Hashable] = (),
    ) -> Taxonomy:
        """Build a taxonomy from pairs (parent, child); a child of several parents is one category.

        Args:
            edges: Pairs of keys.
            root: The key of an artificial root, above level 0 and itself no category: everything
                else must hang below it. Without it, whoever has no parent is on level 0.
            names: The name of each key; its string by default.
            nodes: Keys that may stand in no edge.
            stops: Keys where a document's path may end although they have children.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: If there is a cycle, an orphan, a second root where one is given, an
                edge twice, or two children of one name under one parent.

        Example:
            >>> Taxonomy.from_edges([(0, 1), (1, 2)], root=0, names={1: "a", 2: "b"}).paths
            (('a',), ('a', 'b'))
        """
        return _build(sources.from_edges(edges, root=root, names=names, nodes=nodes, stops=stops))

    @classmethod
    def from_networkx(cls, graph: Any, root: Hashable | None = None) -> Taxonomy:
        """Build a taxonomy from a ``networkx.DiGraph`` whose edges lead from parent to child.

        Args:
            graph: The graph. The node attributes ``name`` (default: the node's string) and
                ``stops`` are read if they are there.
            root: An artificial root, as in `from_edges`.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: As in `from_edges`, and if the graph is undirected.

        Example:
            >>> import networkx
            >>> Taxonomy.from_networkx(networkx.DiGraph([("a", "b")])).path_strings
            ('a', 'a/b')
        """
        return _build(sources.from_graph(graph, root=root))

    @classmethod
    def from_nested(cls, tree: Mapping[str, Any]) -> Taxonomy:
        """Build a tree from nested mappings, such as a YAML file holds.

        Args:
            tree: Names to what is below them: a mapping, a list of names, or nothing.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: If something else stands in the mapping, or it is empty.

        Example:
            >>> Taxonomy.from_nested({"a": {"b": {}, "c": None}, "d": ["e"]}).path_strings
            ('a', 'd', 'a/b', 'a/c', 'd/e')
        """
        return _build(sources.from_nested(tree))

    @classmethod
    def from_json(cls, text: str | os.PathLike[str]) -> Taxonomy:
        """Read what `to_json` gave, checking all of it.

        Args:
            text: The JSON, or the path of its file as a ``pathlib.Path``.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: If it is incomplete, of another version, or no valid taxonomy.

        Example:
            >>> taxonomy = Taxonomy.from_paths(["a/b"])
            >>> Taxonomy.from_json(taxonomy.to_json()) == taxonomy
            True
        """
        return _build(sources.from_json(text)) if isinstance(text, str) else cls.load(text)

    def to_json(self) -> str:
        """The taxonomy as versioned JSON, parents before children.

        Returns:
            ``{"format": "harnn-taxonomy", "version": 1, "categories": [{"name": "a", "parents":
            [], "stops": false}, ...]}``, where parents are positions in the list.

        Example:
            >>> print(Taxonomy.from_paths(["a/b"]).to_json(), end="")
            {"format": "harnn-taxonomy", "version": 1, "categories": [
            {"name": "a", "parents": [], "stops": false},
            {"name": "b", "parents": [0], "stops": false}
            ]}
        """
        return sources.to_json(self.names, self.parents, self.stops.tolist())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `to_json` to a file, whole or not at all.

        Args:
            path: The file.
        """
        with atomic_file(path) as temporary:
            temporary.write_text(self.to_json(), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Taxonomy:
        """Read a file that `save` wrote; data only, nothing in it is ever run.

        Args:
            path: The file.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: If it is incomplete, of another version, or no valid taxonomy.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     Taxonomy.from_paths(["a/b"]).save(f"{folder}/taxonomy.json")
            ...     Taxonomy.load(f"{folder}/taxonomy.json")
            Taxonomy(2 categories in 2 levels: 1 / 1)
        """
        try:
            return cls.from_json(FilePath(path).read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise TaxonomyError(f"{os.fspath(path)}: not UTF-8 text: {error}") from None
        except TaxonomyError as error:
            raise TaxonomyError(f"{os.fspath(path)}: {error}") from None

    @classmethod
    def read(cls, source: Any) -> Taxonomy:
        """Build a taxonomy from whatever the user has.

        Args:
            source: A `Taxonomy`, the path of a ``.json`` file, a nested mapping, a networkx graph,
                or an iterable of paths.

        Returns:
            The taxonomy.

        Raises:
            TaxonomyError: If it is none of these, or a list of pairs, which could be edges or
                paths.

        Example:
            >>> Taxonomy.read({"a": {"b": {}}}) == Taxonomy.read(["a/b"])
            True
        """
        if isinstance(source, Taxonomy):
            return source
        if isinstance(source, str | os.PathLike):
            if FilePath(source).suffix.lower() != ".json":
                raise TaxonomyError(f"{os.fspath(source)!r} is not the path of a .json file")
            return cls.load(source)
        return _build(sources.read(source))


def _build(categories: Categories) -> Taxonomy:
    return Taxonomy(categories.names, categories.parents, categories.stops)
