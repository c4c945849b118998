"""Finished fits of a study on disk, so that one that was stopped goes on where it was.

============================ ================================================================
file                         what it holds
============================ ================================================================
trials/NAME/seed-0.json      scores, cost, history and settings of a fit; written last
trials/NAME/seed-0/          the fitted model
holes.npz                    what was hidden of each test series, booleans
============================ ================================================================

A model that draws nothing at random has ``only`` in the place of ``seed-0``.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

import harnn
from harnn.atomic import atomic_file
from harnn.errors import DataError
from harnn.timeseries.study.problem import StudyProblem
from harnn.timeseries.study.results import TrialRecord

__all__ = ["TrialStore"]


class TrialStore:
    """The folder of a study.

    Args:
        folder: The folder. It need not exist.
        problem: What the study asks.
    """

    def __init__(self, folder: Path, problem: StudyProblem) -> None:
        self.folder = folder
        self._problem = problem
        self._digest = problem.digest()

    def fingerprint(self, estimator: Any, seed: int | None) -> str:
        """Return a digest of what a fit comes from: package, model, settings, seed and data."""
        facts = [
            harnn.__version__,
            type(estimator).__name__,
            {name: repr(value) for name, value in estimator.get_params().items()},
            seed,
            self._digest,
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def model(self, name: str, seed: int | None) -> Path:
        """Return where the fitted model of a trial is."""
        return self.folder / "trials" / name / ("only" if seed is None else f"seed-{seed}")

    def read(self, name: str, seed: int | None, fingerprint: str) -> TrialRecord | None:
        """Return a finished fit; ``None`` if there is none, or it is of something else.

        Raises:
            DataError: If its file is damaged.
        """
        file = self._record(name, seed)
        if not file.exists():
            return None
        try:
            record = TrialRecord.model_validate_json(file.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            raise DataError(
                f"{file}: damaged: {place}: {first['msg']}; delete it, and it is fitted again"
            ) from None
        return record if record.fingerprint == fingerprint else None

    def write(self, name: str, record: TrialRecord) -> None:
        """Store a finished fit."""
        with atomic_file(self._record(name, record.seed)) as temporary:
            temporary.write_text(record.model_dump_json(indent=1), encoding="utf-8")

    def write_holes(self) -> None:
        """Store what is hidden of the test part."""
        if self._problem.holes is None:
            return
        arrays = {f"series_{number}": one for number, one in enumerate(self._problem.hidden)}
        with atomic_file(self.folder / "holes.npz") as temporary:
            np.savez_compressed(temporary, allow_pickle=False, **arrays)

    def _record(self, name: str, seed: int | None) -> Path:
        return self.model(name, seed).with_suffix(".json")
