"""An exported classifier, run by onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from harnn.model_archive import read_archive, rebuilding
from harnn.runtime.session import Run, open_session
from harnn.text.level_outputs import level_names
from harnn.text.level_predictor import LevelPredictor

__all__ = ["OnnxClassifier"]

FORMATS, VERSION = ("harnn-onnx", "harnn-onnx_int8"), 1
NETWORK = "network.onnx"


class OnnxClassifier(LevelPredictor):
    """Predicts as the classifier did that it was exported from.

    Neither TensorFlow nor Keras is loaded: NumPy and onnxruntime are all it needs. Labels come
    back in the form that ``fit`` was given. Nothing in it changes after ``load``: it may be used
    by several threads.

    Example:
        A folder that ``HARNNClassifier.export("served", format="onnx")`` wrote is loaded with
        ``OnnxClassifier.load("served")``.
    """

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], threads: int | None = None, batch_size: int = 64
    ) -> Self:
        """Read what was exported as ``"onnx"`` or ``"onnx_int8"``. No code of the folder is run.

        Args:
            path: The folder.
            threads: Of one call; by default as many as there are cores.
            batch_size: Documents a batch.

        Raises:
            ModelFolderError: If the folder is incomplete, altered, or of another version.
        """
        folder = Path(path)
        return cls.of_folder(folder, read_archive(folder, FORMATS, VERSION), threads, batch_size)

    @classmethod
    def of_folder(
        cls,
        folder: Path,
        description: dict[str, Any],
        threads: int | None = None,
        batch_size: int = 64,
    ) -> Self:
        """Read an export whose ``model.json`` has been read, or is still to be written.

        Args:
            folder: The folder.
            description: What ``model.json`` says.
            threads: As for ``load``.
            batch_size: ″
        """
        with rebuilding(folder):
            run = open_session(folder / NETWORK, threads)
            forward = _levels(run, int(description["levels"]))
            return cls(forward, folder, description, batch_size)


def _levels(run: Run, count: int) -> Callable[[np.ndarray], Sequence[np.ndarray]]:
    names = level_names(count)
    return lambda tokens: run(names, {"tokens": tokens})
