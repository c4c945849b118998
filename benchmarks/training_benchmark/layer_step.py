"""A training step of one layer: the encoder of a preset, Keras' own, and the attention."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
import tensorflow as tf

from harnn.cells import CoupledBidirectional, LSTMCell
from harnn.quiet_keras import keras
from harnn.text.layers import TextCategoryAttention
from harnn.text.options import PRESETS
from training_benchmark.keras_product import keras_product
from training_benchmark.presets import network_sizes
from training_benchmark.synthetic_documents import SyntheticDocuments
from training_benchmark.turns import Turns, Work

__all__ = ["layer_steps"]


def layer_steps(
    kind: str, preset: str, documents: SyntheticDocuments
) -> Iterator[tuple[Work, Callable[[], Any]]]:
    """Return the training steps of a layer: forwards, and the gradient of its weights.

    Args:
        kind: ``"harnn_bilstm"``; ``"keras_bilstm"``, which reads padding too;
            ``"keras_bilstm_masked"``, which does not; or ``"attention"``, of the last level.
        preset: The preset whose sizes the layer has.
        documents: Documents whose lengths the inputs have.

    Returns:
        Steps without end: the size of each, and a function that runs it.
    """
    network = PRESETS[preset].network
    last = documents.level_sizes[-1:]
    sizes = network_sizes(network, documents.vocabulary, last, name_words=0, paths=0)
    tokens, _ = documents.batches[0]
    mask = tf.constant(tokens != 0)
    lengths = tf.reduce_sum(tf.cast(mask, "int32"), axis=1)
    units = network.recurrent_units
    layer: Any
    arguments: dict[str, Any] = {}
    part, features = "bilstm", network.embedding_dim
    if kind == "attention":
        part, features = "attention", sizes.features
        layer = TextCategoryAttention(last[0], network.attention_units)
        arguments = {"word_mask": mask}
    elif kind == "harnn_bilstm":
        layer = CoupledBidirectional(LSTMCell(units))
        arguments = {"lengths": lengths}
    else:
        layer = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))
        arguments = {"mask": mask} if kind == "keras_bilstm_masked" else {}
    generator = np.random.default_rng(0)
    inputs = tf.constant(generator.standard_normal((*tokens.shape, features)), "float32")
    layer(inputs, **arguments)

    @tf.function
    def step() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = tf.nest.flatten(layer(inputs, **arguments))
            loss = tf.add_n([tf.reduce_sum(tf.square(output)) for output in outputs])
        return tape.gradient(loss, [inputs, *layer.trainable_variables])

    multiply_adds = tokens.size * sizes.products_of_word[part]
    return repeat((Work(len(tokens), int(np.count_nonzero(tokens)), multiply_adds), step))


def main() -> None:
    arguments = json.loads(sys.argv[1])
    turns = Turns(keras_product())
    documents = SyntheticDocuments(**arguments["documents"])
    steps = layer_steps(arguments["kind"], arguments["preset"], documents)
    turns.ready()
    turns.run(steps)


if __name__ == "__main__":
    main()
