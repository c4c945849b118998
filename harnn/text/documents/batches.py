"""Batches of documents of like length, and the targets that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harnn.text.documents.encoded_documents import EncodedDocuments

__all__ = ["TrainingBatches", "batches_by_length"]

# Documents are sorted by length within pools of this many batches: long enough that padding is
# rare, short enough that the batches of an epoch differ from those of the one before.
_POOL = 50

# Pairs of words in a batch that is read at once: 64 MiB of numbers.
_COMPARISONS = 1 << 24


def batches_by_length(
    lengths: np.ndarray, batch_size: int, generator: np.random.Generator | None = None
) -> list[np.ndarray]:
    """Group documents of like length.

    Args:
        lengths: Words of each document ``(documents,)``.
        batch_size: Documents a batch; the last one may be smaller.
        generator: Shuffles documents and batches. Without it the order is by length alone, and
            long documents stand in smaller batches, as a network compares their words in pairs.

    Returns:
        The documents' indices, one array a batch: each document once.

    Example:
        >>> [batch.tolist() for batch in batches_by_length(np.array([9, 1, 8, 2]), 2)]
        [[1, 3], [2, 0]]
    """
    if generator is None:
        order = np.argsort(lengths, kind="stable")
        return _within_memory(order, lengths[order], batch_size)
    shuffled = generator.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for at in range(0, len(shuffled), batch_size * _POOL):
        pool = shuffled[at : at + batch_size * _POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches += [pool[k : k + batch_size] for k in range(0, len(pool), batch_size)]
    return [batches[k] for k in generator.permutation(len(batches))]


def _within_memory(order: np.ndarray, lengths: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Cut a row of documents, the longest last, into batches whose words can be compared."""
    starts: list[int] = []
    for place, length in enumerate(lengths.tolist()):
        inside = place + 1 - starts[-1] if starts else batch_size + 1
        if inside > batch_size or (inside > 1 and inside * length**2 > _COMPARISONS):
            starts.append(place)
    return np.split(order, starts[1:]) if starts else []


@dataclass(frozen=True)
class TrainingBatches:
    """The training documents in batches of like length, shuffled anew every epoch.

    The order depends on the seed and the epoch alone, so that a run resumed after an epoch goes
    on as it would have.

    Attributes:
        documents: The documents.
        targets: What the losses compare with, one array an output, ``(documents, …)`` each.
        batch_size: Documents a batch.
        multiple: Padded lengths are rounded up to a multiple of this.
        seed: Of the order.
        passes: How often an epoch passes over the documents.
    """

    documents: EncodedDocuments
    targets: dict[str, np.ndarray]
    batch_size: int
    multiple: int
    seed: int
    passes: int = 1

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return self.passes * -(-len(self.documents) // self.batch_size)

    def example(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the shortest document as a batch of its own."""
        row = [int(self.documents.lengths.argmin())]
        tokens = self.documents.batch(row, self.multiple)
        return tokens, {name: target[row] for name, target in self.targets.items()}

    def epoch(self, number: int) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
        """Give the batches of an epoch, the first being 0: word ids and targets."""
        generator = np.random.default_rng([self.seed, number])
        for _ in range(self.passes):
            for rows in batches_by_length(self.documents.lengths, self.batch_size, generator):
                targets = {name: target[rows] for name, target in self.targets.items()}
                yield self.documents.batch(rows, self.multiple), targets
