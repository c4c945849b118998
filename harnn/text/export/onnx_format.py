"""The network as ONNX, for onnxruntime and `harnn.runtime`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harnn.onnx_file import write_onnx
from harnn.runtime.onnx_classifier import NETWORK, OnnxClassifier
from harnn.text.export.formats import Said
from harnn.text.export.keras_format import said_by
from harnn.text.export.network_graph import has_network_graph, write_network_graph
from harnn.text.export.word_tables import put_tables, with_few_words
from harnn.text.network import attention_view

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["EXAMPLE", "FILES", "NEEDS", "SAME_PATHS", "TOLERANCE", "reader", "write"]

FILES = {NETWORK: "the network: word ids in, the probabilities of each level and its attention out"}
NEEDS = "NumPy and onnxruntime; `pip install --no-deps harnn` for texts and labels"
TOLERANCE, SAME_PATHS = 1e-4, 0.99
EXAMPLE = """\
from harnn.runtime import OnnxClassifier

classifier = OnnxClassifier.load(".")
classifier.predict(["a text"])
print(classifier.explain(["a text"])[0].text())
"""


def write(classifier: HARNNClassifier, folder: Path) -> None:
    """Write the network, for batches of any size and length."""
    if has_network_graph(classifier.model_):
        write_network_graph(classifier.model_, folder / NETWORK)
    else:
        convert(classifier, folder)


def convert(classifier: HARNNClassifier, folder: Path) -> None:
    """Write a network of any layers, as a converter reads them."""
    small, tables = with_few_words(classifier.model_)
    write_onnx(attention_view(small), folder / NETWORK)
    put_tables(folder / NETWORK, tables)


def reader(folder: Path, description: dict[str, Any]) -> Callable[[Sequence[str]], Said]:
    """Load it without TensorFlow's help."""
    return said_by(OnnxClassifier.of_folder(folder, description))
