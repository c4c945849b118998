"""Opens networks with onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from harnn.errors import ModelFolderError

__all__ = ["OnnxNetwork", "open_session"]


@dataclass(frozen=True)
class OnnxNetwork:
    """A network that onnxruntime runs; several threads may call it at a time.

    Attributes:
        session: The ``onnxruntime.InferenceSession``.
        outputs: The names of what it gives.
        options: The names of the inputs that need not be given.
    """

    session: Any
    outputs: tuple[str, ...]
    options: tuple[str, ...] = ()

    def __call__(self, names: Sequence[str], inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """Return outputs.

        Args:
            names: Which.
            inputs: By name.
        """
        found: list[np.ndarray] = self.session.run(names, inputs)
        return found


def open_session(path: Path, threads: int = 1) -> OnnxNetwork:
    """Load a network.

    Args:
        path: The ``.onnx`` file.
        threads: Of one call.

    Raises:
        ModelFolderError: If the file is no network that onnxruntime reads.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # A pattern is kept for each shape of a batch, and hardly two batches have the same.
    options.enable_mem_pattern = False
    # Errors alone: what it says of its own optimisations is of no use here.
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no base of their own
        raise ModelFolderError(f"{path}: {error}") from None
    return OnnxNetwork(
        session,
        tuple(output.name for output in session.get_outputs()),
        tuple(option.name for option in session.get_overridable_initializers()),
    )
