"""The network as Keras's own file, from word ids to the probabilities of each level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.quiet_keras import keras
from harnn.text import layers  # noqa: F401  # registers what the file names
from harnn.text.export.formats import Said
from harnn.text.prediction.level_predictor import LevelPredictor
from harnn.text.prediction.predictor import level_forward

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["EXAMPLE", "FILES", "NEEDS", "SAME_PATHS", "TOLERANCE", "reader", "write"]

NETWORK = "network.keras"
FILES = {NETWORK: "the network: word ids in, the probabilities of each level out"}
# What a program that has the network alone must know.
BY_HAND = """\
# The id of a word, in lower case, is the number of its line in vocabulary.txt less one; 1 is any
# other word, 0 pads. Columns of level_1, level_2, ...: the level's categories in the order of
# taxonomy.json, and last "the path has ended" where there is one more. These are the network's own
# probabilities: calibration (model.json) and the choice of a consistent path come after it.
"""
NEEDS = "harnn"
TOLERANCE, SAME_PATHS = 1e-4, 0.99
EXAMPLE = f"""\
import keras
import numpy as np
import harnn.text.layers  # registers the layers

network = keras.models.load_model("{NETWORK}")
network.predict(np.array([[4, 7, 2]]))
{BY_HAND}"""


def write(classifier: HARNNClassifier, folder: Path) -> None:
    """Write the network."""
    classifier.model_.save(folder / NETWORK)


def reader(folder: Path, description: dict[str, Any]) -> Callable[[Sequence[str]], Said]:
    """Load it as anyone would, and decode with what stands beside it."""
    model = keras.models.load_model(folder / NETWORK)
    return said_by(LevelPredictor(level_forward(model, len(model.output)), folder, description))


def said_by(predictor: LevelPredictor) -> Callable[[Sequence[str]], Said]:
    """Return what asks a predictor."""

    def ask(texts: Sequence[str]) -> Said:
        decided, _, probabilities = predictor.predict_decisions(texts)
        chosen = predictor.taxonomy_.most_specific(decided)
        names = np.array(predictor.taxonomy_.path_strings, dtype=object)
        return Said(probabilities, [names[row].tolist() for row in chosen])

    return ask
