"""The speeds of training steps and loops, measured in turns."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import Progress

from training_benchmark.worker import Turn, Worker

__all__ = ["Measured", "Model", "measure"]


@dataclass(frozen=True)
class Model:
    """A model or layer that trains in a process of its own.

    Attributes:
        title: Its row in the table.
        module: The module of this package that the process runs.
        arguments: The arguments of the process.
        python: The interpreter.
    """

    title: str
    module: str
    arguments: dict[str, Any]
    python: str = sys.executable


@dataclass(frozen=True)
class Measured:
    """The speed of a model over all turns.

    Rates are medians over the turns, so that a turn during which the machine was busy
    with other work does not count.

    Attributes:
        title: Its row in the table.
        turns: The results of each turn.
        words_per_document: The mean length of all documents, of which the turns read a sample.
    """

    title: str
    turns: Sequence[Turn]
    words_per_document: float

    @property
    def words_per_second(self) -> float:
        """Return the words that were trained on per second, padding not included."""
        return statistics.median(turn.words / turn.seconds for turn in self.turns)

    @property
    def documents_per_second(self) -> float:
        """Return the documents per second, of the mean length."""
        return self.words_per_second / self.words_per_document

    @property
    def documents_per_step(self) -> float:
        """Return the mean number of documents per step."""
        return self._total("documents") / self._total("steps")

    @property
    def seconds_per_step(self) -> float:
        """Return the seconds of one step, on documents of the mean length."""
        return self.documents_per_step / self.documents_per_second

    @property
    def share_of_product_rate(self) -> float:
        """Return the multiply-adds per second over those of one large matrix product."""
        return statistics.median(
            turn.multiply_adds / turn.seconds / turn.rate for turn in self.turns
        )

    @property
    def product_rate(self) -> float:
        """Return the highest multiply-adds per second of the large matrix product."""
        return max(turn.rate for turn in self.turns)

    @property
    def cpu_use(self) -> float:
        """Return the CPU seconds of all threads per second."""
        return statistics.median(turn.cpu / turn.seconds for turn in self.turns)

    @property
    def other_cpu_use(self) -> float:
        """Return the CPU seconds of other processes per second; 0 where it is not known."""
        return statistics.median((turn.other_cpu or 0.0) / turn.seconds for turn in self.turns)

    @property
    def peak_memory(self) -> int:
        """Return the largest resident memory of the process, in bytes."""
        return max(turn.peak_memory for turn in self.turns)

    def _total(self, name: str) -> int:
        return sum(getattr(turn, name) for turn in self.turns)


def measure(
    models: Sequence[Model], turns: int, seconds: float, console: Console
) -> dict[str, Measured]:
    """Measure models in turns, so that their ratios hold on a machine that others use too.

    Args:
        models: The models to measure. All of them are in memory at the same time.
        turns: Turns of each model.
        seconds: Wall time after which a turn ends with its current step.
        console: For the progress, and for notes on models that cannot be measured.

    Returns:
        The speed of each model by its title, without those for which a package is missing.
    """
    measured: dict[str, Measured] = {}
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(console=console, transient=True))
        workers: dict[str, Worker] = {}
        for model in progress.track(models, description="starting"):
            worker = stack.enter_context(Worker(model.module, model.arguments, model.python))
            if missing := worker.facts.get("missing"):
                console.print(f"no row for {model.title}: {model.python} has no {missing}")
            else:
                workers[model.title] = worker
        done: dict[str, list[Turn]] = {title: [] for title in workers}
        for _ in progress.track(range(turns), description="measuring in turns"):
            for title, worker in workers.items():
                done[title].append(worker.turn(seconds))
        for title, worker in workers.items():
            form = worker.facts.get("form")
            measured[title] = Measured(
                f"{title} ({form})" if form else title,
                done[title],
                worker.facts.get("words_per_document") or mean_length(done[title]),
            )
    return measured


def mean_length(turns: Sequence[Turn]) -> float:
    """Return the mean number of words of the documents of some turns."""
    return sum(turn.words for turn in turns) / sum(turn.documents for turn in turns)
