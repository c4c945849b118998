"""What a long prediction has answered so far: one that was stopped goes on from there."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harnn.atomic import atomic_file

__all__ = ["Answer", "AnswerJournal"]

# The predicted paths, the likeliest ones, and how many levels are given.
Answer = tuple[list[tuple[str, float]], list[tuple[str, float]], int]

_LOG = logging.getLogger("harnn.cli")
_INDEX = "of.json"
# Answers of a part, which is written whole or not at all.
_PART = 4096


class AnswerJournal:
    """The answers for the first documents of a source, beside the file that is to be written.

    The rows themselves are read again: they cost little beside their answers.

    Args:
        output: The file that is to be written.
        of: What the answers are of, as JSON has it: model, source, options. Answers of anything
            else are dropped.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     output = Path(folder, "out.csv")
        ...     journal = AnswerJournal(output, {"model": 1})
        ...     answers = journal.recorded([([("a", 0.9)], [], 1)])
        ...     _ = next(answers)
        ...     answers.close()
        ...     again = AnswerJournal(output, {"model": 1})
        ...     found = again.count, [answer[0] for answer in again]
        ...     again.remove()
        ...     found, output.with_name("out.csv.unfinished").exists()
        ((1, [[['a', 0.9]]]), False)
    """

    def __init__(self, output: Path, of: Mapping[str, Any]) -> None:
        self._folder = output.with_name(f"{output.name}.unfinished")
        self._of = json.dumps(of, sort_keys=True)
        if self._folder.exists() and self._written() != self._of:
            _LOG.info("%s: of another model, source or options: it begins anew", self._folder)
            shutil.rmtree(self._folder)
        self._parts = sorted(self._folder.glob("[0-9]*.jsonl"))
        self.count = sum(self._size(part) for part in self._parts)

    def __iter__(self) -> Iterator[Answer]:
        """Give the answers of earlier runs, one after another."""
        for part in self._parts:
            with part.open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)

    def recorded(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        """Pass answers on, and write them down, to the last one if the reader stops.

        Args:
            answers: For the documents after those of earlier runs.
        """
        held: list[Answer] = []
        try:
            for answer in answers:
                held.append(answer)
                if len(held) == _PART:
                    self._write(held)
                    held = []
                yield answer
        finally:
            if held:
                self._write(held)

    def remove(self) -> None:
        """Forget all: the file has been written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, answers: list[Answer]) -> None:
        if not self._folder.exists():
            self._folder.mkdir()
            (self._folder / _INDEX).write_text(self._of, encoding="utf-8")
        # The number of answers stands in the name: none is read to be counted.
        path = self._folder / f"{len(list(self._folder.iterdir())):06d}-{len(answers)}.jsonl"
        with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{json.dumps(answer)}\n" for answer in answers)

    def _written(self) -> str | None:
        try:
            return (self._folder / _INDEX).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    @staticmethod
    def _size(part: Path) -> int:
        return int(part.stem.split("-")[1])
