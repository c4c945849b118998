"""Runs a network over texts, in batches of like length. Pure NumPy around the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import NamedTuple

import numpy as np

from harnn.text.documents import pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.documents.vocabulary import Vocabulary

__all__ = ["CHUNK", "LevelOutputs", "level_names"]

# Texts in flight: sorted by length among themselves, and all that a stream holds at a time.
CHUNK = 4096
# The same with several threads, which have two chunks at a time: the first one is small, so that
# they soon have something to do, and each is twice as large as the one before.
_FIRST_CHUNK, _LAST_CHUNK = 128, 1024
# Documents of a batch that is not worth sharing.
_FEWEST = 4


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
        """Give the outputs of each level, some texts at a time.

        With several threads, the next texts are encoded and read while the caller has these.

        Yields:
            For each level ``(texts of the chunk, outputs of the level)``, in the order of the
            texts.
        """
        remaining = iter(texts)
        size = CHUNK if self.threads < 2 else _FIRST_CHUNK
        waiting: deque[_Chunk] = deque()
        with _Pool(self.threads) as pool:
            while chunk := list(islice(remaining, size)):
                documents = [self.vocabulary.encode(text) for text in chunk]
                waiting.append(self._start(documents, pool))
                if self.threads > 1:
                    size = min(2 * size, _LAST_CHUNK)
                if len(waiting) > 1 or self.threads < 2:
                    yield waiting.popleft().finish()
            while waiting:
                yield waiting.popleft().finish()

    def of_documents(self, documents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the outputs of each level for word ids, one array a document."""
        with _Pool(self.threads) as pool:
            return self._start(documents, pool).finish()

    def _start(self, documents: Sequence[np.ndarray], pool: _Pool) -> _Chunk:
        """Begin to read documents; with one thread, or one batch, read them."""
        if len(documents) == 1:
            outputs = self.forward(pad(documents, self.multiple))
            return _Chunk([np.array(output, np.float32) for output in outputs], [])
        lengths = np.array([len(ids) for ids in documents])
        levels = [np.empty((len(documents), size), np.float32) for size in self.level_sizes]

        def read(rows: np.ndarray) -> None:
            outputs = self.forward(pad([documents[row] for row in rows], self.multiple))
            for level, output in zip(levels, outputs, strict=True):
                level[rows] = np.asarray(output)

        size = self.batch_size
        if self.threads > 1:
            # Few documents are shared by the threads.
            size = min(size, max(-(-len(documents) // self.threads), _FEWEST))
        batches = batches_by_length(lengths, size)
        if self.threads < 2 or len(batches) < 2:
            for rows in batches:
                read(rows)
            return _Chunk(levels, [])
        # The longest documents first, so that no thread is left with them in the end.
        left = iter(batches[::-1])

        def read_all() -> None:
            for rows in left:
                read(rows)

        return _Chunk(levels, [pool.submit(read_all) for _ in range(self.threads)])


class _Pool:
    """Threads that are started when there is something to do, and ended with the block."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor: ThreadPoolExecutor | None = None

    def __enter__(self) -> _Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            # After an error, or where the caller wants no more of the texts, some are left.
            self._executor.shutdown(cancel_futures=True)

    def submit(self, work: Callable[[], None]) -> Future[None]:
        """Let a thread do something."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="harnn-batches")
        return self._executor.submit(work)


class _Chunk(NamedTuple):
    """Documents that are being read.

    Attributes:
        levels: The outputs of each level, once all is read.
        reading: What is still being read.
    """

    levels: list[np.ndarray]
    reading: list[Future[None]]

    def finish(self) -> list[np.ndarray]:
        """Wait for the outputs, and return them."""
        for future in self.reading:
            future.result()
        return self.levels
