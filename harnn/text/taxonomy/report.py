"""What a taxonomy and its texts look like before training, and what in them will hurt."""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from harnn.errors import DataError
from harnn.text.taxonomy.taxonomy import Taxonomy

if TYPE_CHECKING:
    from rich.tree import Tree

__all__ = ["TaxonomyReport", "TextOverlap", "describe_taxonomy", "render_tree"]

RARE = 3
EXAMPLES = 3


@dataclass(frozen=True)
class TextOverlap:
    """Texts of one split that stand in another one too, or earlier in the same.

    Attributes:
        first: The split that comes first.
        second: The split whose documents are counted; the same name for repeats inside a split.
        count: How many of its documents have such a text.
        examples: The beginnings of some of them.
    """

    first: str
    second: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class TaxonomyReport:
    """What `describe_taxonomy` found; categories are given by number.

    Attributes:
        taxonomy: The taxonomy.
        counts: Documents of each category, ``(categories,)``, if known.
        level_sizes: Number of categories on each level.
        single_child_chains: Runs from parent to child in which each parent has one child and no
            document may end above the last: its levels say nothing that the first does not.
        rare: Categories with fewer than three documents.
        confusable: Groups of siblings whose names differ by case, blanks or punctuation only, or by
            characters that are not seen.
        overlaps: Texts that stand in two splits or twice in one.
        warnings: A sentence for each thing that will hurt, and what to do about it.
    """

    taxonomy: Taxonomy
    counts: npt.NDArray[np.int64] | None
    level_sizes: tuple[int, ...]
    single_child_chains: tuple[tuple[int, ...], ...]
    rare: tuple[int, ...]
    confusable: tuple[tuple[int, ...], ...]
    overlaps: tuple[TextOverlap, ...]
    warnings: list[str] = field(default_factory=list)


def describe_taxonomy(
    taxonomy: Taxonomy,
    counts: npt.ArrayLike | None = None,
    *,
    texts_by_split: Mapping[str, Iterable[str]] | None = None,
) -> TaxonomyReport:
    """Look a taxonomy and its documents over before training.

    Args:
        taxonomy: The taxonomy.
        counts: Documents of each category, its descendants' included, ``(categories,)``.
        texts_by_split: The texts of each split, first the one that is trained on. They are read
            once and only their digests are kept, so an iterator over a large file will do.

    Returns:
        The report.

    Raises:
        DataError: If the counts have another shape, are negative or no whole numbers, or if a
            text is not a string.

    Example:
        >>> report = describe_taxonomy(Taxonomy.from_paths(["a/b", "c"]), [9, 1, 9])
        >>> for warning in report.warnings:
        ...     print(warning)
        1 category has a parent with no other child ('a' > 'b'), so its level says nothing new: \
merge the two, or list the siblings that are missing.
        1 category has fewer than 3 documents ('c': 1), too few to learn from and to be scored \
on: find more, or merge it with a sibling or its parent.
    """
    checked = None if counts is None else _check_counts(taxonomy, counts)
    report = TaxonomyReport(
        taxonomy=taxonomy,
        counts=checked,
        level_sizes=taxonomy.level_sizes,
        single_child_chains=_single_child_chains(taxonomy),
        rare=() if checked is None else tuple(np.flatnonzero(checked < RARE).tolist()),
        confusable=_confusable(taxonomy),
        overlaps=_overlaps(texts_by_split or {}),
    )
    report.warnings.extend(_warnings(report))
    return report


def render_tree(report: TaxonomyReport, *, title: str = "taxonomy") -> Tree:
    """The hierarchy as a tree to print, with the documents of each category.

    A category with several parents is drawn out below its first; below the others a line refers
    to it.

    Args:
        report: What `describe_taxonomy` found.
        title: The line above level 0.

    Returns:
        The tree, for ``rich.print`` or a ``rich.console.Console``.

    Example:
        >>> import rich
        >>> rich.print(render_tree(describe_taxonomy(Taxonomy.from_paths(["a/b"]), [7, 5])))
        taxonomy: 2 categories in 2 levels (1 / 1)
        └── a (7)
            └── b (5)
    """
    from rich.text import Text
    from rich.tree import Tree

    taxonomy, counts = report.taxonomy, report.counts
    sizes = " / ".join(map(str, report.level_sizes))
    # Text, not str: a name such as "[red]" is no markup.
    tree = Tree(
        Text(f"{title}: {len(taxonomy)} categories in {taxonomy.n_levels} levels ({sizes})")
    )
    branches: list[Tree] = []
    for category, name in enumerate(taxonomy.names):
        label = name if counts is None else f"{name} ({counts[category]})"
        if taxonomy.stops[category]:
            label += " [may stop here]"
        first, *others = taxonomy.parents[category] or (-1,)
        branches.append((tree if first < 0 else branches[first]).add(Text(label)))
        for parent in others:
            branches[parent].add(Text(f"{name} (see {taxonomy.path_strings[category]})"))
    return tree


def _check_counts(taxonomy: Taxonomy, counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    array = np.asarray(counts)
    if array.shape != (len(taxonomy),):
        raise DataError(f"counts has shape {array.shape}; expected ({len(taxonomy)} categories,)")
    if array.dtype.kind not in "iu" or array.min() < 0:
        raise DataError(f"counts ({array.dtype}) must be whole numbers of documents, not negative")
    return array.astype(np.int64)


def _single_child_chains(taxonomy: Taxonomy) -> tuple[tuple[int, ...], ...]:
    def only_child(category: int) -> int | None:
        children = taxonomy.children[category]
        # Where a path may stop, the one child still tells documents apart.
        return children[0] if len(children) == 1 and not taxonomy.stops[category] else None

    chains = []
    inside: set[int] = set()
    for category in range(len(taxonomy)):
        chain = [category]
        while category not in inside and (child := only_child(chain[-1])) is not None:
            chain.append(child)
        if len(chain) > 1:
            chains.append(tuple(chain))
            inside.update(chain)
    return tuple(chains)


def _confusable(taxonomy: Taxonomy) -> tuple[tuple[int, ...], ...]:
    groups: dict[tuple[int, str], list[int]] = {}
    for category, name in enumerate(taxonomy.names):
        folded = _folded(name)
        for parent in taxonomy.parents[category] or (-1,):
            groups.setdefault((parent, folded), []).append(category)
    # In a graph the same siblings may meet below several parents.
    return tuple(sorted({tuple(group) for group in groups.values() if len(group) > 1}))


def _folded(name: str) -> str:
    """Return a name without case, blanks, punctuation and characters that are not seen.

    Marks and symbols stay, as they tell words apart: C, C+.
    """
    kept = [
        character
        for character in unicodedata.normalize("NFKC", name).casefold()
        if unicodedata.category(character)[0] not in "ZP"
        and unicodedata.category(character) != "Cf"
    ]
    return "".join(kept) or name


def _overlaps(texts_by_split: Mapping[str, Iterable[str]]) -> tuple[TextOverlap, ...]:
    seen: dict[str, set[bytes]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    for split, texts in texts_by_split.items():
        if isinstance(texts, str):
            raise DataError(f"split {split!r} is one string; expected an iterable of texts")
        seen[split] = set()
        for row, text in enumerate(texts):
            if not isinstance(text, str):
                raise DataError(f"split {split!r}, row {row}: {text!r} is not a text")
            digest = _digest(text)
            for earlier, digests in seen.items():
                if digest in digests:
                    pair = (earlier, split)
                    counts[pair] += 1
                    if len(examples.setdefault(pair, [])) < EXAMPLES:
                        examples[pair].append(_shortened(text))
            seen[split].add(digest)
    return tuple(
        TextOverlap(*pair, count=count, examples=tuple(examples[pair]))
        for pair, count in counts.items()
    )


def _digest(text: str) -> bytes:
    """What stands for a text whatever its blanks: 16 bytes, so that millions fit in memory."""
    normalised = " ".join(text.split())
    return blake2b(normalised.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _shortened(text: str) -> str:
    return textwrap.shorten(text, width=80, placeholder=" …")


def _warnings(report: TaxonomyReport) -> Iterable[str]:
    paths, names = report.taxonomy.path_strings, report.taxonomy.names
    if report.single_child_chains:
        top, *below = report.single_child_chains[0]
        shown = " > ".join(map(repr, (paths[top], *(names[category] for category in below))))
        implied = {category for chain in report.single_child_chains for category in chain[1:]}
        yield (
            f"{_counted(len(implied), 'category has', 'categories have')} a parent with no other "
            f"child ({shown}), so its level says nothing new: merge the two, or list the siblings "
            "that are missing."
        )
    if report.counts is not None and report.rare:
        shown = ", ".join(f"{paths[c]!r}: {report.counts[c]}" for c in report.rare[:EXAMPLES])
        shown += ", …" if len(report.rare) > EXAMPLES else ""
        yield (
            f"{_counted(len(report.rare), 'category has', 'categories have')} fewer than {RARE} "
            f"documents ({shown}), too few to learn from and to be scored on: find more, or merge "
            "it with a sibling or its parent."
        )
    if report.confusable:
        shown = "; ".join(
            _shown_apart([paths[category] for category in group])
            for group in report.confusable[:EXAMPLES]
        )
        shown += "; …" if len(report.confusable) > EXAMPLES else ""
        yield (
            f"{_counted(len(report.confusable), 'group', 'groups')} of siblings differ only by "
            f"case, blanks or punctuation ({shown}): if they are one category, give it one "
            "spelling, else its documents are split between them."
        )
    for overlap in report.overlaps:
        first, second, example = overlap.first, overlap.second, overlap.examples[0]
        if first == second:
            one, many = f"document of {second!r} repeats", f"documents of {second!r} repeat"
            yield (
                f"{_counted(overlap.count, one, many)} an earlier text of it, such as {example!r}: "
                "they weigh double, and contradict each other where their labels differ; drop the "
                "repeats."
            )
        else:
            one, many = f"document of {second!r} has", f"documents of {second!r} have"
            yield (
                f"{_counted(overlap.count, one, many)} a text that stands in {first!r} too, such "
                f"as {example!r}: scores will be too good; drop them from one of the two."
            )


def _shown_apart(paths: list[str]) -> str:
    """Show spellings that differ, also where they look alike, as an accent in two encodings."""
    shown = list(map(repr, paths))
    if len({unicodedata.normalize("NFC", path) for path in shown}) < len(shown):
        shown = list(map(ascii, paths))
    return " and ".join(shown)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
