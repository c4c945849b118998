"""A training step of a preset on synthetic documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np

from harnn.text.documents.vocabulary import UNKNOWN
from harnn.text.losses import LevelBinaryCrossentropy, LevelCategoricalCrossentropy
from harnn.text.name_words import NameWords
from harnn.text.network import build_network, logits_view
from harnn.text.options import PRESETS
from harnn.training.optimizer import build_optimizer
from harnn.training.step import training_step
from training_benchmark.keras_product import keras_product
from training_benchmark.network_sizes import NetworkSizes
from training_benchmark.presets import network_sizes
from training_benchmark.synthetic_documents import SyntheticDocuments
from training_benchmark.turns import Turns, Work

__all__ = ["NAME_WORDS", "preset_steps", "work_of"]

# Distinct words in the names of DBpedia's 298 categories.
NAME_WORDS = 330


def preset_steps(
    preset: str, documents: SyntheticDocuments, **changed: Any
) -> tuple[NetworkSizes, Any, Iterator[tuple[Work, Callable[[], float]]]]:
    """Build the network of a preset and return its training steps.

    The linear scores, which are fitted before the network and are not part of its training, are
    left out. Words beyond the vocabulary of the preset are unknown words.

    Args:
        preset: Name of the preset.
        documents: The documents to train on.
        **changed: Options of the network in place of the preset's.

    Returns:
        The sizes of the network, the model that is trained, and its steps without end: the size
        of each, and a function that runs it.
    """
    options = PRESETS[preset]
    network = options.network.model_copy(update={"term_share": 0.0, "term_pairs": 0, **changed})
    activation = "softmax" if network.activation == "auto" else network.activation
    vocabulary = min(documents.vocabulary, options.vocabulary.max_vocabulary)
    names = NameWords(*documents.name_words(NAME_WORDS)) if network.name_matches else None
    sizes = network_sizes(
        network, vocabulary, documents.level_sizes, NAME_WORDS, len(documents.paths)
    )
    trained = logits_view(
        build_network(network, vocabulary, documents.level_sizes, activation, names=names, seed=0),
        documents.paths,
    )
    loss = LevelCategoricalCrossentropy if activation == "softmax" else LevelBinaryCrossentropy
    training = options.training
    trained.compile(
        build_optimizer(
            training.optimizer, training.learning_rate, training.clip_norm, training.weight_decay
        ),
        loss={name: loss() for name in trained.output},
        jit_compile=False,
    )
    batches = [
        (
            np.where(tokens < vocabulary, tokens, UNKNOWN).astype(tokens.dtype),
            _targets(list(trained.output), categories, documents),
        )
        for tokens, categories in documents.batches
    ]
    step = training_step(trained, *batches[0])
    steps = (
        (work_of(tokens, sizes), partial(step, tokens, targets))
        for tokens, targets in cycle(batches)
    )
    return sizes, trained, steps


def work_of(tokens: np.ndarray, sizes: NetworkSizes) -> Work:
    """Return the size of a training step on a batch.

    Args:
        tokens: Word ids ``(batch, time)``, padded with 0.
        sizes: Of the network.
    """
    return Work(len(tokens), int(np.count_nonzero(tokens)), sizes.multiply_adds(*tokens.shape))


def _targets(
    outputs: list[str], categories: np.ndarray, documents: SyntheticDocuments
) -> dict[str, np.ndarray]:
    """Return the one-hot target of each output, such as ``local_2`` and ``paths``."""
    targets = {}
    for output in outputs:
        if output == "paths":
            # There is one path per category of the last level.
            chosen, size = categories[:, -1], len(documents.paths)
        else:
            level = int(output.rpartition("_")[2]) - 1
            chosen, size = categories[:, level], documents.level_sizes[level]
        targets[output] = np.eye(size, dtype=np.int8)[chosen]
    return targets


def main() -> None:
    arguments = json.loads(sys.argv[1])
    turns = Turns(keras_product())
    documents = SyntheticDocuments(**arguments["documents"])
    _, _, steps = preset_steps(arguments["preset"], documents, **arguments.get("changed", {}))
    turns.ready()
    turns.run(steps)


if __name__ == "__main__":
    main()
