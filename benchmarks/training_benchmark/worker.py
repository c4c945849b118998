"""Processes that are measured: starting them, requesting turns and reading their results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

__all__ = ["Turn", "Worker", "WorkerError"]

_BENCHMARKS = Path(__file__).parent.parent


class WorkerError(RuntimeError):
    """A process that was measured has failed."""


@dataclass(frozen=True)
class Turn:
    """The result of one turn.

    Attributes:
        seconds: Wall time.
        cpu: CPU seconds of all threads.
        other_cpu: CPU seconds of other processes; None where the system does not tell.
        steps: Training steps.
        documents: Documents that they read.
        words: Words that they read, padding not included.
        multiply_adds: Multiply-adds of the matrix products.
        rate: Multiply-adds per second of one large matrix product, in the same framework.
        peak_memory: Of the process so far, in bytes.
    """

    seconds: float
    cpu: float
    other_cpu: float | None
    steps: int
    documents: int
    words: int
    multiply_adds: int
    rate: float
    peak_memory: int


class Worker:
    """A process that is measured. As a context manager, it ends the process.

    Args:
        module: The module of this package that it runs.
        arguments: The arguments of the module, of types that JSON has.
        python: The interpreter.
        show: True to show its standard error, False to keep it for error messages.

    Attributes:
        facts: Its first answer.

    Raises:
        WorkerError: If it ends before it has answered.
    """

    def __init__(
        self,
        module: str,
        arguments: dict[str, Any],
        python: str = sys.executable,
        show: bool = False,
    ) -> None:
        self.name = f"{module} {arguments}"
        # Closed in close(): a file that the process writes to as long as it runs.
        self._log = None if show else tempfile.TemporaryFile("w+")  # noqa: SIM115
        paths = [str(_BENCHMARKS), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [python, "-m", f"training_benchmark.{module}", json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self.facts = self._read()

    def turn(self, seconds: float) -> Turn:
        """Let it train for some seconds, and return the result."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"seconds": seconds}) + "\n")
        self._process.stdin.flush()
        return Turn(**self._read())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        if self._log is not None:
            self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if answer:
            return dict(json.loads(answer))
        self._process.wait()
        log = ""
        if self._log is not None:
            self._log.seek(0)
            log = ":\n" + self._log.read()[-4000:]
        self.close()
        raise WorkerError(f"{self.name} ended with {self._process.returncode}{log}")
