"""The network as LiteRT (once TensorFlow Lite), for phones and small machines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from harnn.log_levels import errors_alone
from harnn.native_log import without_native_lines
from harnn.quiet_keras import keras
from harnn.text.export.formats import Said
from harnn.text.export.keras_format import BY_HAND, said_by
from harnn.text.prediction.level_outputs import level_names
from harnn.text.prediction.level_predictor import LevelPredictor

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["EXAMPLE", "FILES", "NEEDS", "SAME_PATHS", "TOLERANCE", "reader", "write"]

NETWORK = "network.tflite"
FILES = {
    NETWORK: "the network: word ids of one document, of any length, in, the probabilities of each "
    "level out; operations built into LiteRT alone"
}
NEEDS = "LiteRT, in Python the package ai-edge-litert"
TOLERANCE, SAME_PATHS = 1e-4, 0.99
EXAMPLE = f"""\
import numpy as np
from ai_edge_litert.interpreter import Interpreter

network = Interpreter("{NETWORK}").get_signature_runner()
network(tokens=np.array([[4, 7, 2]], np.int32))  # at least one id; 1 if there is no word
{BY_HAND}"""

_DELEGATE_LINE = re.compile(rb"INFO: Created TensorFlow Lite XNNPACK delegate")


def write(classifier: HARNNClassifier, folder: Path) -> None:
    """Write the network, for one document at a time: it has no batches of an open size."""
    one = keras.InputSpec(shape=(1, None), dtype="int32", name="tokens")
    with errors_alone("absl", "tensorflow"):
        classifier.model_.export(
            str(folder / NETWORK), format="litert", verbose=False, input_signature=[one]
        )


def reader(folder: Path, description: dict[str, Any]) -> Callable[[Sequence[str]], Said]:
    """Load it as a phone would, and decode with what stands beside it."""
    with without_native_lines(_DELEGATE_LINE):
        network = Interpreter(str(folder / NETWORK)).get_signature_runner()
        network(tokens=np.array([[1]], np.int32))  # the line comes with the first call
    names = level_names(int(description["levels"]))

    def levels(tokens: np.ndarray) -> list[np.ndarray]:
        # Without padding, as a phone would ask.
        rows = [network(tokens=ids[ids != 0][None]) for ids in tokens]
        return [np.concatenate([row[name] for row in rows]) for name in names]

    return said_by(LevelPredictor(levels, folder, description))
