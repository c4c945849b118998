"""The true labels of documents, and what predictions are worth against them."""

from __future__ import annotations

import warnings

import numpy as np

from harnn.evaluation import Evaluation, Hierarchy, evaluate_predictions
from harnn.text.labels.label_codec import LabelCodec, Targets
from harnn.text.labels.labels import Labels

__all__ = ["GroundTruth"]


class GroundTruth:
    """Labels to judge by. They may name categories that the model has never seen.

    Such a category is one that no prediction can name: where it is true, it counts as missed.

    Args:
        codec: The codec of the model.
        labels: The true labels.

    Attributes:
        targets: What is known, in the model's categories and the unseen ones together.
        unseen: The paths of the categories that the model does not have.

    Example:
        >>> from harnn.text.labels import read_labels
        >>> codec = LabelCodec.infer(read_labels(["a/b", "c"]))
        >>> truth = GroundTruth(codec, read_labels(["a/b", "a/new"]))
        >>> truth.unseen
        ('a/new',)
        >>> truth.evaluate(codec.encode(read_labels(["a/b", "a/b"])).indicator).micro.recall
        0.75
    """

    def __init__(self, codec: LabelCodec, labels: Labels) -> None:
        extended, unseen = codec.extended(labels)
        self.unseen = tuple(unseen)
        self.targets: Targets = extended.encode(labels)
        taxonomy = extended.taxonomy
        number = {path: column for column, path in enumerate(taxonomy.path_strings)}
        self._columns = np.array([number[path] for path in codec.taxonomy.path_strings])
        self._level_names = codec.level_names
        self._hierarchy = Hierarchy(taxonomy.levels, taxonomy.parents, taxonomy.path_strings)

    def __len__(self) -> int:
        return len(self.targets)

    def of_model(self) -> tuple[np.ndarray, np.ndarray]:
        """Return truth and what is known of it, both ``(documents, categories of the model)``."""
        known = self.targets.known[:, self._hierarchy.levels]
        return self.targets.indicator[:, self._columns], known[:, self._columns]

    def model_targets(self) -> Targets:
        """Return what is known in the model's categories.

        A level on which a document has a category that the model does not have is not known.
        """
        truth, _ = self.of_model()
        here = np.zeros(len(self._hierarchy.levels), dtype=bool)
        here[self._columns] = True
        known = self.targets.known[:, : int(self._hierarchy.levels[here].max()) + 1].copy()
        for level in range(known.shape[1]):
            unseen = ~here & (self._hierarchy.levels == level)
            known[:, level] &= ~self.targets.indicator[:, unseen].any(axis=1)
        return Targets(truth, known)

    def evaluate(
        self, decisions: np.ndarray, probabilities: np.ndarray | None = None
    ) -> Evaluation:
        """Judge predictions.

        Args:
            decisions: The model's decisions ``(documents, categories)``.
            probabilities: Its probabilities, of the same shape, for the metrics that rank.

        Returns:
            All scores.
        """
        return evaluate_predictions(
            self.targets.indicator,
            self._widened(decisions),
            self._hierarchy,
            known=self.targets.known,
            scores=None if probabilities is None else self._widened(probabilities),
            level_names=self._level_names,
        )

    def warn_of_unseen(self, stacklevel: int = 2) -> None:
        """Warn if there are categories that the model does not have, and name them.

        Args:
            stacklevel: Whose line the warning points at; 2 is the caller's.
        """
        if self.unseen:
            shown = ", ".join(self.unseen[:5]) + (" …" if len(self.unseen) > 5 else "")
            one = len(self.unseen) == 1
            warnings.warn(
                f"{len(self.unseen)} {'category has' if one else 'categories have'} no training "
                f"document, so that every document of {'its' if one else 'theirs'} counts as "
                f"missed: {shown}",
                stacklevel=stacklevel + 1,
            )

    def log_loss(self, probabilities: np.ndarray) -> float:
        """Return the mean of −log P(what is true) over the known entries.

        Args:
            probabilities: Of the model's categories ``(documents, categories)``.
        """
        truth, known = self.of_model()
        right = np.where(truth, probabilities, 1.0 - probabilities)[known]
        # A float32 probability may round to exactly zero, whose logarithm would be infinite.
        return float(-np.log(np.maximum(right, 1e-7)).mean()) if right.size else 0.0

    def _widened(self, array: np.ndarray) -> np.ndarray:
        if not self.unseen:
            return array
        wide = np.zeros((len(array), len(self._hierarchy.levels)), dtype=array.dtype)
        wide[:, self._columns] = array
        return wide
