"""What pre-training shows while it runs: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from harnn.progress_display import ProgressDisplay, time_left

__all__ = ["PretrainingProgress"]


class PretrainingProgress(ProgressDisplay):
    """Shows how far a stage of pre-training is, and the time it has left.

    Args:
        verbose: Whether to show anything.
        console: Where to write; standard error if not given.

    Example:
        >>> with PretrainingProgress(verbose=False) as progress:
        ...     progress.stage("reading", total=2)
        ...     progress.advance(2)
        ...     progress.note("2 texts")
    """

    def __init__(self, verbose: bool = True, console: Console | None = None) -> None:
        super().__init__(
            TextColumn("word vectors: {task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            verbose=verbose,
            console=console,
        )
        if self.bar is not None:
            self._task = self.bar.add_task("", total=None)
        self.stage("", total=None)

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage.

        Args:
            name: What is done.
            total: How much there is to do; ``None`` if that is not known.
        """
        self._name = name
        self._total = total
        self._done = 0
        self._start = time.monotonic()
        if self.bar is not None:
            self.bar.reset(self._task, total=total, description=name)

    def rename(self, name: str) -> None:
        """Give the stage that runs another name: the bar and its time go on."""
        self._name = name
        if self.bar is not None:
            self.bar.update(self._task, description=name)

    def advance(self, amount: int) -> None:
        """Note that so much more is done."""
        self._done += amount
        if self.bar is not None:
            self.bar.update(self._task, completed=self._done)
        elif self.is_due():
            share = "" if not self._total else f" {100 * self._done // self._total} %"
            self.note(f"{self._name}{share}", pace=True)

    def note(self, text: str, pace: bool = False) -> None:
        """Show a line, with the time left of the stage at its pace if asked."""
        left = ""
        if pace:
            remaining = None if self._total is None else self._total - self._done
            left = f" ({time_left(self._start, self._done, remaining)} left)"
        super().note(f"word vectors: {text}{left}")
