"""HARNN as a direct transcription of its equations into plain Keras.

It does what the public TensorFlow 1 code does: every document is padded or cut to 150 words,
padding is read like words, the categories are sigmoids, and Adam updates the whole embedding table
in every step. Keras trains it with ``train_on_batch`` and its own defaults.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np

from harnn.quiet_keras import keras, ops
from training_benchmark.keras_product import keras_product
from training_benchmark.network_sizes import NetworkSizes
from training_benchmark.synthetic_documents import SyntheticDocuments
from training_benchmark.turns import Turns, Work

__all__ = ["LENGTH", "build_transcription", "transcription_steps"]

# Words of every document.
LENGTH = 150


class Attention(keras.layers.Layer):
    """The attention of one level: A = softmax(S tanh(W Vᵀ)) and the mean over categories of A V."""

    def __init__(self, categories: int, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.categories = categories
        self.units = units

    def build(self, words_shape: tuple[int | None, ...]) -> None:
        """Create W and S."""
        self.word_kernel = self.add_weight(name="word_kernel", shape=(words_shape[-1], self.units))
        self.category_kernel = self.add_weight(
            name="category_kernel", shape=(self.units, self.categories)
        )

    def call(self, words: Any) -> tuple[Any, Any]:
        """Return A ``(batch, categories, time)`` and the summary ``(batch, features)``."""
        scores = ops.matmul(ops.tanh(ops.matmul(words, self.word_kernel)), self.category_kernel)
        attention = ops.softmax(ops.transpose(scores, (0, 2, 1)), axis=-1)
        return attention, ops.mean(ops.matmul(attention, words), axis=1)


class Dependency(keras.layers.Layer):
    """The weights of the words on the next level: the mean over categories of softmax(A ⊙ P)."""

    def call(self, attention: Any, probabilities: Any) -> Any:
        """Return ``(batch, time, 1)``."""
        weighed = ops.softmax(ops.multiply(attention, ops.expand_dims(probabilities, -1)), axis=-1)
        return ops.expand_dims(ops.mean(weighed, axis=1), -1)


def build_transcription(sizes: NetworkSizes, dropout: float = 0.5) -> Any:
    """Build the model.

    Args:
        sizes: Of the network; it has one highway layer, and none of the parts that can be left out.
        dropout: Of the BiLSTM's states and of the hybrid prediction.

    Returns:
        A ``keras.Model`` from word ids ``(batch, time)`` to a dict of logits.
    """
    layers = keras.layers
    tokens = layers.Input((LENGTH,), dtype="int32")
    vectors = layers.Embedding(sizes.vocabulary, sizes.embedding_dim, name="embedding")(tokens)
    words = layers.Bidirectional(layers.LSTM(sizes.units, return_sequences=True), name="bilstm")(
        vectors
    )
    words = layers.Dropout(dropout)(words)
    document = layers.GlobalAveragePooling1D()(words)
    features, outputs = [], {}
    weighed = words
    for level, categories in enumerate(sizes.level_sizes, start=1):
        attention, summary = Attention(
            categories, sizes.attention_units, name=f"attention_{level}"
        )(weighed)
        found = layers.Dense(sizes.dense_units, activation="relu", name=f"local_{level}_features")(
            layers.Concatenate()([document, summary])
        )
        features.append(found)
        outputs[f"local_{level}"] = layers.Dense(categories, name=f"local_{level}")(found)
        if level < len(sizes.level_sizes):
            probabilities = layers.Activation("sigmoid")(outputs[f"local_{level}"])
            weighed = layers.Multiply()([words, Dependency()(attention, probabilities)])
    hidden = layers.Dense(sizes.dense_units, activation="relu", name="hybrid_features")(
        layers.Concatenate()(features)
    )
    gate = layers.Dense(sizes.dense_units, activation="sigmoid", name="hybrid_gate")(hidden)
    transformed = layers.Dense(sizes.dense_units, activation="relu", name="hybrid_highway")(hidden)
    hidden = gate * transformed + (1.0 - gate) * hidden
    outputs["global"] = layers.Dense(sizes.outputs, name="hybrid")(layers.Dropout(dropout)(hidden))
    return keras.Model(tokens, outputs)


def transcription_steps(
    documents: SyntheticDocuments,
) -> Iterator[tuple[Work, Callable[[], Any]]]:
    """Return the training steps of the transcription.

    Args:
        documents: The documents to train on.

    Returns:
        Steps without end: the size of each, and a function that runs it.
    """
    sizes = NetworkSizes(
        vocabulary=documents.vocabulary, level_sizes=documents.level_sizes, highway_layers=1
    )
    model = build_transcription(sizes)
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.25),
        loss={name: keras.losses.BinaryCrossentropy(from_logits=True) for name in model.output},
    )
    batches = [
        (fixed_length(tokens), _targets(categories, documents), int(np.count_nonzero(tokens)))
        for tokens, categories in documents.batches
    ]
    return (
        (
            Work(len(tokens), words, sizes.multiply_adds(*tokens.shape)),
            partial(model.train_on_batch, tokens, targets),
        )
        for tokens, targets, words in cycle(batches)
    )


def fixed_length(tokens: np.ndarray) -> np.ndarray:
    """Pad or cut documents to ``LENGTH`` words."""
    kept = tokens[:, :LENGTH]
    return np.pad(kept, [(0, 0), (0, LENGTH - kept.shape[1])])


def _targets(categories: np.ndarray, documents: SyntheticDocuments) -> dict[str, np.ndarray]:
    levels = [
        np.eye(size, dtype=np.float32)[categories[:, level]]
        for level, size in enumerate(documents.level_sizes)
    ]
    targets = {f"local_{level}": hot for level, hot in enumerate(levels, start=1)}
    return {**targets, "global": np.concatenate(levels, axis=1)}


def main() -> None:
    arguments = json.loads(sys.argv[1])
    turns = Turns(keras_product())
    steps = transcription_steps(SyntheticDocuments(**arguments["documents"]))
    turns.ready()
    turns.run(steps)


if __name__ == "__main__":
    main()
