"""What a fit shows while it runs: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from harnn.progress_display import ProgressDisplay, time_left

__all__ = ["FitProgress"]


class FitProgress(ProgressDisplay):
    """Shows the steps, scores and remaining time of a fit.

    Args:
        epochs: Epochs of the fit.
        steps: Steps an epoch.
        first_epoch: Epochs already done by an earlier run.
        verbose: Whether to show anything.
        console: Where to write; standard error if not given.
        label: What an epoch is called.

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
        label: str = "epoch",
    ) -> None:
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[loss]}"),
            verbose=verbose,
            console=console,
        )
        self.epochs = epochs
        self.steps = steps
        self.label = label
        self._done = self._started_at = first_epoch * steps
        self._start = time.monotonic()
        if self.bar is not None:
            self._task = self.bar.add_task(
                "training", total=epochs * steps, completed=self._done, loss=""
            )

    def step(self, epoch: int, loss: float) -> None:
        """Note a step of an epoch, the first being 0."""
        self._done += 1
        if self.bar is not None:
            self.bar.update(
                self._task,
                completed=self._done,
                description=f"{self.label} {epoch + 1}/{self.epochs}",
                loss=f"loss {loss:.4f}",
            )
        elif self.is_due():
            step = self._done - epoch * self.steps
            self.note(
                f"{self.label} {epoch + 1}/{self.epochs}: step {step}/{self.steps}, "
                f"loss {loss:.4f}, {self._left()} left"
            )

    def epoch_done(self, epoch: int, figures: dict[str, float], best: bool) -> None:
        """Show an epoch's figures; ``epoch`` counts from 1."""
        shown = ", ".join(
            f"{name.replace('_', ' ')} {value:.4f}"
            for name, value in figures.items()
            if name not in ("epoch", "seconds")
        )
        star = " *" if best else ""
        self.note(f"{self.label} {epoch}/{self.epochs}: {shown}{star}  ({self._left()} left)")

    def fit_done(self, epoch: int, best_epoch: int, monitor: str, value: float) -> None:
        """Say why training ended, and which epoch's weights are kept.

        Args:
            epoch: The last epoch, counted from 1.
            best_epoch: The epoch that is kept.
            monitor: The validation figure that epochs are compared by.
            value: That figure of the kept epoch.
        """
        of = self.label.removesuffix("epoch")  # such as "teacher, "
        figure = monitor.replace("_", " ")
        if epoch < self.epochs:
            waited = epoch - best_epoch
            ended = (
                f"stopped early after epoch {epoch} of {self.epochs}: {figure} has not improved "
                f"for {waited} {'epoch' if waited == 1 else 'epochs'}"
            )
        else:
            ended = "the only epoch ran" if epoch == 1 else f"all {epoch} epochs ran"
        self.note(f"{of}{ended}; epoch {best_epoch} is kept: {figure} {value:.4f}")

    def _left(self) -> str:
        """Return the time left if every remaining epoch is run."""
        remaining = self.epochs * self.steps - self._done
        return time_left(self._start, self._done - self._started_at, remaining)
