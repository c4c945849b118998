"""The network as ONNX with weights of eight bits: faster, smaller and coarser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from harnn.log_levels import errors_alone
from harnn.runtime.onnx_classifier import NETWORK
from harnn.text.export import onnx_format
from harnn.text.export.network_graph import has_network_graph, write_network_graph
from harnn.text.export.onnx_format import EXAMPLE, NEEDS, reader

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["EXAMPLE", "FILES", "NEEDS", "SAME_PATHS", "TOLERANCE", "reader", "write"]

FILES = {NETWORK: f"{onnx_format.FILES[NETWORK]}; matrices of eight bits"}
# Where a network wavers, rounding may move a probability far; what it decides should stay.
TOLERANCE, SAME_PATHS = 1.0, 0.9


def write(classifier: HARNNClassifier, folder: Path) -> None:
    """Write the network, with products of eight bits.

    Activations are rounded as they come, batch by batch.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It tells every user, on the root logger, to prepare a network that needs no preparation.
    with tempfile.TemporaryDirectory() as scratch, errors_alone(""):
        whole = Path(scratch, NETWORK)
        # What is computed when the file is loaded stays exact.
        folded: list[str] = []
        if has_network_graph(classifier.model_):
            folded = write_network_graph(classifier.model_, whole, eight_bits=True)
        else:
            onnx_format.convert(classifier, whole.parent)
        quantize_dynamic(
            whole,
            folder / NETWORK,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "LSTM"],
            nodes_to_exclude=folded,
        )
