"""The corpus of the benchmark, whole or cut for a trial run."""

from __future__ import annotations

from dataclasses import replace

from harnn import load_corpus
from harnn.errors import DataError
from harnn.text.corpora import Corpus, Split

__all__ = ["load_parts"]


def load_parts(name: str, limit: int | None = None) -> Corpus:
    """Load a corpus.

    Args:
        name: As for ``load_corpus``.
        limit: At most this many documents of each part are drawn.

    Returns:
        The corpus.

    Raises:
        DataError: If it has no validation part, by which models are compared.
    """
    corpus = load_corpus(name)
    if corpus.validation is None:
        raise DataError(f"{name} has no validation part")

    if not limit:
        return corpus
    return replace(
        corpus,
        train=_cut(corpus.train, limit),
        validation=_cut(corpus.validation, limit),
        unlabelled=None if corpus.unlabelled is None else _cut(corpus.unlabelled, limit),
    )


def _cut(part: Split, limit: int) -> Split:
    return part if len(part) <= limit else part.take(limit)
