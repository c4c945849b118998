"""Computes one thing in a thread while the caller computes another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Generic, Self, TypeVar

__all__ = ["Beside", "Stopped"]

T = TypeVar("T")


class Stopped(Exception):
    """Raised by a function that ends early because the caller has failed or was interrupted."""


class Beside(Generic[T]):
    """Runs a function in a thread beside a block.

    Where the block fails, or Ctrl-C ends it, the function is told to stop and waited for, so that
    nothing goes on in the background.

    Args:
        function: Called in the thread with an event. It should raise `Stopped` soon after the
            event is set.

    Example:
        >>> with Beside(lambda stop: sum(range(10))) as beside:
        ...     here = max(range(10))
        ...     there = beside.result()
        >>> here, there
        (9, 45)
    """

    def __init__(self, function: Callable[[Event], T]) -> None:
        self._function = function
        self._stop = Event()

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="harnn-beside")
        self._future: Future[T] = self._pool.submit(self._function, self._stop)
        return self

    def result(self) -> T:
        """Wait for the function and return its result, or raise its error."""
        return self._future.result()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stop.set()
        self._pool.shutdown()
