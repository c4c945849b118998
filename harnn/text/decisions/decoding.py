"""From the levels' probabilities to consistent probabilities and categories. Pure NumPy."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from harnn.text.taxonomy import Taxonomy

__all__ = ["BestPathDecoder", "Decoder", "ThresholdDecoder", "path_ends"]

# Of a logarithm's argument: float32 probabilities underflow to zero.
_TINY = 1e-12


class Decoder(Protocol):
    """What turns the network's output into probabilities and decisions."""

    taxonomy: Taxonomy
    level_sizes: tuple[int, ...]  # how many outputs the network has on each level

    def probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return ``(documents, categories)``, a child never more probable than a parent."""

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the categories chosen, ``(documents, categories)`` booleans, closed upwards."""

    def decide_each_level(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return the categories that each level chooses for itself ``(documents, categories)``."""

    def ends(self, probabilities: np.ndarray) -> np.ndarray:
        """Return how probably a path ends at each terminal ``(documents, terminals)``."""


class BestPathDecoder:
    """One path a document: the best one of all the paths that the taxonomy has.

    The score of a path is the product of its categories' probabilities, one a level. Where paths
    may end above the last level, the levels below have one more output, "the path has ended", and
    that is the path's category there. Normalised over all paths, the scores are probabilities of
    paths; a category's probability is the sum over the paths through it, so that a parent's is the
    sum of its children's and its own end's.

    Args:
        taxonomy: A tree.
        may_be_empty: Whether a document may have no category at all.

    Attributes:
        outputs: The output of each level that each path takes ``(paths, levels)``.
        through: The categories of each path ``(paths, categories)``, booleans.

    Example:
        >>> decoder = BestPathDecoder(Taxonomy.from_paths(["a/b", "a/c", "d/e"]))
        >>> levels = [np.array([[0.6, 0.4]]), np.array([[0.3, 0.2, 0.5]])]
        >>> probabilities = decoder.probabilities(levels)  # 0.18, 0.12 and 0.2, of 0.5
        >>> [round(float(probability), 2) for probability in probabilities[0]]
        [0.6, 0.4, 0.36, 0.24, 0.4]
        >>> decoder.decide(probabilities).astype(int).tolist()
        [[0, 1, 0, 0, 1]]
    """

    def __init__(self, taxonomy: Taxonomy, may_be_empty: bool = False) -> None:
        self.taxonomy = taxonomy
        paths = taxonomy.terminal_paths
        if may_be_empty:
            paths = np.vstack([paths, np.full((1, taxonomy.n_levels), -1)])
        self.level_sizes = tuple(
            size + int((paths[:, level] < 0).any())
            for level, size in enumerate(taxonomy.level_sizes)
        )
        # The output of each level that each path takes; the last one is "the path has ended".
        starts = np.array([part.start for part in taxonomy.level_slices])
        self.outputs = np.where(paths < 0, np.array(taxonomy.level_sizes), paths - starts)
        self.through = np.zeros((len(paths), len(taxonomy)), dtype=bool)
        for level in range(taxonomy.n_levels):
            rows = np.flatnonzero(paths[:, level] >= 0)
            self.through[rows, paths[rows, level]] = True
        # By category the paths through it, one after another, and where each category's begin.
        categories, self._paths = np.nonzero(self.through.T)
        self._starts = np.flatnonzero(np.diff(categories, prepend=-1))

    def path_probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return the probability of every path ``(documents, paths)``.

        Args:
            levels: The network's probabilities, ``(documents, outputs of the level)`` each.
        """
        scores = np.zeros((len(levels[0]), len(self.outputs)), dtype=np.float32)
        for level, probabilities in enumerate(levels):
            scores += np.log(np.maximum(probabilities, _TINY))[:, self.outputs[:, level]]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return the probability of every category ``(documents, categories)``.

        Args:
            levels: The network's probabilities, ``(documents, outputs of the level)`` each.
        """
        # Not a product of matrices: the threads that NumPy starts for one go on spinning after it,
        # in the way of those of the network.
        exact = self.path_probabilities(levels).astype(np.float64)
        sums = np.add.reduceat(exact[:, self._paths], self._starts, axis=1)
        # A sum of many float32 may end a hair above one, or above the parent's.
        return _monotone(np.minimum(sums, 1.0).astype(np.float32), self.taxonomy)

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the categories of the best path ``(documents, categories)``.

        Args:
            probabilities: What ``probabilities`` returned.
        """
        empty = 1.0 - probabilities[:, self.taxonomy.level_slices[0]].sum(axis=1, dtype=np.float64)
        scores = np.column_stack([self.ends(probabilities), empty])
        return self.through[scores[:, : len(self.through)].argmax(axis=1)]

    def decide_each_level(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return the likeliest category of each level, whatever the levels above say.

        Args:
            levels: The network's probabilities, ``(documents, outputs of the level)`` each.

        Returns:
            ``(documents, categories)`` booleans: none of a level where "the path has ended" is
            the likeliest. They may contradict one another.
        """
        chosen = [
            np.eye(probabilities.shape[1], dtype=bool)[probabilities.argmax(axis=1), :size]
            for probabilities, size in zip(levels, self.taxonomy.level_sizes, strict=True)
        ]
        return np.concatenate(chosen, axis=1)

    def ends(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the probability that the path ends at each terminal ``(documents, terminals)``.

        Args:
            probabilities: What ``probabilities`` returned.
        """
        return path_ends(probabilities, self.taxonomy)[:, self.taxonomy.terminals]


class ThresholdDecoder:
    """Several paths a document: every category above its threshold, with its ancestors.

    A category is at least as probable as its likeliest descendant. A document of which nothing
    passes its threshold gets the path of the category that comes closest to it, unless a document
    may have no category.

    Args:
        taxonomy: A tree or a graph.
        thresholds: ``(categories,)``; one half each if not given.
        may_be_empty: Whether a document may have no category at all.

    Example:
        >>> decoder = ThresholdDecoder(Taxonomy.from_paths(["a/b", "a/c", "d"]))
        >>> probabilities = decoder.probabilities([np.array([[0.2, 0.3]]), np.array([[0.6, 0.1]])])
        >>> probabilities.tolist()
        [[0.6, 0.3, 0.6, 0.1]]
        >>> decoder.decide(probabilities).astype(int).tolist()
        [[1, 0, 1, 0]]
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        thresholds: np.ndarray | None = None,
        may_be_empty: bool = False,
    ) -> None:
        self.taxonomy = taxonomy
        self.may_be_empty = may_be_empty
        self.thresholds = np.full(len(taxonomy), 0.5) if thresholds is None else thresholds
        self.level_sizes = taxonomy.level_sizes

    def probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return the probability of every category ``(documents, categories)``.

        Args:
            levels: The network's probabilities, ``(documents, categories of the level)`` each.
        """
        return _monotone(np.concatenate(levels, axis=1), self.taxonomy)

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the categories chosen ``(documents, categories)``.

        Args:
            probabilities: What ``probabilities`` returned.
        """
        chosen = probabilities >= self.thresholds
        if not self.may_be_empty:
            ends = self.taxonomy.terminals
            closest = ends[(probabilities / np.maximum(self.thresholds, _TINY))[:, ends].argmax(1)]
            nothing = ~chosen.any(axis=1)
            chosen[nothing, closest[nothing]] = True
        return self.taxonomy.close(chosen)

    def decide_each_level(self, levels: list[np.ndarray]) -> np.ndarray:
        """Return every category above its threshold, with or without its ancestors.

        Args:
            levels: The network's probabilities, ``(documents, categories of the level)`` each.

        Returns:
            ``(documents, categories)`` booleans.
        """
        return np.concatenate(levels, axis=1) >= self.thresholds

    def ends(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the probability of each terminal category ``(documents, terminals)``.

        Args:
            probabilities: What ``probabilities`` returned.
        """
        return probabilities[:, self.taxonomy.terminals]


def path_ends(probabilities: np.ndarray, taxonomy: Taxonomy) -> np.ndarray:
    """Return how probably the one path of a document ends at each category.

    That is the category's probability less its children's.

    Args:
        probabilities: Of the categories ``(documents, categories)``.
        taxonomy: A tree.

    Returns:
        float64 of the same shape.

    Example:
        >>> path_ends(np.array([[0.75, 0.25, 0.5]]), Taxonomy.from_paths(["a/b", "a", "c"]))
        array([[0.25, 0.25, 0.5 ]])
    """
    ends = probabilities.astype(np.float64)
    parents, children, starts = taxonomy.families
    ends[:, parents] -= np.add.reduceat(ends[:, children], starts, axis=1)
    return ends


def _monotone(probabilities: np.ndarray, taxonomy: Taxonomy) -> np.ndarray:
    """Raise every category to at least its likeliest child, from the bottom up."""
    raised = probabilities.copy()
    for parents, children, starts in reversed(taxonomy.families_by_level):
        # Many times faster than ``maximum.at``, which takes the children one by one.
        likeliest = np.maximum.reduceat(raised[:, children], starts, axis=1)
        raised[:, parents] = np.maximum(raised[:, parents], likeliest)
    return raised
