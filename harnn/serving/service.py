"""A classifier that many ask at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from harnn.errors import ConfigError
from harnn.runtime import OnnxClassifier
from harnn.serving.batcher import Batcher, OverloadedError
from harnn.serving.limits import ServingLimits
from harnn.serving.messages import (
    LevelAnswer,
    PathProbability,
    Prediction,
    TaxonomyAnswer,
    TaxonomyCategory,
    WordsRead,
)
from harnn.serving.metrics import Metrics
from harnn.text.documents.tokenizer import tokenize
from harnn.text.documents.vocabulary import UNKNOWN
from harnn.text.explanation.explanation import Explanation
from harnn.text.prediction.answers import Asked

__all__ = ["Service", "TooLargeError"]


class TooLargeError(ValueError):
    """A request beyond the limits of the server."""


class Service:
    """Predicts and explains for concurrent requests within limits.

    Args:
        classifier: What answers.
        limits: Of the requests.
        metrics: Told what happens.
    """

    def __init__(self, classifier: OnnxClassifier, limits: ServingLimits, metrics: Metrics) -> None:
        self.classifier = classifier
        self.limits = limits
        self._metrics = metrics
        self._batcher = Batcher(self._read, limits.batch, limits.waiting, metrics.batch_read)
        metrics.watch_waiting(lambda: self._batcher.waiting)
        self._explaining = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="harnn-explanations")
        # Found anew from the validation documents, they would cost more than the prediction.
        self._criteria = lru_cache(maxsize=64)(classifier._criteria)

    def start(self) -> None:
        """Begin to answer, in the event loop of the caller."""
        # The first run is slow: nobody should wait for it.
        self.classifier.predict_proba(["a first text"])
        self._batcher.start()

    async def stop(self) -> None:
        """End."""
        await self._batcher.stop()
        self._thread.shutdown()

    async def predict(self, texts: Sequence[str], asked: Asked) -> list[Prediction]:
        """Classify documents.

        Args:
            texts: The documents.
            asked: What to say of each.

        Raises:
            TooLargeError: If there are more than the limits allow.
            OverloadedError: If too many documents wait already.
            ConfigError: If more likeliest paths are asked for than the limits allow.
            DataError: With ``stop="confident"`` or a coverage, if the model cannot tell.
        """
        self._check(texts, self.limits.texts)
        if asked.top_k > self.limits.top_k:
            raise ConfigError(f"top_k is {asked.top_k}; at most {self.limits.top_k} are given")
        # They do not depend on it: a place among those that are kept for each would be wasted.
        criteria = self._criteria(replace(asked, top_k=0))
        rows = await self._batcher.ask(texts)
        probabilities = np.stack([probable for probable, _ in rows])
        answers = self.classifier._answers(probabilities, asked.top_k, criteria)
        return [
            Prediction(
                paths=_scored(answer.paths),
                levels=self._levels(answer.paths, probable),
                given_levels=answer.given_levels,
                top_k=_scored(answer.likeliest),
                prediction_set=answer.prediction_set,
                words=words,
            )
            for (probable, words), answer in zip(rows, answers, strict=True)
        ]

    async def explain(
        self,
        texts: Sequence[str],
        methods: Sequence[str] | None = None,
        categories: Sequence[str] | None = None,
    ) -> list[Explanation]:
        """Explain predictions: see `OnnxClassifier.explain`.

        Raises:
            TooLargeError: If more is asked than the limits allow.
            OverloadedError: If too many requests wait already.
            ConfigError: If a method is unknown.
            TaxonomyError: If a category is unknown.
        """
        self._check(texts, self.limits.explained)
        if self._explaining >= self.limits.explanations:
            raise OverloadedError(f"{self._explaining} explanations are being made: try again soon")
        self._explaining += 1
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._thread, self.classifier.explain, texts, methods, categories
            )
        finally:
            self._explaining -= 1
        self._metrics.explained(len(found))
        return found

    @cached_property
    def taxonomy(self) -> TaxonomyAnswer:
        """The categories of the model."""
        taxonomy = self.classifier.taxonomy_
        parents: list[list[str]] = [[] for _ in taxonomy.path_strings]
        for parent, child in taxonomy.edges:
            parents[child].append(taxonomy.path_strings[parent])
        names = self.classifier.level_names_
        return TaxonomyAnswer(
            levels=list(taxonomy.level_sizes),
            level_names=None if names is None else list(names),
            one_path=self.classifier._codec.one_path,
            categories=[
                TaxonomyCategory(
                    path=path,
                    level=int(level) + 1,
                    level_name=self.level_name(int(level) + 1),
                    parents=above,
                )
                for path, level, above in zip(
                    taxonomy.path_strings, taxonomy.levels, parents, strict=True
                )
            ],
        )

    def level_name(self, level: int) -> str | None:
        """Return the name of a level, counted from 1; None if it has none."""
        names = self.classifier.level_names_
        return None if names is None else names[level - 1]

    def _read(self, texts: Sequence[str]) -> list[tuple[np.ndarray, WordsRead]]:
        """Return the probabilities of each document, and how much of it was read."""
        vocabulary = self.classifier.vocabulary_
        split = [tokenize(text) for text in texts]
        documents = [vocabulary.encode_words(words) for words in split]
        counts = [
            WordsRead(
                total=len(words),
                read=min(len(words), vocabulary.max_length),
                known=int((ids != UNKNOWN).sum()),
            )
            for words, ids in zip(split, documents, strict=True)
        ]
        return list(zip(self.classifier.probabilities_of(documents), counts, strict=True))

    def _check(self, texts: Sequence[str], most: int) -> None:
        if len(texts) > most:
            raise TooLargeError(f"{len(texts)} texts; at most {most} are taken at a time")
        for number, text in enumerate(texts):
            if len(text) > self.limits.characters:
                raise TooLargeError(
                    f"texts[{number}] has {len(text):,} characters; at most "
                    f"{self.limits.characters:,} are taken"
                )

    def _levels(self, chosen: list[tuple[str, float]], row: np.ndarray) -> list[LevelAnswer]:
        taxonomy = self.classifier.taxonomy_
        marked = np.zeros(len(taxonomy), dtype=bool)
        for path, _ in chosen:
            marked |= taxonomy.ancestors[taxonomy.find(path)]
        by_level: dict[int, list[tuple[str, float]]] = {}
        for category in np.flatnonzero(marked):
            level = int(taxonomy.levels[category]) + 1
            pair = (taxonomy.path_strings[category], float(row[category]))
            by_level.setdefault(level, []).append(pair)
        return [
            LevelAnswer(level=level, level_name=self.level_name(level), categories=_scored(pairs))
            for level, pairs in by_level.items()
        ]


def _scored(pairs: Sequence[tuple[str, Any]]) -> list[PathProbability]:
    return [PathProbability(path=path, probability=round(p, 6)) for path, p in pairs]
