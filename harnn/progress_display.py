"""Where long work shows how far it is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import Any, Self

from rich.console import Console
from rich.progress import Progress, ProgressColumn

__all__ = ["ProgressDisplay", "time_left"]

# Where there is no terminal, a line at least this often (seconds): long work is not silence.
_HEARTBEAT = 30.0


class ProgressDisplay:
    """A bar on a terminal, or lines; nothing if not verbose. A context manager.

    Args:
        *columns: Of the bar.
        verbose: Whether to show anything.
        console: Where to write; standard error if not given.

    Attributes:
        bar: The bar, where there is a terminal.

    Example:
        >>> with ProgressDisplay(verbose=False) as display:
        ...     display.note("half of it is done")
        ...     display.bar is None
        True
    """

    def __init__(
        self, *columns: str | ProgressColumn, verbose: bool = True, console: Console | None = None
    ) -> None:
        self.verbose = verbose
        self.console = console or Console(stderr=True)
        self.bar: Progress | None = None
        if verbose and self.console.is_terminal:
            self.bar = Progress(*columns, console=self.console, transient=True)
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        if self.bar is not None:
            self.bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.bar is not None:
            self.bar.stop()

    def is_due(self) -> bool:
        """Return whether nothing has been shown for so long that a line should be."""
        silent = time.monotonic() - self._last_line > _HEARTBEAT
        return self.verbose and self.bar is None and silent

    def note(self, text: str) -> None:
        """Show a line."""
        if self.verbose:
            self.console.print(text, highlight=False, soft_wrap=True)
            self._last_line = time.monotonic()


def time_left(started: float, done: int, remaining: int | None) -> str:
    """Return the time that is left at the pace so far, ``"minutes:seconds"``.

    Args:
        started: When the work began, by ``time.monotonic()``.
        done: How much has been done since.
        remaining: How much is left; ``None`` if that is not known.

    Example:
        >>> time_left(time.monotonic() - 10, done=1, remaining=9), time_left(0.0, 0, 9)
        ('1:30', '?')
    """
    if done == 0 or remaining is None:
        return "?"
    seconds = round((time.monotonic() - started) / done * max(0, remaining))
    return f"{seconds // 60}:{seconds % 60:02d}"
