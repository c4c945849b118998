"""Predicts with exported models: needs NumPy and onnxruntime, and nothing else."""

from harnn.runtime.onnx_classifier import OnnxClassifier
from harnn.runtime.onnx_stream import imputation_stream

__all__ = ["OnnxClassifier", "imputation_stream"]
