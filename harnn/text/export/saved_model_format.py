"""A TensorFlow SavedModel that takes raw texts and gives paths; it needs TensorFlow alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from harnn.log_levels import errors_alone
from harnn.text.export.decision_graph import DecisionGraph
from harnn.text.export.formats import Said
from harnn.text.export.token_graph import TokenGraph
from harnn.text.prediction.level_outputs import level_names

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["EXAMPLE", "FILES", "NEEDS", "SAME_PATHS", "TOLERANCE", "reader", "write"]

FILES = {
    "saved_model.pb, variables": "the model: texts in, paths and probabilities out",
    "categories.txt": "the path of each column of `probabilities`, one a line",
}
NEEDS = "TensorFlow"
TOLERANCE, SAME_PATHS = 1e-4, 0.99
EXAMPLE = """\
import tensorflow as tf

model = tf.saved_model.load(".")
model.signatures["serving_default"](texts=tf.constant(["a text"]))
model.signatures["word_ids"](tokens=tf.constant([[4, 7, 2]]))
"""

# They warn of gradients, which nobody asks a served model for, and of tables that are saved well.
_CHATTY = ("absl", "tensorflow")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Served(tf.Module):
    """The classifier as a graph."""

    def __init__(self, classifier: HARNNClassifier) -> None:
        super().__init__(name="harnn")
        model = classifier.model_
        # Under an attribute of their own they are saved, whatever Keras makes of its layers.
        self.weights = [variable.value for variable in model.variables]
        self.tokenise = TokenGraph(classifier.vocabulary_)
        decide = DecisionGraph(classifier)
        names = level_names(classifier.taxonomy_.n_levels)

        @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32, name="tokens")])
        def word_ids(tokens: Any) -> dict[str, Any]:
            outputs = model(tokens, training=False)
            return decide([outputs[name] for name in names])

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="texts")])
        def texts(texts: Any) -> dict[str, Any]:
            return dict(word_ids(self.tokenise(texts)))

        self.word_ids, self.texts = word_ids, texts


def write(classifier: HARNNClassifier, folder: Path) -> None:
    """Write the graph and its weights."""
    served = _Served(classifier)
    with errors_alone(*_CHATTY):
        tf.saved_model.save(
            served,
            str(folder),
            signatures={"serving_default": served.texts, "word_ids": served.word_ids},
        )
    (folder / "categories.txt").write_text(
        "".join(f"{path}\n" for path in classifier.taxonomy_.path_strings), encoding="utf-8"
    )


def reader(folder: Path, description: dict[str, Any]) -> Callable[[Sequence[str]], Said]:
    """Load it, and ask its signature for texts."""
    with errors_alone(*_CHATTY):
        model = tf.saved_model.load(str(folder))

    def said(texts: Sequence[str]) -> Said:
        parts = []
        for at in range(0, len(texts), 64):
            # Half of a surrogate pair is no character and has no UTF-8: to the tokeniser it is
            # no more than a blank.
            batch = [_SURROGATE.sub(" ", text).encode() for text in texts[at : at + 64]]
            # Asked of the model each time: a signature does not keep its variables alive.
            ask = model.signatures["serving_default"]
            parts.append(ask(texts=tf.constant(batch, dtype=tf.string)))
        paths = [
            [path.decode() for path in row if path]
            for part in parts
            for row in part["paths"].numpy()
        ]
        return Said(np.concatenate([part["probabilities"] for part in parts]), paths)

    return said
