"""What a fit shows while it runs: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

__all__ = ["FitProgress"]

# Where there is no terminal, a line at least this often (seconds): a long epoch is not silence.
_HEARTBEAT = 30.0


class FitProgress:
    """Shows the steps, scores and remaining time of a fit.

    Args:
        epochs: Epochs of the fit.
        steps: Steps an epoch.
        first_epoch: Epochs already done by an earlier run.
        verbose: Whether to show anything.
        console: Where to write; standard error if not given.

    Example:
        >>> with FitProgress(epochs=1, steps=2, verbose=False) as progress:
        ...     progress.step(0, loss=1.5)
        ...     progress.epoch_done(1, {"loss": 1.4, "micro_f1": 0.5}, best=True)
    """

    def __init__(
        self,
        epochs: int,
        steps: int,
        first_epoch: int = 0,
        verbose: bool = True,
        console: Console | None = None,
    ) -> None:
        self.epochs = epochs
        self.steps = steps
        self.verbose = verbose
        self.console = console or Console(stderr=True)
        self._done = first_epoch * steps
        self._started_at = self._done
        self._start = self._last_line = time.monotonic()
        self._bar: Progress | None = None
        if verbose and self.console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[loss]}"),
                console=self.console,
                transient=True,
            )
            self._task = self._bar.add_task(
                "training", total=epochs * steps, completed=self._done, loss=""
            )

    def __enter__(self) -> FitProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.stop()

    def step(self, epoch: int, loss: float) -> None:
        """Note a step of an epoch, the first being 0."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(
                self._task,
                completed=self._done,
                description=f"epoch {epoch + 1}/{self.epochs}",
                loss=f"loss {loss:.4f}",
            )
        elif self.verbose and time.monotonic() - self._last_line > _HEARTBEAT:
            step = self._done - epoch * self.steps
            self._line(
                f"epoch {epoch + 1}/{self.epochs}: step {step}/{self.steps}, loss {loss:.4f}, "
                f"{self._left()} left"
            )

    def epoch_done(self, epoch: int, figures: dict[str, float], best: bool) -> None:
        """Show an epoch's figures; ``epoch`` counts from 1."""
        if not self.verbose:
            return
        shown = ", ".join(
            f"{name.replace('_', ' ')} {value:.4f}"
            for name, value in figures.items()
            if name not in ("epoch", "seconds")
        )
        star = " *" if best else ""
        self._line(f"epoch {epoch}/{self.epochs}: {shown}{star}  ({self._left()} left)")

    def note(self, text: str) -> None:
        """Show a line."""
        if self.verbose:
            self._line(text)

    def _line(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)
        self._last_line = time.monotonic()

    def _left(self) -> str:
        """Return the time left if every remaining epoch is run."""
        steps = self._done - self._started_at
        if steps == 0:
            return "?"
        pace = (time.monotonic() - self._start) / steps
        seconds = round(pace * (self.epochs * self.steps - self._done))
        return f"{seconds // 60}:{seconds % 60:02d}"
