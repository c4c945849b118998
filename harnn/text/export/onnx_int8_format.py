"""The network as ONNX with weights of eight bits: faster and coarser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from harnn.log_levels import errors_alone
from harnn.runtime.onnx_classifier import NETWORK
from harnn.text.export import onnx_format
from harnn.text.export.onnx_format import EXAMPLE, NEEDS, reader

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["EXAMPLE", "FILES", "NEEDS", "SAME_PATHS", "TOLERANCE", "reader", "write"]

FILES = {NETWORK: f"{onnx_format.FILES[NETWORK]}; matrices of eight bits"}
# Where a network wavers, rounding may move a probability far; what it decides should stay.
TOLERANCE, SAME_PATHS = 1.0, 0.9


def write(classifier: HARNNClassifier, folder: Path) -> None:
    """Write the network, and what it multiplies with in eight bits.

    Activations are rounded as they come, batch by batch. Word vectors stay as they are.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It tells every user, on the root logger, to prepare a network that needs no preparation.
    with tempfile.TemporaryDirectory() as scratch, errors_alone(""):
        onnx_format.write(classifier, Path(scratch))
        quantize_dynamic(
            Path(scratch, NETWORK),
            folder / NETWORK,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "LSTM"],
        )
