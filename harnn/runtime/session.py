"""Opens networks with onnxruntime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from harnn.errors import ModelFolderError

__all__ = ["Run", "open_session"]

Run = Callable[[Sequence[str], Mapping[str, np.ndarray]], list[np.ndarray]]


def open_session(path: Path, threads: int | None = None) -> Run:
    """Load a network.

    Args:
        path: The ``.onnx`` file.
        threads: Of one call; by default as many as there are cores.

    Returns:
        From the names of outputs and the inputs by name to the outputs.

    Raises:
        ModelFolderError: If the file is no network that onnxruntime reads.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    # Errors alone: what it says of its own optimisations is of no use here.
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no base of their own
        raise ModelFolderError(f"{path}: {error}") from None
    run: Run = session.run
    return run
