"""Runs a network over texts, in batches of like length. Pure NumPy around the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from harnn.text.documents import pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.documents.vocabulary import Vocabulary

__all__ = ["CHUNK", "LevelOutputs", "level_names"]

# Texts in flight: sorted by length among themselves, and all that a stream holds at a time.
CHUNK = 4096


def level_names(count: int) -> list[str]:
    """Return what a network calls its outputs, the topmost level first.

    Args:
        count: Of levels.

    Example:
        >>> level_names(2)
        ['level_1', 'level_2']
    """
    return [f"level_{number}" for number in range(1, count + 1)]


@dataclass(frozen=True)
class LevelOutputs:
    """A network, and what stands before it.

    Attributes:
        forward: The network, from word ids ``(batch, time)`` to ``(batch, outputs)`` a level.
        vocabulary: From text to word ids.
        level_sizes: Outputs of each level.
        batch_size: Documents a batch.
        multiple: Padded lengths are rounded up to a multiple of this.
        threads: That read batches, one each at a time; more than one only where the network may be
            called by several.
    """

    forward: Callable[[np.ndarray], Sequence[np.ndarray]]
    vocabulary: Vocabulary
    level_sizes: tuple[int, ...]
    batch_size: int = 128
    multiple: int = 1
    threads: int = 1

    def of_texts(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        """Give the outputs of each level, a few thousand texts at a time.

        Yields:
            For each level ``(texts of the chunk, outputs of the level)``, in the order of the
            texts.
        """
        remaining = iter(texts)
        while chunk := list(islice(remaining, CHUNK)):
            yield self.of_documents([self.vocabulary.encode(text) for text in chunk])

    def of_documents(self, documents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the outputs of each level for word ids, one array a document."""
        lengths = np.array([len(ids) for ids in documents])
        levels = [np.empty((len(documents), size), np.float32) for size in self.level_sizes]

        def read(rows: np.ndarray) -> None:
            outputs = self.forward(pad([documents[row] for row in rows], self.multiple))
            for level, output in zip(levels, outputs, strict=True):
                level[rows] = np.asarray(output)

        batches = list(batches_by_length(lengths, self.batch_size))
        workers = min(self.threads, len(batches))
        if workers < 2:
            for rows in batches:
                read(rows)
        else:
            with ThreadPoolExecutor(workers, thread_name_prefix="harnn-batches") as pool:
                # Asked for what it returns, which is nothing, so that an error is raised here.
                list(pool.map(read, batches))
        return levels
