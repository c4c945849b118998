"""A trained network with what stands before and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from harnn.quiet_keras import keras
from harnn.text.decisions.decoding import Decoder
from harnn.text.documents import EncodedDocuments
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.prediction.level_outputs import CHUNK, LevelOutputs, level_names
from harnn.training.forward import compiled_forward

__all__ = ["Predictor", "length_multiple", "level_forward"]


def length_multiple() -> int:
    """Return what padded lengths are rounded up to on this backend.

    JAX compiles the network for every shape it meets; TensorFlow's graph takes any length.
    """
    return 32 if keras.config.backend() == "jax" else 1


def level_forward(model: Any, levels: int) -> Callable[[np.ndarray], list[Any]]:
    """Return the function from word ids to the probabilities of each level, the topmost first.

    Args:
        model: A network as ``build_network`` makes them.
        levels: How many it has.
    """
    forward = compiled_forward(model)
    names = level_names(levels)

    def of_levels(tokens: np.ndarray) -> list[Any]:
        outputs = forward(tokens)
        return [outputs[name] for name in names]

    return of_levels


class Predictor:
    """A network with what stands before and after it.

    Args:
        model: From word ids to the probabilities of each level.
        vocabulary: From text to word ids.
        decoder: From the levels' probabilities to consistent ones.
        batch_size: Documents a batch.
    """

    def __init__(
        self, model: Any, vocabulary: Vocabulary, decoder: Decoder, batch_size: int = 128
    ) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.decoder = decoder
        sizes = decoder.level_sizes
        self._outputs = LevelOutputs(
            level_forward(model, len(sizes)), vocabulary, sizes, batch_size, length_multiple()
        )

    def levels(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        """Give the network's probabilities of each level: see `LevelOutputs.of_texts`."""
        return self._outputs.of_texts(texts)

    def probabilities(self, texts: Iterable[str]) -> Iterator[np.ndarray]:
        """Give the probability of every category, a few thousand texts at a time.

        Yields:
            ``(texts of the chunk, categories)``, in the order of the texts.
        """
        for levels in self.levels(texts):
            yield self.decoder.probabilities(levels)

    def probabilities_of(self, documents: EncodedDocuments) -> np.ndarray:
        """Return the probability of every category for documents already encoded.

        Returns:
            ``(documents, categories)``.
        """
        parts = []
        for at in range(0, len(documents), CHUNK):
            chunk = [documents[row] for row in range(at, min(at + CHUNK, len(documents)))]
            parts.append(self.decoder.probabilities(self._outputs.of_documents(chunk)))
        return np.concatenate(parts) if parts else self.nothing()

    def nothing(self) -> np.ndarray:
        """Return the probabilities of no document ``(0, categories)``."""
        return np.zeros((0, len(self.decoder.taxonomy)), dtype=np.float32)
