"""When there are few labelled documents to learn from."""

from __future__ import annotations

import warnings

import numpy as np

from harnn.errors import FewLabelsWarning
from harnn.text.labels.label_codec import Targets
from harnn.text.options import HARNNOptions
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


def warn_of_few_labels(
    targets: Targets,
    taxonomy: Taxonomy,
    options: HARNNOptions,
    unlabelled: bool = False,
    stacklevel: int = 2,
) -> None:
    """Warn if half of the categories at which paths end have few training documents.

    The warning names what helps, as far as the options do not have it yet.

    Args:
        targets: What is known of the training documents.
        taxonomy: The categories.
        options: The options of the fit.
        unlabelled: Whether the fit has texts without labels.
        stacklevel: Whose line the warning points at; 2 is the caller's.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "a/c"])
        >>> targets = Targets(np.array([[True, True, False]] * 9), np.ones((9, 2), dtype=bool))
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     warn_of_few_labels(targets, taxonomy, HARNNOptions.resolve("best"))
        >>> print(str(caught[0].message).partition("What helps: ")[2])
        more labelled documents per category; texts without labels for pretraining (unlabelled)
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
        f"({taxonomy.path_strings[taxonomy.terminals[rarest]]}). What is predicted there is "
        "uncertain, and so are scores on documents held out of so few. "
        f"What helps: {'; '.join(_what_helps(options, unlabelled))}",
        FewLabelsWarning,
        stacklevel=stacklevel + 1,
    )


def _what_helps(options: HARNNOptions, unlabelled: bool) -> list[str]:
    """Name what the options lack; option names are those of Python and of a config alike."""
    helps = ["more labelled documents per category"]
    pretrains = options.vectors.pretrain != "none"
    has_vectors = pretrains or options.vectors.vectors_file is not None
    if not has_vectors:
        source = ", which then learns from the unlabelled texts, too," if unlabelled else ""
        helps.append(f"pretrained word vectors (pretrain{source} or vectors_file)")
    elif pretrains and not unlabelled:
        helps.append("texts without labels for pretraining (unlabelled)")
    name_options = []
    if not options.training.name_documents:
        name_options.append("name_documents")
    if not options.network.name_matches:
        name_options.append("name_matches")
    if name_options:
        helps.append(f"what the names of the categories say ({', '.join(name_options)})")
    if not has_vectors or name_options:
        helps.append("or the preset 'best', which sets these options")
    return helps
