"""Runs a network over texts, in batches of like length. Pure NumPy around the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np

from harnn.text.documents import pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.documents.vocabulary import Vocabulary

__all__ = ["CHUNK", "LevelOutputs", "level_names"]

# Texts in flight: sorted by length among themselves, and all that a stream holds at a time.
CHUNK = 4096
# The same with several threads, which have two chunks at a time.
_THREADED_CHUNK = 1024
# Batches that a thread encodes and reads at a time: sorted among themselves.
_BATCHES = 8
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

        With several threads, the next texts are read while the caller has these.

        Yields:
            For each level ``(texts of the chunk, outputs of the level)``, in the order of the
            texts.
        """
        remaining = iter(texts)
        size = CHUNK if self.threads < 2 else _THREADED_CHUNK
        waiting: deque[_Chunk] = deque()
        with _Pool(self.threads) as pool:
            while chunk := list(islice(remaining, size)):
                # Blanks tell how many words there are, before the texts are split into them.
                lengths = [text.count(" ") for text in chunk]
                started = self._start(chunk, self.vocabulary.encode, lengths, _BATCHES, pool)
                waiting.append(started)
                if len(waiting) > 1 or self.threads < 2:
                    yield waiting.popleft().finish()
            while waiting:
                yield waiting.popleft().finish()

    def of_documents(self, documents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the outputs of each level for word ids, one array a document."""
        lengths = [len(ids) for ids in documents]
        with _Pool(self.threads) as pool:
            return self._start(documents, lambda ids: ids, lengths, 1, pool).finish()

    def _start(
        self,
        items: Sequence[Any],
        encode: Callable[[Any], np.ndarray],
        lengths: Sequence[int],
        batches: int,
        pool: _Pool,
    ) -> _Chunk:
        """Begin to read documents; with one thread, or few documents, read them.

        Args:
            items: The documents.
            encode: From one of them to its word ids. The threads do that, too, a part at a time:
                a thread that held Python's lock for long would keep the others from the network.
            lengths: How long each of them is, at least about.
            batches: Of such a part.
            pool: The threads.
        """
        chunk = _Chunk([np.empty((len(items), size), np.float32) for size in self.level_sizes], [])
        batch_size = self.batch_size

        def read(places: np.ndarray) -> None:
            documents = [encode(items[place]) for place in places]
            if len(documents) == 1:
                sorted_rows = [np.arange(1)]
            else:
                of_words = np.array([len(ids) for ids in documents])
                sorted_rows = batches_by_length(of_words, batch_size)
            for rows in sorted_rows:
                outputs = self.forward(pad([documents[row] for row in rows], self.multiple))
                for level, output in zip(chunk.levels, outputs, strict=True):
                    level[places[rows]] = np.asarray(output)

        if self.threads < 2 or len(items) <= _FEWEST:
            read(np.arange(len(items)))
            return chunk
        # Few documents are shared by the threads.
        share = max(-(-len(items) // self.threads), _FEWEST)
        batch_size = min(batch_size, share)
        # The longest documents first, so that no thread is left with them in the end.
        order = np.argsort(np.negative(lengths), kind="stable")
        size = min(batches * batch_size, share)
        # All threads take from one iterator: each part goes to the thread that is free first.
        parts = iter([order[at : at + size] for at in range(0, len(order), size)])

        def read_parts() -> None:
            for places in parts:
                read(places)

        chunk.reading.extend(pool.submit(read_parts) for _ in range(self.threads))
        return chunk


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
