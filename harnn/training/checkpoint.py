"""The state of a fit on disk, so that a killed run goes on where it was."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harnn.atomic import atomic_file
from harnn.errors import CheckpointError

__all__ = ["Checkpoint", "FitState"]

Weights = list[np.ndarray]


@dataclass
class FitState:
    """Where a fit stands after an epoch.

    Attributes:
        epoch: Epochs done.
        variables: All variables of the model and its optimiser, random generators included.
        best_weights: The weights of the best epoch so far; empty before the first one.
        best_epoch: The best epoch, counted from 1; 0 before the first one.
        best_rank: What its validation figures were judged by.
        history: One dict of figures an epoch.
    """

    epoch: int = 0
    variables: Weights = field(default_factory=list)
    best_weights: Weights = field(default_factory=list)
    best_epoch: int = 0
    best_rank: tuple[float, ...] = ()
    history: list[dict[str, Any]] = field(default_factory=list)


class Checkpoint:
    """A file that holds the state of one fit.

    Args:
        folder: Where the file stands.
        fingerprint: What the fit is of (options, data): a state of another fit is refused.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     checkpoint = Checkpoint(folder, fingerprint="abc")
        ...     checkpoint.save(FitState(epoch=3))
        ...     checkpoint.load().epoch
        3
    """

    def __init__(self, folder: str | os.PathLike[str], fingerprint: str) -> None:
        self.path = Path(folder) / "training_state.npz"
        self.fingerprint = fingerprint

    def save(self, state: FitState) -> None:
        """Write the state, whole or not at all."""
        header = {
            "fingerprint": self.fingerprint,
            "epoch": state.epoch,
            "best_epoch": state.best_epoch,
            "best_rank": state.best_rank,
            "history": state.history,
            "variables": len(state.variables),
            "best_weights": len(state.best_weights),
        }
        arrays = {f"variable_{k}": value for k, value in enumerate(state.variables)}
        arrays |= {f"best_{k}": value for k, value in enumerate(state.best_weights)}
        # The stubs of savez mistake the arrays for its flag allow_pickle.
        with atomic_file(self.path) as temporary, temporary.open("wb") as stream:
            np.savez(stream, header=np.array(json.dumps(header)), **arrays)  # type: ignore[arg-type]

    def load(self) -> FitState | None:
        """Read the state; ``None`` if there is none yet.

        Raises:
            CheckpointError: If the file is damaged, or holds the state of another fit.
        """
        if not self.path.exists():
            return None
        try:
            # Opened here: NumPy leaves a damaged file open.
            with self.path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                header = json.loads(str(arrays["header"]))
                fingerprint = header["fingerprint"]
                state = FitState(
                    header["epoch"],
                    [arrays[f"variable_{k}"] for k in range(header["variables"])],
                    [arrays[f"best_{k}"] for k in range(header["best_weights"])],
                    header["best_epoch"],
                    tuple(header["best_rank"]),
                    header["history"],
                )
        # Damage shows as any of a dozen errors of zip, NumPy or JSON.
        except Exception as error:
            raise CheckpointError(
                f"{self.path}: not a whole training state ({error}); delete it to start afresh"
            ) from None
        if fingerprint != self.fingerprint:
            raise CheckpointError(
                f"{self.path}: holds the state of a fit with other options or other data; "
                "give another folder, or delete the file to start afresh"
            )
        return state

    def clear(self) -> None:
        """Delete the state: the fit is complete."""
        self.path.unlink(missing_ok=True)
