"""What pre-training shows while it runs: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

__all__ = ["PretrainingProgress"]

# Where there is no terminal, a line at least this often (seconds): a long stage is not silence.
_HEARTBEAT = 30.0


class PretrainingProgress:
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
        self.verbose = verbose
        self.console = console or Console(stderr=True)
        self._bar: Progress | None = None
        if verbose and self.console.is_terminal:
            self._bar = Progress(
                TextColumn("word vectors: {task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=self.console,
                transient=True,
            )
            self._task = self._bar.add_task("", total=None)
        self.stage("", total=None)

    def __enter__(self) -> PretrainingProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.stop()

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage.

        Args:
            name: What is done.
            total: How much there is to do; ``None`` if that is not known.
        """
        self._name = name
        self._total = total
        self._done = 0
        self._start = self._last_line = time.monotonic()
        if self._bar is not None:
            self._bar.reset(self._task, total=total, description=name)

    def rename(self, name: str) -> None:
        """Give the stage that runs another name: the bar and its time go on."""
        self._name = name
        if self._bar is not None:
            self._bar.update(self._task, description=name)

    def advance(self, amount: int) -> None:
        """Note that so much more is done."""
        self._done += amount
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done)
        elif self.verbose and time.monotonic() - self._last_line > _HEARTBEAT:
            share = "" if not self._total else f" {100 * self._done // self._total} %"
            self.note(f"{self._name}{share}", time_left=True)

    def note(self, text: str, time_left: bool = False) -> None:
        """Show a line, with the time left of the stage if asked."""
        if self.verbose:
            left = f" ({self._left()} left)" if time_left else ""
            self.console.print(f"word vectors: {text}{left}", highlight=False, soft_wrap=True)
            self._last_line = time.monotonic()

    def _left(self) -> str:
        if self._total is None or self._done == 0:
            return "?"
        pace = (time.monotonic() - self._start) / self._done
        seconds = round(pace * max(0, self._total - self._done))
        return f"{seconds // 60}:{seconds % 60:02d}"
