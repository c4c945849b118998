"""What a classifier keeps of its validation documents, to say later how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harnn.errors import DataError
from harnn.text.decisions.decoding import path_ends
from harnn.text.labels.label_codec import Targets
from harnn.text.taxonomy import Taxonomy

__all__ = ["HeldOut", "answer_probabilities"]


@dataclass(frozen=True)
class HeldOut:
    """How sure and how right a classifier was on documents it has not learned from.

    Where a document has one path, it has an answer on each level that is known of it: the
    predicted category or "the path has ended", which is right if all levels down to it are. Where
    it may have several, each category predicted is an answer.

    Attributes:
        level: The 0-based level of each answer ``(answers,)``.
        confidence: The probability of each answer, likewise, float32.
        right: Whether it is right, likewise.
        true: The probability of what is true on each level, and of the whole label
            ``(documents, levels + 1)``, float64: of several true categories, that of the least
            probable one. NaN where not known, 0 where the classifier does not have the category.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "a/c", "d/e"])
        >>> probabilities = np.array([[0.8, 0.2, 0.5, 0.3, 0.2]])
        >>> predicted = np.array([[True, False, True, False, False]])
        >>> truth = Targets(np.array([[True, False, False, True, False]]), np.ones((1, 2), bool))
        >>> held_out = HeldOut.of(taxonomy, True, probabilities, predicted, truth)
        >>> held_out.confidence.round(1).astype(str).tolist(), held_out.right.tolist()
        (['0.8', '0.5'], [True, False])
        >>> held_out.true.tolist()
        [[0.8, 0.3, 0.3]]
    """

    level: np.ndarray
    confidence: np.ndarray
    right: np.ndarray
    true: np.ndarray

    @classmethod
    def of(
        cls,
        taxonomy: Taxonomy,
        one_path: bool,
        probabilities: np.ndarray,
        decisions: np.ndarray,
        targets: Targets,
        unseen: np.ndarray | None = None,
    ) -> HeldOut:
        """Compare predictions with the truth.

        Args:
            taxonomy: The categories.
            one_path: Whether a document has one path.
            probabilities: Of the categories ``(documents, categories)``.
            decisions: What is predicted, likewise, closed upwards.
            targets: What is known of the documents.
            unseen: Where a document has a category that the classifier does not have
                ``(documents, levels)``; nowhere if not given.

        Returns:
            What to keep.
        """
        known = targets.known
        if unseen is None:
            unseen = np.zeros_like(known)
        if one_path:
            differs = (decisions != targets.indicator) | unseen[:, taxonomy.levels]
            wrong = np.stack(
                [differs[:, columns].any(axis=1) for columns in taxonomy.level_slices], axis=1
            )
            rows, level = np.nonzero(known)
            confidence = answer_probabilities(taxonomy, probabilities, decisions)[rows, level]
            right = ~np.logical_or.accumulate(wrong, axis=1)[rows, level]
            true = answer_probabilities(taxonomy, probabilities, targets.indicator)
            true = np.column_stack([true, true[:, -1]])
        else:
            rows, category = np.nonzero(decisions & known[:, taxonomy.levels])
            level = taxonomy.levels[category]
            confidence = probabilities[rows, category]
            right = targets.indicator[rows, category]
            least = np.where(targets.indicator, probabilities, 1.0)
            parts = [*(least[:, columns] for columns in taxonomy.level_slices), least]
            true = np.stack([part.min(axis=1) for part in parts], axis=1).astype(np.float64)
        missed = np.logical_or.accumulate(unseen, axis=1) if one_path else unseen
        true[np.column_stack([missed, unseen.any(axis=1)])] = 0.0
        true[~np.column_stack([known, known.all(axis=1)])] = np.nan
        return cls(level.astype(np.int64), confidence.astype(np.float32), right, true)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name, for a ``.npz`` file."""
        return {
            "level": self.level,
            "confidence": self.confidence,
            "right": self.right,
            "true": self.true,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], n_levels: int) -> HeldOut:
        """Read what ``to_arrays`` returned.

        Args:
            arrays: The arrays by name.
            n_levels: How many levels the hierarchy has.

        Returns:
            Equal ones.

        Raises:
            DataError: If an array is missing, or of the wrong shape or dtype.
        """
        kinds = {"level": "i", "confidence": "f", "right": "b", "true": "f"}
        if set(arrays) != set(kinds) or any(
            arrays[name].dtype.kind != kind for name, kind in kinds.items()
        ):
            raise DataError(f"held-out arrays {dict.fromkeys(arrays)}: expected {list(kinds)}")
        answers = arrays["level"].shape
        alike = arrays["confidence"].shape == arrays["right"].shape == answers
        levels_fit = ((arrays["level"] >= 0) & (arrays["level"] < n_levels)).all()
        if not alike or len(answers) != 1 or not levels_fit:
            raise DataError("held-out answers: one level, confidence and truth each is needed")
        if arrays["true"].ndim != 2 or arrays["true"].shape[1] != n_levels + 1:
            raise DataError(f"held-out true: has shape {arrays['true'].shape}")
        return cls(**{name: np.asarray(arrays[name]) for name in kinds})


def answer_probabilities(
    taxonomy: Taxonomy, probabilities: np.ndarray, paths: np.ndarray
) -> np.ndarray:
    """Return how probable a document's one path is, down to each level.

    Args:
        taxonomy: A tree.
        probabilities: Of the categories ``(documents, categories)``.
        paths: One path a document, closed upwards, likewise; none for "no category".

    Returns:
        ``(documents, levels)`` float64: the probability of the path's category on the level;
        below its end, that it ends there.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a", "a/b"])
        >>> answer_probabilities(taxonomy, np.array([[0.75, 0.25]]), np.array([[True, False]]))
        array([[0.75, 0.5 ]])
    """
    rows = np.arange(len(paths))
    ends = path_ends(probabilities, taxonomy)
    answers = np.empty((len(paths), taxonomy.n_levels))
    above = 1.0 - probabilities[:, taxonomy.level_slices[0]].sum(axis=1, dtype=np.float64)
    for level, columns in enumerate(taxonomy.level_slices):
        there = paths[:, columns]
        reached = there.any(axis=1)
        category = columns.start + there.argmax(axis=1)
        answers[:, level] = np.where(reached, probabilities[rows, category], above)
        above = np.where(reached, ends[rows, category], above)
    return answers
