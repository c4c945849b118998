"""The words that have an id, and the vectors that they start from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from harnn.errors import DataError
from harnn.text.documents.text_views import JoinedTexts
from harnn.text.documents.tokenizer import WORDS_VERSION, normalize_text, tokenize
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.options import HARNNOptions
from harnn.text.word_vectors import WordVectors, pretrain_word_vectors, read_word_vectors
from harnn.training.stored_array import stored_array

__all__ = ["EmbeddingStart", "fit_vocabulary"]


@dataclass(frozen=True)
class EmbeddingStart:
    """The word vectors that the embeddings start from, computed when they are asked for.

    Attributes:
        dim: Numbers of a vector.
        compute: Returns one vector per word id ``(ids, dim)``. It may take minutes, and needs
            nothing else of the fit, which can go on beside it.
    """

    dim: int
    compute: Callable[[], np.ndarray]


def fit_vocabulary(
    texts: Sequence[str],
    unlabelled: Sequence[str],
    options: HARNNOptions,
    seed: int,
    verbose: bool = True,
    checkpoint_dir: str | None = None,
) -> tuple[Vocabulary, EmbeddingStart | None]:
    """Choose the words that have an id and, where the options say so, their first vectors.

    Without vectors a word that no training text has could learn nothing, so that the words are
    those of the training texts. Where vectors are trained first, those of the unlabelled texts
    count as well; where they come from a file, its words follow those of all texts.

    Args:
        texts: The training texts.
        unlabelled: Texts without labels.
        options: All of them.
        seed: Of pre-training, and of the vectors of words that have none.
        verbose: Whether to show progress.
        checkpoint_dir: Where to keep vectors that were trained, and to find them again.

    Returns:
        The vocabulary, and the vectors that it starts from, if there are some.

    Raises:
        DataError: If no word is frequent enough, or the file cannot be read.
        ConfigError: If options contradict each other.

    Example:
        >>> options = HARNNOptions.resolve("adapted", pretrain="word2vec", embedding_dim=4)
        >>> vocabulary, start = fit_vocabulary(
        ...     ["a rose is a rose"], ["a rose is red is red"], options, seed=0, verbose=False
        ... )
        >>> vocabulary.words, start.compute().shape
        (('a', 'is', 'rose', 'red'), (6, 4))
    """
    options.check()
    vectors, network = options.vectors, options.network
    learns = vectors.pretrain != "none" or vectors.vectors_file is not None
    read = JoinedTexts(texts, unlabelled if learns else ())
    chosen = options.vocabulary
    vocabulary = Vocabulary.fit(
        read,
        min_count=chosen.min_count,
        max_size=chosen.max_vocabulary,
        max_length=chosen.max_length,
    )
    if not vocabulary.words:
        if chosen.min_count == 1:
            raise DataError(f"X: there is no word in the {len(read)} training texts")
        raise DataError(
            f"X: no word occurs {chosen.min_count} times (min_count) in the {len(read)} training "
            "texts; min_count=1 keeps every word"
        )
    if not learns:
        return vocabulary, None
    if vectors.vectors_file is not None:
        known = read_word_vectors(vectors.vectors_file)
        vocabulary = _extended(vocabulary, known, chosen.max_vocabulary)
        matrix = known.matrix(vocabulary, np.random.default_rng(seed))
        return vocabulary, EmbeddingStart(matrix.shape[1], lambda: matrix)

    def pretrained() -> np.ndarray:
        known = pretrain_word_vectors(
            read,
            kind=vectors.pretrain,
            dim=network.embedding_dim,
            epochs=vectors.pretrain_epochs,
            min_count=chosen.min_count,
            max_length=chosen.max_length,
            seed=seed,
            workers=vectors.pretrain_workers,
            verbose=verbose,
        )
        return known.matrix(vocabulary, np.random.default_rng(seed))

    if checkpoint_dir is None:
        return vocabulary, EmbeddingStart(network.embedding_dim, pretrained)
    path = Path(checkpoint_dir, "word_vectors.npz")

    def kept() -> np.ndarray:
        return stored_array(path, _digest(read, options, seed), pretrained)

    return vocabulary, EmbeddingStart(network.embedding_dim, kept)


def _digest(texts: Iterable[str], options: HARNNOptions, seed: int) -> str:
    """Return a digest of everything that pre-trained vectors depend on."""
    facts = (
        WORDS_VERSION,
        options.vocabulary,
        options.vectors,
        options.network.embedding_dim,
        seed,
    )
    digest = hashlib.sha256(repr(facts).encode())
    for text in texts:
        digest.update(b"%d " % len(text) + text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _extended(vocabulary: Vocabulary, vectors: WordVectors, size: int) -> Vocabulary:
    """Add the words of a file, in its order: its most frequent ones, by custom, stand first."""
    here = set(vocabulary.words)
    # A dict, for the order: "Rose" and "rose" are one word here.
    new = dict.fromkeys(
        word for word in map(normalize_text, vectors.words) if word not in here and _is_word(word)
    )
    more = islice(new, max(0, size - len(vocabulary.words)))
    return Vocabulary((*vocabulary.words, *more), max_length=vocabulary.max_length)


def _is_word(word: str) -> bool:
    return tokenize(word) == [word]
