"""Between labels and arrays: what a document's label says of every category and level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from harnn.errors import DataError, TaxonomyError
from harnn.text.labels.label_cells import Path
from harnn.text.labels.labels import Labels
from harnn.text.labels.level_names import check_level_names
from harnn.text.taxonomy import Taxonomy
from harnn.text.taxonomy.path import check_name

__all__ = ["LabelCodec", "Targets"]


@dataclass(frozen=True)
class Targets:
    """What is known of documents.

    Attributes:
        indicator: Which categories a document has, ancestors included: ``(documents,
            categories)`` booleans.
        known: Whether the categories of a level are known: ``(documents, levels)`` booleans.
    """

    indicator: np.ndarray
    known: np.ndarray

    def __len__(self) -> int:
        return len(self.indicator)

    def __getitem__(self, rows: Any) -> Targets:
        return Targets(self.indicator[rows], self.known[rows])


class LabelCodec:
    """Reads labels against a taxonomy, and writes predictions back as labels.

    Args:
        taxonomy: The categories.
        labels: The labels that ``fit`` was given: their form is the form of what comes back.
        one_path: Whether every document has at most one path.

    Example:
        >>> from harnn.text.labels import read_labels
        >>> codec = LabelCodec.infer(read_labels(["a/b", "a/c", "d"]))
        >>> codec.taxonomy.path_strings, codec.one_path
        (('a', 'd', 'a/b', 'a/c'), True)
        >>> codec.encode(read_labels(["a/c"])).indicator.astype(int).tolist()
        [[1, 0, 0, 1]]
        >>> codec.decode(np.array([[False, True, False, False]])).tolist()
        ['d']
    """

    def __init__(
        self, taxonomy: Taxonomy, labels: Labels, one_path: bool, may_be_empty: bool
    ) -> None:
        self.taxonomy = taxonomy
        self.one_path = one_path
        self.may_be_empty = may_be_empty
        # The template of what comes back; the labels themselves are not kept.
        self.template = replace(labels, distinct=(), index=np.empty(0, dtype=np.int64))

    @classmethod
    def infer(
        cls,
        labels: Labels,
        taxonomy: Taxonomy | None = None,
        paths: str = "auto",
        level_names: Sequence[str] | None = None,
    ) -> LabelCodec:
        """Learn the categories from labels, or check the labels against a given taxonomy.

        Args:
            labels: The labels of the training documents.
            taxonomy: The categories, if given. Where a label ends above its leaves, paths may
                end there.
            paths: ``"one"`` path a document or ``"several"``; ``"auto"``: as in the labels.
            level_names: The names of the levels; by default the columns of the labels.

        Raises:
            ConfigError: If there are not as many names as levels.
            DataError: If no document has a category, or a document has several paths where one
                is said.
            TaxonomyError: If a label is unknown to the given taxonomy.
        """
        if len(labels) == 0:
            raise DataError("y: there is no document")
        several = next((n for n, label in enumerate(labels.distinct) if len(label) > 1), None)
        if paths == "one" and several is not None:
            raise DataError(
                f"y, row {labels.first_row(several)}: {len(labels.distinct[several])} paths where "
                'paths="one" says that a document has one'
            )
        if paths not in ("auto", "one", "several"):
            raise DataError(f"paths must be 'auto', 'one' or 'several', not {paths!r}")
        one_path = several is None if paths == "auto" else paths == "one"
        known = _grow(taxonomy, labels, refuse_unknown=taxonomy is not None)
        if one_path and not known.is_tree:
            if paths == "one" or labels.form != "paths":
                child = next(c for c, parents in enumerate(known.parents) if len(parents) > 1)
                raise TaxonomyError(
                    f"category {known.names[child]!r} has several parents, but one path a document "
                    "needs a tree: give taxonomy.unfold(), or labels that are lists of paths "
                    '(paths="several")'
                )
            one_path = False
        if not one_path and labels.form != "paths":
            raise DataError(
                f'label_form={labels.form!r} holds one path a document: paths="several" needs '
                'lists of paths, label_form="paths"'
            )
        if labels.form == "levels" and known.n_levels > labels.width:
            raise DataError(
                f"y has {labels.width} levels where the taxonomy has {known.n_levels}: "
                'give one column a level, "" once a path has ended'
            )
        if level_names is not None:
            names = check_level_names(level_names, known.n_levels)
            labels = replace(labels, given_names=names)
        return cls(known, labels, one_path, may_be_empty=() in labels.distinct)

    @property
    def level_names(self) -> tuple[str, ...] | None:
        """The names of the levels of the taxonomy; None if they have none."""
        names = self.template.level_names
        return None if names is None else names[: self.taxonomy.n_levels]

    def extended(self, labels: Labels) -> tuple[LabelCodec, list[str]]:
        """Return a codec that also knows the categories of other labels, and their paths.

        For evaluation: a category that the training documents do not have is one that no
        prediction can name, and counts as missed.
        """
        larger = _grow(self.taxonomy, labels, refuse_unknown=False)
        here = set(self.taxonomy.path_strings)
        unseen = [path for path in larger.path_strings if path not in here]
        codec = LabelCodec(larger, self.template, self.one_path, self.may_be_empty)
        return codec, unseen

    def encode(self, labels: Labels) -> Targets:
        """Turn labels into arrays.

        Raises:
            DataError: If a label is unknown to the taxonomy; the message names row and name.
        """
        count = len(labels.distinct)
        indicator = np.zeros((count, len(self.taxonomy)), dtype=bool)
        known = np.ones((count, self.taxonomy.n_levels), dtype=bool)
        for number, label in enumerate(labels.distinct):
            try:
                for path in label:
                    category, known_levels = _place(self.taxonomy, path, self.may_be_empty)
                    if category >= 0:
                        indicator[number, category] = True
                    known[number, known_levels:] = False
            except TaxonomyError as error:
                raise DataError(f"y, row {labels.first_row(number)}: {error}") from None
        return Targets(self.taxonomy.close(indicator)[labels.index], known[labels.index])

    def decode(self, indicator: np.ndarray) -> Any:
        """Turn closed sets of categories ``(documents, categories)`` into labels of fit's form."""
        return self.template.written(self.paths_of(indicator), self.taxonomy.n_levels)

    def paths_of(self, indicator: np.ndarray) -> list[list[tuple[str, ...]]]:
        """Return the paths of each document's most specific categories, in the taxonomy's order."""
        paths: list[list[tuple[str, ...]]] = [[] for _ in range(len(indicator))]
        for row, category in np.argwhere(self.taxonomy.most_specific(indicator)):
            paths[row].extend(self.taxonomy.root_paths(int(category)))
        return paths


def _grow(taxonomy: Taxonomy | None, labels: Labels, refuse_unknown: bool) -> Taxonomy:
    """Add the labels' paths to a taxonomy: its categories, and where paths end."""
    ended: list[tuple[str, ...]] = []
    opened: list[tuple[str, ...]] = []
    for number, label in enumerate(labels.distinct):
        for path in label:
            names = _whole_part(path)
            for name in names:
                check_name(name, f"y, row {labels.first_row(number)}")
            if refuse_unknown and taxonomy is not None and names:
                try:
                    taxonomy.find(names)
                except TaxonomyError as error:
                    raise TaxonomyError(f"y, row {labels.first_row(number)}: {error}") from None
            if len(names) == len(path):
                ended.append(names)
            elif names:
                opened.append(names)
    if not ended and not opened and taxonomy is None:
        raise DataError("y: no document has a category")
    # A path known only down to some level names the categories on its way; it does not say that
    # documents end there. So it is only added where nothing else leads further.
    prefixes = {path[:depth] for path in (*ended, *opened) for depth in range(1, len(path))}
    further = [path for path in opened if path not in prefixes]
    if taxonomy is None:
        grown = Taxonomy.from_paths(ended or further, allow_repeats=True)
    elif not taxonomy.is_tree:  # Paths of a graph end anywhere.
        new = [path for path in (*ended, *opened) if not _has(taxonomy, path)]
        return taxonomy.merge_paths(new) if new else taxonomy
    else:
        grown = _with_stops(taxonomy, ended)
    present = set(grown.paths)
    missing = [path for path in further if path not in present]
    return grown.merge_paths(missing) if missing else grown


def _has(taxonomy: Taxonomy, path: tuple[str, ...]) -> bool:
    try:
        taxonomy.find(path)
    except TaxonomyError:
        return False
    return True


def _with_stops(taxonomy: Taxonomy, ended: Sequence[tuple[str, ...]]) -> Taxonomy:
    """Add paths to a tree, and let paths end wherever one of them does."""
    grown = taxonomy.merge_paths(ended) if ended else taxonomy
    stops = grown.stops.copy()
    for path in set(ended):
        stops[grown.find(path)] = True
    return Taxonomy(grown.names, grown.parents, stops)


def _whole_part(path: Path) -> tuple[str, ...]:
    """Return the names of a path above the first one that is not known."""
    names: list[str] = []
    for name in path:
        if name is None:
            break
        names.append(name)
    return tuple(names)


def _place(taxonomy: Taxonomy, path: Path, may_be_empty: bool) -> tuple[int, int]:
    """Find the lowest category that a path says or implies, and how many levels are then known.

    Returns:
        The category, −1 if none, and the number of levels from the top whose label is known.
    """
    names = _whole_part(path)
    here = taxonomy.find(names) if names else -1
    if len(names) == len(path):
        return here, taxonomy.n_levels
    rest = path[len(names) :]
    while rest and rest[-1] is None:
        rest = rest[:-1]
    if rest:
        below = _descendants(taxonomy, here, rest)
        if not below:
            raise TaxonomyError(
                f"{path!r}: no path of the taxonomy has {rest[-1]!r} there, "
                f"below {'/'.join(names) or 'the root'!r}"
            )
        if len(below) == 1:
            here = below[0]
        else:
            common = np.flatnonzero(taxonomy.ancestors[below].all(axis=0))
            here = int(common[-1]) if len(common) else -1
            return here, int(taxonomy.levels[here]) + 1 if here >= 0 else 0
    depth = int(taxonomy.levels[here]) + 1 if here >= 0 else 0
    # What a category implies where its parent has one child and documents do not end above it.
    while True:
        children = _children(taxonomy, here)
        if not children:
            return here, taxonomy.n_levels
        if len(children) > 1 or (taxonomy.stops[here] if here >= 0 else may_be_empty):
            return here, depth
        here = children[0]
        depth = int(taxonomy.levels[here]) + 1


def _children(taxonomy: Taxonomy, category: int) -> tuple[int, ...]:
    return tuple(range(taxonomy.level_sizes[0])) if category < 0 else taxonomy.children[category]


def _descendants(taxonomy: Taxonomy, category: int, names: Path) -> list[int]:
    """Return the categories at the end of the downward paths whose names fit."""
    found = [category]
    for name in names:
        found = [
            child
            for parent in found
            for child in _children(taxonomy, parent)
            if name is None or taxonomy.names[child] == name
        ]
    return list(dict.fromkeys(found))
