"""Puts the documents of concurrent requests together, so that the network reads batches."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

__all__ = ["Batcher", "OverloadedError"]


Row = TypeVar("Row")

# The documents of a request, and where their rows are awaited.
_Request = tuple[Sequence[str], "asyncio.Future[Sequence[Row]]"]


class OverloadedError(RuntimeError):
    """More is asked at a time than can wait for an answer."""


class Batcher(Generic[Row]):
    """Runs a network over documents, one batch at a time, in a thread of its own.

    No document waits for others to come: while the network reads a batch the next one gathers,
    so that batches grow with the load and a lone request is answered at once.

    Args:
        run: From texts to a row a text.
        batch: Documents that end a batch; a request's documents stay together.
        waiting: The most documents that wait.
        seen: Told the size of each batch.
    """

    def __init__(
        self,
        run: Callable[[Sequence[str]], Sequence[Row]],
        batch: int,
        waiting: int,
        seen: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._run, self._batch, self._most, self._seen = run, batch, waiting, seen
        self._requests: deque[_Request[Row]] = deque()
        self._come = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="harnn-network")
        self._task: asyncio.Task[None] | None = None
        self.waiting = 0

    def start(self) -> None:
        """Begin to run, in the event loop of the caller."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        """End. What still waits is turned away."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for _, answer in self._requests:
            if not answer.done():
                answer.set_exception(OverloadedError("the server stops"))
        self._requests.clear()
        self._thread.shutdown()

    async def ask(self, texts: Sequence[str]) -> Sequence[Row]:
        """Return the rows of some documents.

        Args:
            texts: The documents.

        Raises:
            OverloadedError: If too many documents wait already.
        """
        if self.waiting + len(texts) > self._most and self.waiting:
            raise OverloadedError(f"{self.waiting} documents wait already: try again in a moment")
        answer: asyncio.Future[Sequence[Row]] = asyncio.get_running_loop().create_future()
        self._requests.append((texts, answer))
        self.waiting += len(texts)
        self._come.set()
        return await answer

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._come.wait()
            requests = self._gathered()
            if not requests:
                continue
            texts = [text for of_request, _ in requests for text in of_request]
            try:
                rows = await loop.run_in_executor(self._thread, self._run, texts)
            except Exception as error:  # each request is to be told, whatever it is
                for _, answer in requests:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            except asyncio.CancelledError:
                self._requests.extendleft(reversed(requests))
                raise
            self._seen(len(texts))
            at = 0
            for of_request, answer in requests:
                # One whose client has gone is done already.
                if not answer.done():
                    answer.set_result(rows[at : at + len(of_request)])
                at += len(of_request)

    def _gathered(self) -> list[_Request[Row]]:
        gathered: list[_Request[Row]] = []
        size = 0
        while self._requests and (not gathered or size + len(self._requests[0][0]) <= self._batch):
            request = self._requests.popleft()
            self.waiting -= len(request[0])
            if request[1].done():
                continue
            gathered.append(request)
            size += len(request[0])
        if not self._requests:
            self._come.clear()
        return gathered
