"""The loop of a real fit: batches, training steps and progress, on the documents of a corpus.

``HARNNClassifier.fit`` runs up to its training loop, with random word vectors in place of trained
ones and without linear scores. The speed of the loop depends on neither. The batches of its
loop then pass through `Turns`, which times the steps between them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np

from harnn import HARNNClassifier
from harnn.quiet_keras import keras
from harnn.text.options import NetworkOptions
from harnn.text.word_vectors import WordVectors
from training_benchmark.corpus import load_parts
from training_benchmark.harnn_step import work_of
from training_benchmark.keras_product import keras_product
from training_benchmark.network_sizes import NetworkSizes
from training_benchmark.presets import network_sizes
from training_benchmark.replaced_function import replaced_function
from training_benchmark.turns import EndOfTurnsError, Turns, Work

__all__ = ["FIT_LOOP", "WORD_VECTORS", "EndlessEpoch"]

# Functions of a fit, as `replaced_function` names them.
FIT_LOOP = "harnn.training.loop:fit_loop"
WORD_VECTORS = "harnn.text.word_vectors.pretraining:pretrain_word_vectors"


class EndlessEpoch:
    """The batches of a fit as one endless epoch, which reports each batch to `Turns`.

    Args:
        batches: The batches of the fit.
        turns: The timer.
        sizes: Of the network.
        encoder_length: Words beyond this many are not read by the network; 0 for all.
    """

    def __init__(
        self, batches: Any, turns: Turns, sizes: NetworkSizes, encoder_length: int
    ) -> None:
        self.batches, self.turns = batches, turns
        self.sizes, self.encoder_length = sizes, encoder_length or None

    def words_per_document(self) -> float:
        """Return the mean number of words per document that the network reads in an epoch."""
        batches = [self._work(inputs) for inputs, _ in self.batches.epoch(0)]
        return sum(b.words for b in batches) / sum(b.documents for b in batches)

    def __len__(self) -> int:
        return len(self.batches)

    def example(self) -> tuple[Any, Any]:
        """Return a small batch."""
        return self.batches.example()

    def epoch(self, number: int) -> Iterator[tuple[Any, Any]]:
        """Give the batches of one epoch after the other, beginning with ``number``."""
        for epoch in count(number):
            for inputs, targets in self.batches.epoch(epoch):
                self.turns.before(self._work(inputs))
                yield inputs, targets

    def _work(self, inputs: Any) -> Work:
        tokens = keras.tree.flatten(inputs)[0]
        return work_of(tokens[:, : self.encoder_length], self.sizes)


def main() -> None:
    arguments = json.loads(sys.argv[1])
    corpus = load_parts(arguments["corpus"], arguments["limit"])
    turns = Turns(keras_product())
    classifier = HARNNClassifier(
        arguments["preset"],
        random_state=0,
        batch_size=arguments["batch_size"],
        term_share=0.0,
        term_pairs=0,
        tune_term_share=False,
        verbose=True,
    )
    network = classifier.resolved_options().network

    def timed_loop(fit_loop: Any) -> Any:
        def run(model: Any, batches: Any, *others: Any, **named: Any) -> Any:
            sizes = sizes_of(network, model)
            endless = EndlessEpoch(batches, turns, sizes, network.encoder_length)
            turns.ready(words_per_document=endless.words_per_document())
            return fit_loop(model, endless, *others, **named)

        return run

    with (
        replaced_function(FIT_LOOP, timed_loop),
        replaced_function(WORD_VECTORS, lambda _: random_vectors),
        suppress(EndOfTurnsError),
    ):
        classifier.fit(
            corpus.train.texts,
            corpus.train.labels,
            validation_data=corpus.validation,
            unlabelled=corpus.unlabelled.texts if corpus.unlabelled else (),
        )


def random_vectors(texts: Any, *, dim: int, **_: Any) -> WordVectors:
    """Return random vectors of a few words. The fit draws those of all other words like them."""
    words = tuple(f"word{number}" for number in range(1000))
    return WordVectors(words, np.random.default_rng(0).standard_normal((len(words), dim)))


def sizes_of(options: NetworkOptions, model: Any) -> NetworkSizes:
    """Return the sizes of the network of a fit.

    Args:
        options: The options of the network.
        model: The model that is trained.
    """
    layers = {layer.name: layer for layer in model.layers}
    return network_sizes(
        options,
        vocabulary=layers["document"].vocabulary_size,
        level_sizes=layers["hybrid"].level_sizes,
        name_words=layers["names"].words if "names" in layers else 0,
        paths=model.output["paths"].shape[-1] if "paths" in model.output else 0,
    )


if __name__ == "__main__":
    main()
