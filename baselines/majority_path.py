"""The floor of every comparison: the most frequent label, whatever the text says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Self

import numpy as np

from harnn.text.hierarchical_classifier import HierarchicalClassifier
from harnn.text.taxonomy import Taxonomy
from harnn.text.training_documents import read_training_documents

__all__ = ["MajorityPath"]

# Texts counted at a time.
_CHUNK = 4096


class MajorityPath(HierarchicalClassifier):
    """Predicts for every document the label that most training documents have.

    Args:
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        random_state: Taken, as every classifier takes it, and not used: nothing is drawn.
        verbose: Taken likewise, and not used: there is no progress to show.

    Attributes:
        taxonomy_: The categories.
        frequencies_: The share of training documents that have each category, among those of
            which its level is known ``(categories,)``.

    Example:
        >>> floor = MajorityPath().fit(["one", "two", "three"], ["a/b", "a/b", "c"])
        >>> floor.predict(["four"]).tolist()
        ['a/b']
    """

    uses_random_state = False

    def __init__(
        self,
        taxonomy: Any = None,
        label_form: str = "auto",
        paths: str = "auto",
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.taxonomy = taxonomy
        self.label_form = label_form
        self.paths = paths
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self,
        X: Sequence[str],
        y: Any,
        validation_data: Any = None,
        *,
        level_names: Sequence[str] | None = None,
    ) -> Self:
        """Count the labels.

        Args:
            X: The texts, which are not read.
            y: Their labels.
            validation_data: ``(texts, labels)`` to see how often it is right; nothing is chosen.
            level_names: The names of the levels, the topmost first, for scores, reports and files;
                by default the columns of ``y``, if it is a table.

        Returns:
            The classifier.
        """
        documents = read_training_documents(
            X,
            y,
            validation_data,
            taxonomy=self.taxonomy,
            label_form=self.label_form,
            paths=self.paths,
            level_names=level_names,
        )
        targets = documents.targets
        self._set_codec(documents.codec)
        # Only a document of which everything is known says what a whole label looks like.
        complete = targets.known.all(axis=1)
        rows = targets.indicator[complete if complete.any() else slice(None)]
        distinct, counts = np.unique(rows, axis=0, return_counts=True)
        known = targets.known[:, self.taxonomy_.levels]
        self.frequencies_ = (targets.indicator & known).sum(axis=0) / np.maximum(known.sum(0), 1)
        self._decoder = _Always(self.taxonomy_, distinct[counts.argmax()])
        self._tune_thresholds(documents.validation_texts, documents.validation)
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # A comparison never calls it the best.
        tags.classifier_tags.poor_score = True
        return tags

    def _level_outputs(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        remaining = iter(texts)
        while count := sum(1 for _ in islice(remaining, _CHUNK)):
            yield [
                np.tile(self.frequencies_[columns], (count, 1))
                for columns in self.taxonomy_.level_slices
            ]


class _Always:
    """Decides for the same categories, whatever the probabilities."""

    def __init__(self, taxonomy: Taxonomy, decision: np.ndarray) -> None:
        self.taxonomy = taxonomy
        self.level_sizes = taxonomy.level_sizes
        self.decision = decision

    def probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(levels, axis=1)

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        return np.tile(self.decision, (len(probabilities), 1))

    def decide_each_level(self, levels: list[np.ndarray]) -> np.ndarray:
        return self.decide(levels[0])

    def ends(self, probabilities: np.ndarray) -> np.ndarray:
        return probabilities[:, self.taxonomy.terminals]
