"""What the commands that answer take: a saved model, or an export that onnxruntime runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["is_exported", "load_answering"]


def is_exported(model: Path) -> bool:
    """Return whether a folder holds an export that onnxruntime runs, and not a saved model.

    Args:
        model: The folder.

    Raises:
        ModelFolderError: If it holds neither.
    """
    from harnn.errors import ModelFolderError
    from harnn.model_archive import format_of
    from harnn.runtime.onnx_classifier import FORMATS

    kind = format_of(model)
    if kind not in (*FORMATS, "harnn-classifier"):
        raise ModelFolderError(
            f"{model}: a {kind}; a saved model is needed, or what harnn export MODEL FOLDER wrote "
            "as --format onnx or onnx_int8"
        )
    return kind in FORMATS


def load_answering(model: Path) -> Any:
    """Load it; TensorFlow is imported for a saved model alone.

    Args:
        model: The folder.

    Returns:
        An `OnnxClassifier` or a `HARNNClassifier`.

    Raises:
        ModelFolderError: If it is damaged, or holds something else.
    """
    if is_exported(model):
        from harnn.runtime import OnnxClassifier

        return OnnxClassifier.load(model)

    from harnn.text.classifier import HARNNClassifier

    return HARNNClassifier.load(model)
