"""The names of categories with few training documents, read as documents of theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import compress

import numpy as np

from harnn.text.documents.text_views import JoinedTexts
from harnn.text.few_labels import FEW, documents_of_paths
from harnn.text.labels.label_codec import Targets
from harnn.text.name_words import words_of_name
from harnn.text.taxonomy import Taxonomy
from harnn.text.training_documents import TrainingDocuments

__all__ = ["name_texts", "with_name_documents"]


def with_name_documents(
    documents: TrainingDocuments, copies: int, knows: Callable[[str], bool] | None = None
) -> TrainingDocuments:
    """Add the names of categories with few training documents to these documents.

    A category of which there is hardly a document, or none, is then known by its name at least.
    Categories with more than `FEW` documents are left alone: what they are about is no longer for
    their names to say.

    Args:
        documents: What ``fit`` was given.
        copies: How many documents a name counts as; with 0 nothing is added.
        knows: Whether a word can be learnt from, if not all can. A name without one that can is
            left out.

    Returns:
        The documents, and the names after them.

    Example:
        >>> from harnn.text.training_documents import read_training_documents
        >>> documents = read_training_documents(["a steep road", "a track"], ["RoadRace", "Rally"])
        >>> more = with_name_documents(documents, 2, {"road", "race"}.__contains__)
        >>> list(more.texts)
        ['a steep road', 'a track', 'road race', 'road race']
        >>> more.codec.taxonomy.names, more.targets.indicator.astype(int).tolist()
        (('Rally', 'RoadRace'), [[0, 1], [1, 0], [0, 1], [0, 1]])
    """
    taxonomy = documents.codec.taxonomy
    few = documents_of_paths(documents.targets, taxonomy) <= FEW
    texts: list[str] = []
    categories: list[int] = []
    for category, text in compress(zip(taxonomy.terminals, name_texts(taxonomy), strict=True), few):
        words = text.split()
        if any(map(knows, words)) if knows else words:
            texts += [text] * copies
            categories += [int(category)] * copies
    if not texts:
        return documents
    named = np.zeros((len(texts), len(taxonomy)), dtype=bool)
    named[np.arange(len(texts)), categories] = True
    known = np.ones((len(texts), taxonomy.n_levels), dtype=bool)
    targets = documents.targets
    return replace(
        documents,
        texts=JoinedTexts(documents.texts, texts),
        targets=Targets(
            np.concatenate([targets.indicator, taxonomy.close(named)]),
            np.concatenate([targets.known, known]),
        ),
    )


def name_texts(taxonomy: Taxonomy) -> list[str]:
    """Return the words of the names of the categories at which paths end.

    Where several have one name, those of the categories above it stand before it, as many as tell
    them apart.

    Args:
        taxonomy: The categories.

    Returns:
        A text a category, in the order of ``taxonomy.terminals``; empty for a name without words.

    Example:
        >>> name_texts(Taxonomy.from_paths(["Sport/Other", "Art/Other", "Art/OilPainting"]))
        ['oil painting', 'art other', 'sport other']
    """
    paths = [taxonomy.paths[category] for category in taxonomy.terminals]
    ends = Counter(path[-depth:] for path in paths for depth in range(1, len(path) + 1))
    texts = []
    for path in paths:
        depths = range(1, len(path) + 1)
        depth = next((depth for depth in depths if ends[path[-depth:]] == 1), len(path))
        texts.append(" ".join(word for name in path[-depth:] for word in words_of_name(name)))
    return texts
