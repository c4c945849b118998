"""Generated corpora of any size, in the shape of DBpedia, with a known best accuracy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.errors import ConfigError
from harnn.text.corpora.cache import cached_dataset
from harnn.text.corpora.columns import Columns
from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.word_model import WordModel, word_strings

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["generate_corpus"]

# To be raised whenever the same arguments would give other documents.
GENERATOR_VERSION = 1

CHUNK = 5000


def generate_corpus(
    documents: int = 20_000,
    seed: int = 0,
    *,
    categories: Sequence[int] = (9, 70, 219),
    validation: int | None = None,
    test: int | None = None,
    noise: float = 0.1,
    unknown_share: float = 0.0,
    median_words: int = 52,
) -> Corpus:
    """Generate a corpus of any size: a random hierarchy, and documents drawn from a known model.

    The hierarchy has the sizes asked for, with single-child chains as DBpedia has; the last
    level's classes follow a Zipf law and lengths a log-normal one. The words of a document are a
    mixture: six in ten from a background vocabulary with Zipf frequencies, the others from word
    lists of its categories, level by level. Siblings share all of these but the list of the last
    level, which gives one word in twelve, and at least one.

    **Confusability** is set by ``noise``: with that probability the words of the last level are
    those of a sibling of the document's category (each as likely as another; a category without
    siblings has no noise). Since these lists are disjoint and each document has one of their
    words, the words tell exactly whose list was used, and nothing more. The best any classifier
    can do is to answer, for the list of z, the category y with the largest P(y) P(z | y), so that

        best accuracy (every level right) = sum over z of max over y of P(y) P(z | y),

    which stands in ``corpus.best_accuracy``. It is an expectation: on a test part of n documents
    the best classifier's score is spread about it by sqrt(a (1 - a) / n).

    Documents are written in chunks to an Arrow file in the cache: memory does not grow with
    their number, and the same arguments open the same file. Each part has its own stream of
    random numbers, so that a longer part begins as a shorter one does, chunk by chunk.

    Args:
        documents: How many training documents.
        seed: The same arguments and seed give the same corpus.
        categories: How many categories each level has, coarsest first; never falling.
        validation: How many validation documents; by default a tenth of ``documents``.
        test: How many test documents; by default a tenth of ``documents``.
        noise: The share of documents that speak as a sibling does, 0 to 1.
        unknown_share: The share of training documents whose last level is not known (None).
        median_words: The median length of a document.

    Returns:
        The corpus: columns ``text``, ``l1``, ``l2``, ... Names tell the place in the hierarchy:
        ``c2.1.3`` is the third child of the first child of the second category.

    Raises:
        ConfigError: An argument cannot be.

    Example:
        >>> corpus = generate_corpus(300, seed=1, categories=(2, 3, 5))
        >>> len(corpus.train), corpus.train.labels.shape, corpus.levels
        (300, (300, 3), ('l1', 'l2', 'l3'))
        >>> 0.8 < corpus.best_accuracy < 1
        True
    """
    tenth = max(1, documents // 10)
    sizes = {
        "train": documents,
        "validation": tenth if validation is None else validation,
        "test": tenth if test is None else test,
    }
    _check(sizes, categories, noise, unknown_share, median_words)
    model = WordModel(tuple(categories), seed, noise=noise, median_words=median_words)
    columns = Columns("text", levels=tuple(f"l{level + 1}" for level in range(len(categories))))
    parts: dict[str, Split] = {}
    for stream, (part, size) in enumerate(sizes.items()):
        if size == 0:
            continue
        unknown = unknown_share if part == "train" else 0.0
        key: dict[str, Any] = {
            "version": GENERATOR_VERSION,
            "part": part,
            "documents": size,
            "seed": seed,
            "categories": list(categories),
            "noise": noise,
            "unknown_share": unknown,
            "median_words": median_words,
        }

        def batches(
            stream: int = stream, size: int = size, unknown: float = unknown
        ) -> Iterator[pa.RecordBatch]:
            return _batches(model, columns, seed, stream, size, unknown)

        dataset = cached_dataset(f"synthetic-{part}", key, columns.schema, batches)
        parts[part] = Split(dataset, levels=columns.levels)
    return replace(Corpus.from_parts("synthetic", parts), best_accuracy=model.best_accuracy)


def _check(
    sizes: dict[str, int],
    categories: Sequence[int],
    noise: float,
    unknown_share: float,
    median_words: int,
) -> None:
    for part, size in sizes.items():
        if size < (1 if part == "train" else 0):
            raise ConfigError(f"synthetic: {size} {part} documents cannot be generated")
    counts = list(categories)
    if not counts or counts[0] < 1 or counts != sorted(counts):
        raise ConfigError(
            f"synthetic: categories={tuple(counts)}: levels must not have fewer categories than "
            "the level above, as every category has a child"
        )
    for name, share in (("noise", noise), ("unknown_share", unknown_share)):
        if not 0 <= share <= 1:
            raise ConfigError(f"synthetic: {name}={share}: it must be from 0 to 1")
    if median_words < 5:
        raise ConfigError(f"synthetic: median_words={median_words}: it must be at least 5")


def _batches(
    model: WordModel, columns: Columns, seed: int, stream: int, size: int, unknown: float
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    words = word_strings(model.vocabulary_size)
    names = [np.array(level, dtype=object) for level in model.names]
    for chunk, start in enumerate(range(0, size, CHUNK)):
        # A whole chunk is drawn even where only its beginning is wanted, so that documents do not
        # depend on how many there are.
        rng = np.random.default_rng([seed, stream, chunk])
        leaves, ids, ends = model.draw(CHUNK, rng)
        hidden = rng.random(CHUNK) < unknown
        wanted = min(CHUNK, size - start)
        drawn = words[ids[: ends[wanted - 1]]].tolist()
        bounds = [0, *ends[:wanted].tolist()]
        texts = [" ".join(drawn[a:b]) for a, b in pairwise(bounds)]
        chains = model.ancestors[leaves[:wanted]]
        labels = [level[chains[:, depth]] for depth, level in enumerate(names)]
        labels[-1] = np.where(hidden[:wanted], None, labels[-1])
        arrays = [pa.array(column, pa.string()) for column in (texts, *labels)]
        yield pa.record_batch(arrays, schema=columns.schema)
