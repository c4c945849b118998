"""What a taxonomy is built from: paths, edges, graphs, nested mappings and its own JSON.

Every function here reads one kind of source into `Categories`, the plain columns that `Taxonomy`
checks and orders. The public face of all of them is a class method of `Taxonomy`.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, get_args

from harnn.dataframes import as_list, is_column, is_table
from harnn.errors import TaxonomyError, nearest
from harnn.text.plain_strings import plain_string, string_hint
from harnn.text.taxonomy.path import check_name, join_path, split_path

__all__ = [
    "Categories",
    "Inner",
    "Path",
    "from_edges",
    "from_graph",
    "from_json",
    "from_nested",
    "from_paths",
    "read",
    "to_json",
]

Path = str | Sequence[str]
Inner = Literal["stop", "prefix"]

FORMAT = "harnn-taxonomy"
VERSION = 1


@dataclass
class Categories:
    """Categories in any order: a name, the indices of the parents and a stop mark for each."""

    names: list[str] = field(default_factory=list)
    parents: list[tuple[int, ...]] = field(default_factory=list)
    stops: list[bool] = field(default_factory=list)

    def add(self, name: str, parents: tuple[int, ...] = (), stops: bool = False) -> int:
        """Append a category and return its index."""
        self.names.append(name)
        self.parents.append(parents)
        self.stops.append(stops)
        return len(self.names) - 1


def from_paths(
    paths: Iterable[Path],
    *,
    inner: Inner = "stop",
    allow_repeats: bool = False,
    onto: Categories | None = None,
) -> Categories:
    """Read paths from the root, growing the categories of ``onto`` if it is given."""
    if isinstance(paths, str):
        raise TaxonomyError(f"expected several paths, got one string; give a list: [{paths!r}]")
    paths = _rows(paths, "paths")
    if inner not in get_args(Inner):
        raise TaxonomyError(f"inner is {inner!r}{nearest(str(inner), get_args(Inner))}")
    categories = onto or Categories()
    children = {
        (parent, name): index
        for index, name in enumerate(categories.names)
        for parent in categories.parents[index] or (-1,)
    }
    listed: dict[tuple[str, ...], int] = {}
    for row, path in _distinct(paths, allow_repeats).items():
        components = _components(row, path)
        if components in listed and not allow_repeats:
            raise _repeated(row, components, listed[components])
        listed[components] = row
        here = -1
        for name in components:
            below = children.get((here, name))
            if below is None:
                name = check_name(name, f"path {row}, {components!r}")
                below = categories.add(name, () if here == -1 else (here,))
                children[here, name] = below
            here = below
        if inner == "stop":
            categories.stops[here] = True
    return categories


def _rows(source: Iterable[Any], what: str) -> Iterable[Any]:
    """Return the rows of a source; a table has none but its columns when it is iterated."""
    if is_table(source):
        raise TaxonomyError(
            f"the {what} are a table, {type(source).__name__}: give a list of its rows"
        )
    return as_list(source) if is_column(source) else source


def _distinct(paths: Iterable[Path], allow_repeats: bool) -> dict[int, Path]:
    """Give each different path at the row where it first stands.

    A corpus repeats few paths many times: parsing each once makes 300,000 labels cheap.
    """
    first: dict[Path, int] = {}
    for row, path in enumerate(paths):
        # A list or an array row cannot be a key.
        key = plain_string(path) if isinstance(path, str) else _components(row, path)
        if first.setdefault(key, row) != row and not allow_repeats:
            raise _repeated(row, _components(row, path), first[key])
    return {row: path for path, row in first.items()}


def _components(row: int, path: Path) -> tuple[str, ...]:
    try:
        components = split_path(path) if isinstance(path, str) else tuple(path)
    except TypeError:
        raise TaxonomyError(
            f"path {row} is {path!r}; expected a string such as 'a/b' or a sequence of names"
        ) from None
    except TaxonomyError as error:
        raise TaxonomyError(f"path {row}: {error}") from None
    if not components:
        raise TaxonomyError(f"path {row} is empty; expected at least one name")
    for name in components:
        if not isinstance(name, str):
            raise TaxonomyError(
                f"path {row}, {components!r}: {name!r} is not a string{string_hint(name)}"
            )
    return tuple(map(plain_string, components))


def _repeated(row: int, components: tuple[str, ...], first: int) -> TaxonomyError:
    return TaxonomyError(
        f"path {row}, {join_path(components)!r}, repeats path {first}: duplicate siblings; "
        "to infer a taxonomy from the paths of documents, pass allow_repeats=True"
    )


def from_edges(
    edges: Iterable[tuple[Hashable, Hashable]],
    *,
    root: Hashable | None = None,
    names: Mapping[Any, str] | None = None,
    nodes: Iterable[Hashable] = (),
    stops: Iterable[Hashable] = (),
) -> Categories:
    """Read pairs (parent key, child key); ``root`` stands above level 0 and is no category."""
    parents: dict[Hashable, dict[Hashable, None]] = {}
    for row, edge in enumerate(_rows(edges, "edges")):
        parent, child = _edge(row, edge)
        if parent == child:
            raise TaxonomyError(
                f"edge {row}: {parent!r} is its own parent; if the same name stands on two "
                "levels, give paths, where it may: Taxonomy.from_paths"
            )
        parents.setdefault(parent, {})
        above = parents.setdefault(child, {})
        if parent in above:
            raise TaxonomyError(f"edge {row}: {parent!r} -> {child!r} is given twice")
        above[parent] = None
    for key in nodes:
        parents.setdefault(_key(key, "nodes"), {})
    if root is not None:
        _hang_below(root, parents)
    index = {key: position for position, key in enumerate(parents)}
    categories = Categories()
    for key, above in parents.items():
        if names is not None and key not in names:
            raise TaxonomyError(f"names has no entry for node {key!r}")
        name = _name(key) if names is None else names[key]
        # The artificial root is gone from the keys: who hangs on it alone is on level 0.
        categories.add(name, tuple(index[parent] for parent in above if parent in index))
    for key in stops:
        if key not in index:
            close = nearest(str(key), map(str, index))
            raise TaxonomyError(f"stops names {key!r}, which is not a category{close}")
        categories.stops[index[key]] = True
    return categories


def _edge(row: int, edge: Any) -> tuple[Hashable, Hashable]:
    try:
        pair = () if isinstance(edge, str) else tuple(edge)
    except TypeError:
        pair = ()
    if len(pair) != 2:
        raise TaxonomyError(f"edge {row} is {edge!r}; expected a pair (parent, child)")
    return _key(pair[0], f"edge {row}"), _key(pair[1], f"edge {row}")


def _key(key: Any, where: str) -> Hashable:
    """Refuse what a table has where a value is missing, and what no mapping can hold."""
    if key is None or key != key:
        raise TaxonomyError(f"{where}: a node is {key!r}; expected a name or another key")
    if isinstance(key, str):
        return plain_string(key)
    try:
        hash(key)
    except TypeError:
        raise TaxonomyError(f"{where}: node {key!r} is not hashable; give a string") from None
    return key


def _hang_below(root: Hashable, parents: dict[Hashable, dict[Hashable, None]]) -> None:
    """Take the artificial root away, having checked that nothing else lacks a parent."""
    if root not in parents:
        close = nearest(str(root), map(str, parents))
        raise TaxonomyError(f"root {root!r} is in no edge{close}")
    if parents[root]:
        raise TaxonomyError(f"root {root!r} has a parent, {next(iter(parents[root]))!r}")
    del parents[root]
    inner = {parent for above in parents.values() for parent in above}
    for key, above in parents.items():
        if not above:
            what = "a second root" if key in inner else "an orphan"
            raise TaxonomyError(f"{key!r} is {what}: give the edge that hangs it below {root!r}")


def from_graph(graph: Any, *, root: Hashable | None = None) -> Categories:
    """Read a ``networkx.DiGraph``; node attributes ``name`` and ``stops`` are optional."""
    if not graph.is_directed():
        raise TaxonomyError(
            "the graph is undirected, so no edge says which end is the parent; "
            "give a networkx.DiGraph with edges parent -> child"
        )
    return from_edges(
        graph.edges(),
        root=root,
        names={node: data.get("name", _name(node)) for node, data in graph.nodes(data=True)},
        nodes=graph.nodes(),
        stops=[node for node, data in graph.nodes(data=True) if data.get("stops", False)],
    )


def _name(key: Hashable) -> str:
    """Return the name of a key that has no other; for a member of an enumeration there is none."""
    if isinstance(key, str):
        return plain_string(key)
    if isinstance(key, Enum):
        raise TaxonomyError(f"node {key!r} is not a string{string_hint(key)}")
    return str(key)


def from_nested(tree: Mapping[str, Any]) -> Categories:
    """Read ``{"a": {"b": {}, "c": {}}}``; ``None`` or a list of names also ends a branch."""
    categories = Categories()
    pending: list[tuple[tuple[int, ...], Any]] = [((), tree)]
    while pending:
        parents, branch = pending.pop()
        if branch is None:
            continue
        if isinstance(branch, str) or not isinstance(branch, Mapping | Sequence):
            above = categories.names[parents[0]] if parents else "the taxonomy"
            raise TaxonomyError(
                f"below {above!r} stands {branch!r}; expected a mapping, a list of names or nothing"
            )
        for name in branch:
            index = categories.add(name, parents)
            if isinstance(branch, Mapping):
                pending.append(((index,), branch[name]))
    return categories


def read(source: Any) -> Categories:
    """Read a nested mapping, a graph or an iterable of paths, whichever it is."""
    if isinstance(source, Mapping):
        return from_nested(source)
    if hasattr(source, "nodes") and hasattr(source, "edges"):
        return from_graph(source)
    # Iterating a DataFrame would read the names of its columns as paths.
    if not isinstance(source, Iterable) or is_table(source):
        raise TaxonomyError(
            f"cannot read a taxonomy from {type(source).__name__}; expected a Taxonomy, the path "
            "of a .json file, a nested mapping, a networkx graph or a list of paths"
        )
    paths = list(_rows(source, "paths"))
    if paths and all(not isinstance(path, str) and _length(path) == 2 for path in paths):
        raise TaxonomyError(
            "a list of pairs could be edges or paths of two levels; say which: "
            "Taxonomy.from_edges(...) or Taxonomy.from_paths(...)"
        )
    return from_paths(paths)


def _length(path: Any) -> int:
    return len(path) if hasattr(path, "__len__") else 0


def to_json(names: Sequence[str], parents: Sequence[Sequence[int]], stops: Sequence[bool]) -> str:
    """Write the versioned form, a line for each category so that two files can be compared."""
    rows = (
        json.dumps({"name": name, "parents": list(above), "stops": bool(stop)}, ensure_ascii=False)
        for name, above, stop in zip(names, parents, stops, strict=True)
    )
    head = f'{{"format": "{FORMAT}", "version": {VERSION}, "categories": [\n'
    return head + ",\n".join(rows) + "\n]}\n"


def from_json(text: str) -> Categories:
    """Read what `to_json` wrote, trusting nothing."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise TaxonomyError(f"not a taxonomy in JSON, or not all of it: {error}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise TaxonomyError(f'not a taxonomy: expected an object with "format": "{FORMAT}"')
    version = document.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise TaxonomyError(f"taxonomy version {version!r} is not known; expected {VERSION}")
    _expect_keys(document, {"format", "version", "categories"}, "the taxonomy")
    if not isinstance(document["categories"], list):
        raise TaxonomyError('"categories" is not a list')
    categories = Categories()
    for index, entry in enumerate(document["categories"]):
        where = f"category {index}"
        if not isinstance(entry, dict):
            raise TaxonomyError(f"{where} is {entry!r}; expected an object")
        _expect_keys(entry, {"name", "parents", "stops"}, where)
        parents, stops = entry["parents"], entry["stops"]
        if not isinstance(parents, list) or any(type(parent) is not int for parent in parents):
            raise TaxonomyError(f'{where}: "parents" is {parents!r}; expected a list of indices')
        for parent in parents:
            if not 0 <= parent < index:
                raise TaxonomyError(f"{where}: parent {parent} does not stand above it")
        if not isinstance(stops, bool):
            raise TaxonomyError(f'{where}: "stops" is {stops!r}; expected true or false')
        categories.add(entry["name"], tuple(parents), stops)
    return categories


def _expect_keys(entry: dict[str, Any], keys: set[str], where: str) -> None:
    for key in sorted(keys - entry.keys()):
        raise TaxonomyError(f'{where} has no "{key}"')
    for key in sorted(entry.keys() - keys):
        raise TaxonomyError(f'{where} has an unknown key "{key}"{nearest(key, keys)}')
