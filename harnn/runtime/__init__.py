"""Predicts with an exported classifier: needs NumPy and onnxruntime, and nothing else."""

from harnn.runtime.onnx_classifier import OnnxClassifier

__all__ = ["OnnxClassifier"]
