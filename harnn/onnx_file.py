"""Keras models as ONNX files."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import Any

from harnn.errors import ConfigError
from harnn.log_levels import errors_alone

__all__ = ["check_exportable", "write_onnx"]


def check_exportable() -> None:
    """Refuse to export where Keras runs on another backend than TensorFlow.

    Raises:
        ConfigError: If it does.
    """
    from harnn.quiet_keras import keras

    if keras.config.backend() != "tensorflow":
        raise ConfigError(
            f"models are exported with Keras on TensorFlow, and this is {keras.config.backend()}: "
            "load the model in a process without KERAS_BACKEND"
        )


def write_onnx(model: Any, path: Path) -> None:
    """Write a functional model, for inputs of any size in all that it leaves open.

    Args:
        model: The model. Its inputs keep their names; so do outputs that stand in a dict.
        path: The file.

    Raises:
        ConfigError: If tf2onnx is not installed.
    """
    from harnn.quiet_keras import keras

    try:
        importlib.import_module("tf2onnx")  # Keras says so late where it lacks
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"format 'onnx' needs the package {error.name}: pip install 'harnn[onnx]'"
        ) from None
    inputs = [
        keras.InputSpec(shape=one.shape, dtype=one.dtype, name=one.name) for one in model.inputs
    ]
    # A model of several inputs takes them as one list.
    signature = inputs if len(inputs) == 1 else [inputs]
    # TensorFlow tells of whatever else stands in the process, such as a table of words.
    with errors_alone("absl", "tensorflow"), warnings.catch_warnings():
        # Keras mends names that NumPy has given up, for tf2onnx, and NumPy warns of that.
        warnings.filterwarnings("ignore", message=".*np\\.", category=FutureWarning)
        model.export(str(path), format="onnx", verbose=False, input_signature=signature)
