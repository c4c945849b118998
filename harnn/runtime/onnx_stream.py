"""An exported imputer that fills values as they come, run by onnxruntime."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from harnn.errors import ConfigError
from harnn.model_archive import read_archive, rebuilding
from harnn.runtime.session import open_session
from harnn.timeseries.imputation_stream import ImputationStream
from harnn.timeseries.readings import Readings
from harnn.timeseries.scaling import Scaling

__all__ = ["imputation_stream"]

FORMAT, VERSION = "harnn-series-onnx", 1
STREAM = "stream.onnx"


def imputation_stream(path: str | os.PathLike[str], threads: int = 1) -> ImputationStream:
    """Return what fills values step by step, as ``RecurrentImputer.stream`` does.

    Neither TensorFlow nor Keras is loaded: NumPy and onnxruntime are all it needs.

    Args:
        path: The folder that ``RecurrentImputer.export`` wrote in the format ``"onnx"``.
        threads: Of one step.

    Raises:
        ConfigError: If the network reads both directions, so that it has no stream.
        ModelFolderError: If the folder is incomplete, altered, or of another version.
    """
    folder = Path(path)
    description = read_archive(folder, FORMAT, VERSION)
    if STREAM not in description["files"]:
        raise ConfigError(
            f"{folder}: a {description['estimator']} without a stream: an imputer of direction "
            "'forward' or 'decoupled' is needed"
        )
    with rebuilding(folder):
        written = description["readings"]
        readings = Readings(written["base"], written["step"], tuple(written["periods"]))
        with np.load(folder / "numbers.npz", allow_pickle=False) as numbers:
            scaling = Scaling(numbers["mean"], numbers["scale"])
        network = description["networks"][STREAM]
        step = _Step(folder / STREAM, network["inputs"], network["outputs"], readings, threads)
        return ImputationStream(step, scaling, tuple(description["sensors"]), description["timed"])


class _Step:
    """A network from readings and states to a reconstruction and the next states."""

    def __init__(
        self,
        path: Path,
        inputs: dict[str, Any],
        outputs: list[str],
        readings: Readings,
        threads: int,
    ) -> None:
        self.readings = readings
        self._run = open_session(path, threads)
        self._inputs, self._outputs = inputs, outputs

    def first_states(self) -> list[np.ndarray]:
        """Return the states before the first step."""
        return [np.zeros((1, shape[-1]), np.float32) for shape in list(self._inputs.values())[1:]]

    def stream(self, inputs: list[np.ndarray]) -> list[np.ndarray]:
        """Return the reconstruction and the next states."""
        return self._run(self._outputs, dict(zip(self._inputs, inputs, strict=True)))
