"""The embedded corpus: docstrings of the installed scientific packages, by where they stand."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harnn.errors import DataError
from harnn.text.corpora.cache import cached_dataset
from harnn.text.corpora.columns import Columns
from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.docstring_reader import Docstring, read_package
from harnn.text.corpora.partition import normalised, partition
from harnn.text.corpora.rows import checked_batches

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PACKAGES", "fold_small_classes", "read_docstrings", "without_duplicates"]

log = logging.getLogger(__name__)

# To be raised whenever the same packages would give another corpus.
EXTRACTOR_VERSION = 1

# Packages by import name, with the distribution they come in: what harnn itself depends on and
# so every installation has, so that the corpus does not depend on what else is installed.
PACKAGES = {
    "datasets": "datasets",
    "keras": "keras",
    "networkx": "networkx",
    "numpy": "numpy",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow",
    "xgboost": "xgboost",
}
LEVELS = ("l1", "l2", "l3")
SMALLEST_CLASS = 20
VALIDATION, TEST = 0.1, 0.1


def read_docstrings() -> Corpus:
    """Read the docstrings of the installed scientific packages, labelled by where they stand.

    About 15,000 documents in three levels: package, subpackage or module, and what is below it;
    ``""`` where the path has ended. Real text that needs no network: the packages are those harnn
    depends on (:data:`PACKAGES`), and their source is read, not imported
    (:func:`harnn.text.corpora.docstring_reader.read_package` says which docstrings, and what is
    removed from them). Copies of a text are kept once, or not at all where they stand under
    different labels. A class of fewer than 20 documents is folded into its parent. The parts,
    80 / 10 / 10, are cut by a hash of the text.

    The first call reads the source (some 20 seconds); the corpus is then cached until one of the
    packages changes its version. The same versions give the same corpus on every machine.

    Returns:
        The corpus: columns ``text``, ``l1``, ``l2``, ``l3``.

    Raises:
        DataError: None of the packages is installed.
    """
    folders = _folders()
    columns = Columns("text", levels=LEVELS)

    def batches() -> Iterator[pa.RecordBatch]:
        log.info("reading the docstrings of %s; this is done once", ", ".join(folders))
        found = [docstring for folder in folders.values() for docstring in read_package(folder)]
        documents = fold_small_classes(without_duplicates(found), SMALLEST_CLASS)
        rows = ((document.text, *document.path) for document in documents)
        yield from checked_batches(rows, columns, "the docstrings")

    key = {
        "version": EXTRACTOR_VERSION,
        "packages": {name: _version(name) for name in folders},
    }
    dataset = cached_dataset("docstrings", key, columns.schema, batches)
    train, validation, test = partition(Split(dataset, levels=LEVELS), VALIDATION, TEST)
    return Corpus("docstrings", train, validation, test)


def without_duplicates(documents: Sequence[Docstring]) -> list[Docstring]:
    """Keep one of the copies of a text, or none where copies have different paths.

    Args:
        documents: The documents. Texts that differ in case or spaces alone are copies.

    Returns:
        The documents that stay, in their order; paths cut to three names.

    Example:
        >>> found = [Docstring("a b", ("x",)), Docstring("A  B", ("x",)), Docstring("c", ("y",))]
        >>> [document.text for document in without_duplicates(found)]
        ['a b', 'c']
    """
    depth = len(LEVELS)
    kept: dict[str, Docstring] = {}
    disputed: set[str] = set()
    for text, path in documents:
        copy = normalised(text)
        document = Docstring(text, path[:depth])
        if kept.setdefault(copy, document).path != document.path:
            disputed.add(copy)
    return [document for copy, document in kept.items() if copy not in disputed]


def fold_small_classes(documents: Sequence[Docstring], smallest: int) -> list[Docstring]:
    """End a path above a class that has too few documents, and fill paths to three names.

    Args:
        documents: The documents.
        smallest: The fewest documents a class may have, those of its subclasses included.

    Returns:
        The documents, paths filled with ``""``. Those of a package with too few are left out.

    Example:
        >>> fold_small_classes([Docstring("a", ("x", "y")), Docstring("b", ("x", "z"))], 2)
        [Docstring(text='a', path=('x', '', '')), Docstring(text='b', path=('x', '', ''))]
    """
    sizes = Counter(path[:depth] for _, path in documents for depth in range(1, len(path) + 1))
    folded = []
    for text, path in documents:
        # Sizes only fall along a path, so the classes that are large enough come first.
        long = sum(sizes[path[:depth]] >= smallest for depth in range(1, len(path) + 1))
        if long:
            folded.append(Docstring(text, (*path[:long], *[""] * (len(LEVELS) - long))))
    return folded


def _folders() -> dict[str, Path]:
    folders = {}
    for name in PACKAGES:
        # For a top-level name this looks the package up and runs none of its code.
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            log.warning("%s is not installed: the corpus of docstrings goes without it", name)
            continue
        folders[name] = Path(next(iter(spec.submodule_search_locations)))
    if not folders:
        raise DataError(f"docstrings: none of the packages is installed: {', '.join(PACKAGES)}")
    return folders


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(PACKAGES[package])
    except importlib.metadata.PackageNotFoundError:
        # The same package in another distribution (tensorflow-cpu).
        owners = importlib.metadata.packages_distributions().get(package, [])
        return ",".join(sorted(f"{owner} {importlib.metadata.version(owner)}" for owner in owners))
