"""When there are few labelled documents to learn from."""

from __future__ import annotations

import warnings

import numpy as np

from harnn.errors import FewLabelsWarning
from harnn.text.labels.label_codec import Targets
from harnn.text.taxonomy import Taxonomy

__all__ = ["FEW", "documents_of_paths", "warn_of_few_labels"]

# With so many documents a category, more labels still pay more than anything else, and what its
# name says is still news.
FEW = 20


def documents_of_paths(targets: Targets, taxonomy: Taxonomy) -> np.ndarray:
    """Count the training documents of the categories at which paths end.

    Args:
        targets: What is known of the training documents.
        taxonomy: The categories.

    Returns:
        A number a category, in the order of ``taxonomy.terminals``.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "a/c"])
        >>> targets = Targets(np.array([[True, True, False]] * 9), np.ones((9, 2), dtype=bool))
        >>> documents_of_paths(targets, taxonomy).tolist()
        [9, 0]
    """
    return targets.indicator.sum(axis=0)[taxonomy.terminals]


def warn_of_few_labels(targets: Targets, taxonomy: Taxonomy, stacklevel: int = 2) -> None:
    """Warn if half of the categories at which paths end have few training documents.

    Args:
        targets: What is known of the training documents.
        taxonomy: The categories.
        stacklevel: Whose line the warning points at; 2 is the caller's.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "a/c"])
        >>> targets = Targets(np.array([[True, True, False]] * 9), np.ones((9, 2), dtype=bool))
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     warn_of_few_labels(targets, taxonomy)
        >>> print(caught[0].message)
        few labels: of the 2 categories at which paths end, half have at most 4 training documents \
and the rarest has 0 (a/c); what is predicted there is uncertain, and so are scores on documents \
held out of so few
    """
    counts = documents_of_paths(targets, taxonomy)
    half = int(np.median(counts))
    if half > FEW:
        return
    rarest = int(counts.argmin())
    several = f"of the {len(counts)} categories at which paths end, half have at most"
    there = several if len(counts) > 1 else "the one category at which paths end has"
    warnings.warn(
        f"few labels: {there} {half} training documents and the rarest has {counts[rarest]} "
        f"({taxonomy.path_strings[taxonomy.terminals[rarest]]}); what is predicted there is "
        "uncertain, and so are scores on documents held out of so few",
        FewLabelsWarning,
        stacklevel=stacklevel + 1,
    )
