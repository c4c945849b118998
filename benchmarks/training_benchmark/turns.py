"""Timing of training steps in turns, in the process that is measured.

Each model trains in a process of its own, so that its peak memory can be measured. The main process
requests turns from one process after the other. `harnn`, Keras and PyTorch are not imported here.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import IO, Any

from training_benchmark.process_usage import cpu_seconds, machine_cpu_seconds, peak_memory

__all__ = ["PRODUCT_SIZE", "EndOfTurnsError", "Turns", "Work", "answer_stream", "product_rate"]

# Rows and columns of the matrices whose product tells how fast the machine multiplies.
PRODUCT_SIZE = 3000


class EndOfTurnsError(Exception):
    """No more turns will be requested."""


@dataclass(frozen=True)
class Work:
    """The size of one piece of work, a training step.

    Attributes:
        documents: Documents that it reads.
        words: Words that it reads, padding not included.
        multiply_adds: Multiply-adds of its matrix products.
    """

    documents: int
    words: int
    multiply_adds: int


def answer_stream() -> IO[str]:
    """Return the standard output, and redirect all other output to the standard error."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def product_rate(multiply: Callable[[], Any]) -> float:
    """Return the multiply-adds per second of a large matrix product, the best of five.

    Args:
        multiply: Multiplies two float32 matrices of ``PRODUCT_SIZE`` rows and columns, and returns
            when it is done.
    """
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        multiply()
        best = min(best, time.perf_counter() - started)
    return PRODUCT_SIZE**3 / best


class Turns:
    """Times training steps in turns that the main process requests.

    Args:
        multiply: As of `product_rate`, in the framework that is measured.

    Example of a worker::

        turns = Turns(multiply)
        turns.ready(weights=1_000)
        turns.run((work, step) for work, step in …)
    """

    def __init__(self, multiply: Callable[[], Any]) -> None:
        self._answers = answer_stream()
        self._multiply = multiply
        self._work: Work | None = None
        self._done: list[Work] = []
        self._seconds = 0.0
        self._start: tuple[float, float, float | None] | None = None

    def ready(self, **facts: Any) -> None:
        """Report facts about the model to the main process, which can then request turns."""
        self._answer({**facts, "pid": os.getpid()})

    def run(self, steps: Iterable[tuple[Work, Callable[[], Any]]]) -> None:
        """Run steps until no more turns are requested."""
        try:
            for work, step in steps:
                self.before(work)
                step()
        except EndOfTurnsError:
            pass

    def before(self, work: Work) -> None:
        """Note that a piece of work begins, and that the one before it has ended.

        Between turns this waits for the next request. The first piece of work of a turn is a
        warm-up, and is not counted.

        Args:
            work: The piece of work.

        Raises:
            EndOfTurnsError: If no more turns are requested.
        """
        if self._work is None:
            self._wait()
        elif self._start is None:
            self._start = time.perf_counter(), cpu_seconds(), machine_cpu_seconds()
        else:
            self._done.append(self._work)
            if time.perf_counter() - self._start[0] >= self._seconds:
                self._end_turn(self._start)
                self._wait()
        self._work = work

    def _wait(self) -> None:
        request = sys.stdin.readline()
        if not request:
            raise EndOfTurnsError
        self._seconds = json.loads(request)["seconds"]
        self._rate = product_rate(self._multiply)
        self._start, self._done = None, []

    def _end_turn(self, start: tuple[float, float, float | None]) -> None:
        seconds, cpu = time.perf_counter() - start[0], cpu_seconds() - start[1]
        machine, other = machine_cpu_seconds(), None
        if machine is not None and start[2] is not None:
            other = max(0.0, machine - start[2] - cpu)
        total = {
            name: sum(asdict(work)[name] for work in self._done)
            for name in ("documents", "words", "multiply_adds")
        }
        self._answer(
            {
                "seconds": seconds,
                "cpu": cpu,
                "other_cpu": other,
                "steps": len(self._done),
                **total,
                "rate": self._rate,
                "peak_memory": peak_memory(),
            }
        )

    def _answer(self, facts: dict[str, Any]) -> None:
        self._answers.write(json.dumps(facts) + "\n")
