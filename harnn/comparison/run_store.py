"""Finished fits on disk, so that a comparison that was stopped goes on where it was.

==================================== ===========================================================
file                                 what it holds
==================================== ===========================================================
models/NAME/seed-0/run.json          what was fitted (a fingerprint and all settings), its cost,
                                     history and notes; written last
models/NAME/seed-0/predictions.npz   decisions and probabilities for the held-out parts
models/NAME/seed-0/model             the model, if it can be saved
models/NAME/seed-0/checkpoint        the state of a fit that is not finished
models/NAME/seed-0/error.txt         the traceback of a fit that failed
==================================== ===========================================================

A model that draws nothing at random has ``only`` in the place of ``seed-0``.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

import harnn
from harnn.atomic import atomic_file
from harnn.comparison.fitting import FittedModel, settings
from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.errors import DataError
from harnn.evaluation.report import Cost
from harnn.text.classifier import HARNNClassifier
from harnn.text.options import ALIASES

__all__ = ["StoredRun", "fingerprint"]

# The presets that were renamed, by their names of today. A fingerprint has the first names, so that
# fits from before the change are found.
_FIRST_NAMES = {name: alias for alias, name in ALIASES.items()}


def fingerprint(model: Any, seed: int | None, judge: Judge) -> str:
    """Return a digest of what a fit comes from: package, model, settings, seed and data.

    Args:
        model: The estimator, which is not fitted yet.
        seed: Its seed.
        judge: Of the corpus.

    Returns:
        A SHA-256 in hexadecimal.
    """
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    given = settings(model)
    if isinstance(model, HARNNClassifier):
        given["preset"] = _FIRST_NAMES.get(str(given["preset"]), given["preset"])
    facts = [harnn.__version__, kind, given, seed, judge.digest]
    if "unlabelled" in inspect.signature(model.fit).parameters:
        facts.append(judge.unlabelled_digest)
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fingerprint: str
    settings: dict[str, JsonValue]
    cost: Cost
    history: tuple[dict[str, float], ...]
    best_epoch: int | None
    notes: tuple[str, ...]
    parts: tuple[str, ...]
    predictions_sha256: str


@dataclass(frozen=True)
class StoredRun:
    """The folder of one fit of one model.

    Args:
        folder: The folder. It need not exist.

    Example:
        >>> StoredRun.of(Path("runs/comparison"), "linear_svm", None).folder.as_posix()
        'runs/comparison/models/linear_svm/only'
    """

    folder: Path

    @classmethod
    def of(cls, comparison: Path, name: str, seed: int | None) -> StoredRun:
        """Return the place of a fit in the folder of a comparison."""
        return cls(comparison / "models" / name / ("only" if seed is None else f"seed-{seed}"))

    @property
    def model(self) -> Path:
        """Where the fitted model is saved."""
        return self.folder / "model"

    @property
    def checkpoint(self) -> Path:
        """Where an unfinished fit keeps its state."""
        return self.folder / "checkpoint"

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the finished fit that is stored here; None if there is none."""
        return None if (record := self._record()) is None else record.fingerprint

    def write(self, fitted: FittedModel, fingerprint: str) -> None:
        """Store a finished fit. Its model is here already."""
        arrays: dict[str, np.ndarray] = {}
        for part, predictions in fitted.predictions.items():
            arrays |= predictions.to_arrays(part)
        with atomic_file(self._predictions) as temporary:
            np.savez_compressed(temporary, allow_pickle=False, **arrays)
        record = _Record(
            fingerprint=fingerprint,
            settings=fitted.settings,
            cost=fitted.cost,
            history=fitted.history,
            best_epoch=fitted.best_epoch,
            notes=fitted.notes,
            parts=tuple(fitted.predictions),
            predictions_sha256=_digest(self._predictions),
        )
        with atomic_file(self.folder / "run.json") as temporary:
            temporary.write_text(record.model_dump_json(indent=2), encoding="utf-8")
        shutil.rmtree(self.checkpoint, ignore_errors=True)
        (self.folder / "error.txt").unlink(missing_ok=True)

    def write_error(self, traceback: str) -> Path:
        """Keep the traceback of a fit that failed, and return its file."""
        with atomic_file(self.folder / "error.txt") as temporary:
            temporary.write_text(traceback, encoding="utf-8")
        return self.folder / "error.txt"

    def read(self, categories: int) -> FittedModel:
        """Read the stored fit.

        Args:
            categories: Their number.

        Returns:
            What ``write`` was given.

        Raises:
            DataError: If a file is damaged, or there is no finished fit.
        """
        record = self._record()
        if record is None:
            raise DataError(f"{self.folder}: holds no finished fit")
        file = self._predictions
        if not file.is_file():
            raise DataError(f"{file} is missing; {self._repair}")
        if _digest(file) != record.predictions_sha256:
            raise DataError(f"{file}: truncated or altered since it was written; {self._repair}")
        try:
            # Opened here: NumPy leaves a damaged file open.
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
                arrays: Mapping[str, np.ndarray] = dict(stored)
            predictions = {
                part: Predictions.from_arrays(arrays, part, categories) for part in record.parts
            }
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise DataError(f"{file}: damaged: {error!r}; {self._repair}") from None
        return FittedModel(
            predictions,
            record.cost,
            dict(record.settings),
            record.history,
            record.best_epoch,
            record.notes,
        )

    def clear(self) -> None:
        """Forget the finished fit, so that the model is fitted again."""
        (self.folder / "run.json").unlink(missing_ok=True)
        shutil.rmtree(self.checkpoint, ignore_errors=True)

    def _record(self) -> _Record | None:
        file = self.folder / "run.json"
        if not file.exists():
            return None
        try:
            return _Record.model_validate_json(file.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            raise DataError(f"{file}: damaged: {place}: {first['msg']}; {self._repair}") from None

    @property
    def _predictions(self) -> Path:
        return self.folder / "predictions.npz"

    @property
    def _repair(self) -> str:
        name = self.folder.parent.name
        return f"fit {name} again (--refit {name}), or delete {self.folder}"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
