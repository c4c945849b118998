"""What a network is trained on and how it is judged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harnn.quiet_keras import keras
from harnn.text.decisions.decoding import BestPathDecoder, Decoder
from harnn.text.documents import EncodedDocuments
from harnn.text.documents.tokenizer import WORDS_VERSION
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.embedding_start import EmbeddingStart
from harnn.text.labels.implied_absences import with_implied_absences
from harnn.text.labels.targets import level_targets
from harnn.text.linear_scores.term_features import frequent_pairs
from harnn.text.name_words import NameWords
from harnn.text.options import HARNNOptions, NetworkOptions
from harnn.text.training_documents import TrainingDocuments

__all__ = ["NetworkBuilder", "Problem"]

# As `harnn.text.network.build_network`.
NetworkBuilder = Callable[..., Any]


@dataclass(frozen=True)
class Problem:
    """What a network is trained on and how it is judged.

    Attributes:
        build: What builds the network.
        options: Of the network and its training.
        activation: ``"softmax"`` or ``"sigmoid"``.
        vocabulary: The words that have an id.
        start: The vectors that the word embeddings start from, if not from random numbers.
        decoder: From the network's output to decisions.
        documents: To train on and to validate on.
        seed: Of weights, masks and order.
    """

    build: NetworkBuilder
    options: HARNNOptions
    activation: str
    vocabulary: Vocabulary
    start: EmbeddingStart | None
    decoder: Decoder
    documents: TrainingDocuments
    seed: int

    def fingerprint(self) -> str:
        """Return a digest of everything that a resumed fit must share with the first one."""
        digest = hashlib.sha256(self.options.model_dump_json().encode())
        network = f"{self.build.__module__}.{self.build.__qualname__}"
        digest.update(f"{network} {self.activation} {self.seed} {keras.config.backend()}".encode())
        digest.update(f"words {WORDS_VERSION}".encode())
        digest.update("\n".join(self.vocabulary.words).encode("utf-8", "surrogatepass"))
        digest.update(self.decoder.taxonomy.to_json().encode())
        for targets in (self.documents.targets, self.documents.validation.targets):
            digest.update(np.packbits(targets.indicator).tobytes())
            digest.update(np.packbits(targets.known).tobytes())
        for text in self.documents.texts:
            digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @property
    def paths(self) -> np.ndarray | None:
        """The output of each level that each path takes ``(paths, levels)``.

        None where a document may have several paths.
        """
        return self.decoder.outputs if isinstance(self.decoder, BestPathDecoder) else None

    @cached_property
    def names(self) -> NameWords:
        """The words of the categories' names."""
        return NameWords.of(self.decoder.taxonomy, self.decoder.level_sizes, self.vocabulary)

    @cached_property
    def words(self) -> EncodedDocuments:
        """The words of the training documents."""
        return EncodedDocuments(self.documents.texts, self.vocabulary)

    @cached_property
    def validation_words(self) -> EncodedDocuments:
        """The words of the validation documents."""
        return EncodedDocuments(self.documents.validation_texts, self.vocabulary)

    @cached_property
    def levels(self) -> list[np.ndarray]:
        """What is known of the training documents, an array ``(documents, outputs)`` a level.

        1 and 0, −1 where not known; one column a category for a softmax too, as some categories
        may be left where a level is not known.
        """
        taxonomy = self.decoder.taxonomy
        known = level_targets(self.documents.targets, taxonomy, self.decoder.level_sizes, "sigmoid")
        if self.options.training.unknown_levels == "implied":
            return with_implied_absences(known, taxonomy)
        return known

    @cached_property
    def pairs(self) -> np.ndarray:
        """The pairs of words that have linear scores ``(pairs, 2)``."""
        if not self.options.network.term_share:
            return np.empty((0, 2), dtype=np.int64)
        return frequent_pairs(self.words, len(self.vocabulary), self.options.network.term_pairs)

    @cached_property
    def network(self) -> NetworkOptions:
        """The options of the network, with as many pairs as there are."""
        return self.options.network.model_copy(update={"term_pairs": len(self.pairs)})

    def judge(self, probabilities: np.ndarray) -> dict[str, float]:
        """Return the figures of the validation documents that early stopping can follow.

        Args:
            probabilities: Of their categories ``(documents, categories)``.
        """
        validation = self.documents.validation
        evaluation = validation.evaluate(self.decoder.decide(probabilities))
        right = evaluation.complete.subset_accuracy
        return {
            "all_levels_right": 0.0 if right is None else right,
            "micro_f1": evaluation.micro.f1 or 0.0,
            "macro_f1": evaluation.macro.f1 or 0.0,
            "log_loss": validation.log_loss(probabilities),
        }

    def rank(self, figures: dict[str, float]) -> tuple[float, ...]:
        """Return what the figures of an epoch are judged by; the highest is best."""
        # Scores on few documents are often equal: then the surer network is the better one.
        return figures[self.monitor], -figures["log_loss"]

    @property
    def monitor(self) -> str:
        """The validation figure that early stopping follows."""
        monitor = self.options.training.monitor
        if monitor != "auto":
            return monitor
        complete = self.documents.validation.targets.known.all(axis=1).any()
        return "all_levels_right" if self.documents.codec.one_path and complete else "micro_f1"
