"""What a long prediction has answered so far: one that was stopped goes on from there."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harnn.atomic import atomic_file
from harnn.errors import ConfigError
from harnn.text.prediction.answers import Answer

__all__ = ["AnswerJournal"]

_LOG = logging.getLogger("harnn.cli")
_INDEX = "of.json"
# Answers of a part, which is written whole or not at all.
_PART = 4096


class AnswerJournal:
    """The answers for the first documents of a source, beside the file that is to be written.

    The rows themselves are read again: they cost little beside their answers. The folder goes when
    the file has been written, and stays, with what was answered, when something stops that.

    Args:
        output: The file that is to be written.
        of: What the answers are of, by name: model, source, options.
        overwrite: Whether to drop answers of earlier runs, whatever they are of.

    Raises:
        ConfigError: If there are answers of something else.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     output = Path(folder, "out.csv")
        ...     try:
        ...         with AnswerJournal(output, {"model": 1}) as journal:
        ...             for answer in journal.recorded([Answer([("a", 0.9)], [], 1, None)]):
        ...                 raise OSError("a full disk")
        ...     except OSError:
        ...         pass
        ...     with AnswerJournal(output, {"model": 1}) as again:
        ...         found = again.count, [answer.paths for answer in again]
        ...     found, output.with_name("out.csv.unfinished").exists()
        ((1, [[['a', 0.9]]]), False)
    """

    def __init__(self, output: Path, of: Mapping[str, Any], overwrite: bool = False) -> None:
        self._folder = output.with_name(f"{output.name}.unfinished")
        self._of = {name: json.loads(json.dumps(value)) for name, value in of.items()}
        if overwrite:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._parts = sorted(self._folder.glob("[0-9]*.jsonl"))
        self.count = sum(map(_size, self._parts))
        if self.count:
            self._refuse_other()

    @property
    def rows(self) -> Path:
        """Where the rows may stand until all are there: in the folder, so as to go with it."""
        return self._folder / "rows"

    def __enter__(self) -> Self:
        # What a killed run has left without a single answer is no loss.
        if not self.count:
            shutil.rmtree(self._folder, ignore_errors=True)
        if not self._folder.exists():
            self._folder.mkdir(parents=True)
            (self._folder / _INDEX).write_text(json.dumps(self._of), encoding="utf-8")
        if self.count:
            _LOG.info("%s: goes on after the %s of an earlier run", self._folder, self._answers)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None or not self.count:
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        _LOG.info("%s: keeps %s; the same command goes on from there", self._folder, self._answers)

    def __iter__(self) -> Iterator[Answer]:
        """Give the answers of earlier runs, one after another."""
        for part in self._parts:
            with part.open(encoding="utf-8") as lines:
                for line in lines:
                    yield Answer(*json.loads(line))

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

    @property
    def _answers(self) -> str:
        return f"{self.count:,} answer{'s' if self.count > 1 else ''}"

    def _write(self, answers: list[Answer]) -> None:
        # The number of answers stands in the name: none is read to be counted.
        path = self._folder / f"{len(list(self._folder.iterdir())):06d}-{len(answers)}.jsonl"
        with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{json.dumps(answer)}\n" for answer in answers)
        self.count += len(answers)

    def _refuse_other(self) -> None:
        try:
            there = json.loads((self._folder / _INDEX).read_text(encoding="utf-8"))
            different = [name for name in self._of if there.get(name) != self._of[name]]
        except (OSError, ValueError, AttributeError):
            different = ["nothing that says of what"]
        if different:
            raise ConfigError(
                f"{self._folder}: holds {self._answers} of an earlier run, with another "
                f"{' and '.join(different)}; give another --output, or --overwrite to drop them"
            )


def _size(part: Path) -> int:
    return int(part.stem.split("-")[1])
