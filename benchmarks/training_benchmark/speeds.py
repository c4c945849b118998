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
    """Something that trains in a process of its own.

    Attributes:
        title: Its row in the table.
        module: The module of this package that the process runs.
        arguments: What the process is given.
        python: The interpreter.
    """

    title: str
    module: str
    arguments: dict[str, Any]
    python: str = sys.executable


@dataclass(frozen=True)
class Measured:
    """How fast a model was over all turns.

    Rates are medians over the turns, so that a turn during which the machine was busy otherwise
    does not count.

    Attributes:
        title: Its row in the table.
        turns: What it did in each turn.
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
        """Return the documents of a step."""
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
        """Return the multiply-adds per second of one large matrix product, the most of a turn."""
        return max(turn.rate for turn in self.turns)

    @property
    def cpu_use(self) -> float:
        """Return the CPU seconds of all threads per second."""
        return statistics.median(turn.cpu / turn.seconds for turn in self.turns)

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
        models: What to measure; all of them are in memory at a time.
        turns: Turns of each model.
        seconds: Wall time of one turn, and the step that it ends with.
        console: Where to show progress, and name models that cannot be measured.

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
