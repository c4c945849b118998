"""Time, CPU and memory of the stages of a fit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Self

from training_benchmark.process_usage import cpu_seconds, resident_memory
from training_benchmark.replaced_function import exists, replaced_function

__all__ = ["NETWORK", "REST", "STAGES", "Stage", "StageClock", "known_functions"]

# The stage of the epochs.
NETWORK = "network"

# The functions of each stage, as `replaced_function` names them. Everything that one of them calls
# counts to its stage. Functions that do not exist are skipped, as long as each stage has one.
STAGES: dict[str, tuple[str, ...]] = {
    "reading texts and labels": (
        "harnn.text.training_documents:read_training_documents",
        "harnn.text.documents.vocabulary:Vocabulary.fit",
        "harnn.text.documents.encoded_documents:EncodedDocuments.__init__",
    ),
    "word vectors": ("harnn.text.word_vectors.pretraining:pretrain_word_vectors",),
    "linear scores": (
        "harnn.text.linear_scores.term_features:frequent_pairs",
        "harnn.text.linear_scores.term_scores_start:learn_term_scores",
    ),
    NETWORK: ("harnn.training.loop:fit_loop",),
    "share of the linear scores": ("harnn.text.linear_scores.term_share:tune_term_share",),
    "calibration and thresholds": (
        "harnn.text.hierarchical_classifier:HierarchicalClassifier._tune_thresholds",
    ),
}

# Everything that no stage names.
REST = "all else"

# Seconds between two looks at the memory.
_INTERVAL = 0.02


@dataclass(frozen=True)
class Moment:
    """Wall and CPU seconds at one moment."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Self:
        """Return the present moment."""
        return cls(time.perf_counter(), cpu_seconds())


@dataclass(frozen=True)
class Stage:
    """Time, CPU and memory of a stage of a fit.

    Attributes:
        name: Of the stage.
        start: Seconds from the beginning of the fit to that of the stage.
        end: Seconds from the beginning of the fit to the end of the stage.
        seconds: Wall time in the stage; stages in several threads may overlap.
        cpu: CPU seconds of the whole process during that time.
        peak_memory: Largest resident memory of the process during that time, in bytes; None where
            the system does not tell.
    """

    name: str
    start: float
    end: float
    seconds: float
    cpu: float
    peak_memory: int | None


class StageClock:
    """Times the stages of everything that runs inside it; a context manager.

    Args:
        stages: The functions of each stage.

    Raises:
        LookupError: If no function of a stage exists.

    Example:
        >>> with StageClock({"tokens": ("harnn.text.documents.tokenizer:tokenize",)}) as clock:
        ...     from harnn.text.documents import tokenizer
        ...     words = tokenizer.tokenize("a rose")
        >>> [stage.name for stage in clock.stages()]
        ['tokens', 'all else']
    """

    def __init__(self, stages: dict[str, tuple[str, ...]] = STAGES) -> None:
        self._names = stages
        self._intervals: dict[str, list[tuple[Moment, Moment]]] = {}
        self._memory: list[tuple[float, int]] = []
        self._inside = threading.local()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        with ExitStack() as replacements:
            for stage, places in self._names.items():
                for place in known_functions(stage, places):
                    replacements.enter_context(
                        replaced_function(place, partial(self._timed, stage))
                    )
            # None of them stays if one cannot be made.
            self._replacements = replacements.pop_all()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()
        self._start = Moment.now()
        return self

    def __exit__(self, *_: Any) -> None:
        self._end = Moment.now()
        self._ended.set()
        self._sampler.join()
        self._replacements.close()

    def stages(self) -> list[Stage]:
        """Return the stages that ran, in the order in which they began, and the rest."""
        found = [
            self._stage(name, joined(intervals)) for name, intervals in self._intervals.items()
        ]
        found.sort(key=lambda stage: stage.start)
        everything = joined(i for intervals in self._intervals.values() for i in intervals)
        ends = [self._start, *(end for _, end in everything)]
        starts = [*(start for start, _ in everything), self._end]
        return [*found, self._stage(REST, list(zip(ends, starts, strict=True)))]

    def whole(self) -> Stage:
        """Return the time, CPU and memory of everything inside."""
        return self._stage("all", [(self._start, self._end)])

    def _stage(self, name: str, intervals: Sequence[tuple[Moment, Moment]]) -> Stage:
        return Stage(
            name,
            start=intervals[0][0].wall - self._start.wall,
            end=intervals[-1][1].wall - self._start.wall,
            seconds=sum(end.wall - start.wall for start, end in intervals),
            cpu=sum(end.cpu - start.cpu for start, end in intervals),
            peak_memory=max(
                (
                    size
                    for at, size in self._memory
                    if any(start.wall <= at <= end.wall for start, end in intervals)
                ),
                default=None,
            ),
        )

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*arguments: Any, **named: Any) -> Any:
            if getattr(self._inside, "stage", None):
                return function(*arguments, **named)
            self._inside.stage = stage
            self._look()
            start = Moment.now()
            try:
                return function(*arguments, **named)
            finally:
                self._look()
                self._intervals.setdefault(stage, []).append((start, Moment.now()))
                self._inside.stage = None

        return run

    def _look(self) -> None:
        size = resident_memory()
        if size is not None:
            self._memory.append((time.perf_counter(), size))

    def _sample(self) -> None:
        while not self._ended.wait(_INTERVAL):
            self._look()


def known_functions(stage: str, places: Iterable[str]) -> list[str]:
    """Return those functions of a stage that exist.

    Raises:
        LookupError: If there is none.
    """
    known = [place for place in places if exists(place)]
    if not known:
        raise LookupError(f"stage {stage!r}: none of its functions exists: {', '.join(places)}")
    return known


def joined(intervals: Iterable[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """Return the same time as intervals that do not overlap, in their order."""
    apart: list[tuple[Moment, Moment]] = []
    for start, end in sorted(intervals, key=lambda interval: interval[0].wall):
        if apart and start.wall <= apart[-1][1].wall:
            last_start, last_end = apart[-1]
            apart[-1] = last_start, max(last_end, end, key=lambda moment: moment.wall)
        else:
            apart.append((start, end))
    return apart
