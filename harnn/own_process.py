"""Work in processes of its own, which may fail or be killed without harm to ours."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["in_own_process", "worker_processes"]

Result = TypeVar("Result")

# How NumPy's libraries and TensorFlow are told.
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


def in_own_process(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a fresh process, and end that process. If ours is killed, so is it.

    Memory is then measured a call, and given back; what the function defines stays its own.

    Args:
        function: What to call. Functions and classes of a script or notebook may be used.
        *arguments: Its arguments.

    Returns:
        What it returned.

    Raises:
        RuntimeError: If the process died.
        Exception: What the function raised.

    Example:
        >>> in_own_process(max, [1, 3, 2])
        3
    """
    with worker_processes(1) as executor:
        return executor.submit(function, *arguments).result()


@contextmanager
def worker_processes(count: int, threads: int | None = None) -> Iterator[Any]:
    """Start processes that take work, and end them with the block, or when ours is killed.

    Args:
        count: How many.
        threads: How many threads the libraries of each may use; as many as they like if not given.

    Yields:
        What work is given to: ``submit(function, *arguments)`` returns a future.

    Raises:
        RuntimeError: If a process died.

    Example:
        >>> with worker_processes(2) as workers:
        ...     [future.result() for future in [workers.submit(abs, -n) for n in range(3)]]
        [0, 1, 2]
    """
    from loky import ProcessPoolExecutor
    from loky.process_executor import TerminatedWorkerError

    # Its log speaks of workers that stop: ours stops on purpose.
    logging.getLogger("loky").setLevel(logging.ERROR)
    executor = ProcessPoolExecutor(
        max_workers=count,
        initializer=_end_with,
        initargs=(os.getpid(),),
        env=None if threads is None else dict.fromkeys(_THREADS, str(threads)),
    )
    try:
        yield executor
    except TerminatedWorkerError as error:
        code = re.search(r"\w+\((-?\d+)\)", str(error))
        ended = f" with exit code {code[1]}" if code else ""
        raise RuntimeError(
            f"its process died{ended}: something ended it from outside, or it needed more memory "
            "than there is"
        ) from None
    finally:
        executor.shutdown(kill_workers=True)


def _end_with(parent: int) -> None:
    """End this process when its parent has ended: a fit that nobody waits for is hours of work."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    # Elsewhere a process keeps its parent's number for good.
    if os.name == "posix":
        threading.Thread(target=watch, daemon=True).start()
