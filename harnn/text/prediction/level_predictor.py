"""A predictor around any network that gives the levels' probabilities. Pure NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor
from harnn.text.prediction.level_outputs import LevelOutputs
from harnn.text.prediction.saved_decisions import read_codec, restore_decisions

__all__ = ["LevelPredictor"]


class LevelPredictor(HierarchicalPredictor):
    """Predicts with a network that was written beside its decisions and its vocabulary.

    Args:
        forward: The network, from word ids ``(batch, time)`` to ``(batch, outputs)`` a level.
        folder: Where `harnn.text.prediction.saved_decisions` and `Vocabulary.save` have written.
        description: What the folder's ``model.json`` says.
        batch_size: Documents a batch.
        threads: That read batches; more than one only where the network may be called by several.

    Raises:
        DataError: If what is written there is no such thing.
    """

    def __init__(
        self,
        forward: Callable[[np.ndarray], Sequence[np.ndarray]],
        folder: Path,
        description: dict[str, Any],
        batch_size: int = 64,
        threads: int = 1,
    ) -> None:
        self._set_codec(read_codec(folder, description))
        restore_decisions(self, folder, description)
        self.vocabulary_ = Vocabulary.load(
            folder / "vocabulary.txt",
            max_length=int(description["max_length"]),
            words_version=description.get("words_version", 1),
        )
        self._outputs = LevelOutputs(
            forward, self.vocabulary_, self._decoder.level_sizes, batch_size, threads=threads
        )

    def probabilities_of(self, documents: Sequence[np.ndarray]) -> np.ndarray:
        """Return what ``predict_proba`` does, for texts that the vocabulary has encoded.

        Args:
            documents: The ids of their words, an array each.
        """
        levels = self._outputs.of_documents(documents)
        return self._decoder.probabilities(self._calibrated(levels))

    def _level_outputs(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        return self._outputs.of_texts(texts)
