"""Self-training: what is not known of a document is learnt from the network's own answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from harnn.text.batches import TrainingBatches
from harnn.text.targets import path_targets

__all__ = ["SelfTrainingBatches", "sharpened"]


@dataclass(frozen=True)
class SelfTrainingBatches:
    """Training batches whose gaps the network fills itself, anew before each epoch.

    Documents all of whose levels are known stay as they are. For the others, from epoch ``first``
    on, the network as it stands says how probable each path is; what the known levels rule out is
    struck off, the rest is sharpened, and these shares take the place of "not known".

    Attributes:
        batches: The documents, with targets of a float type: 1 and 0, −1 where not known.
        levels: The targets of the levels, one column a category ``(documents, outputs)``.
        paths: The output of each level that each path takes ``(paths, levels)``.
        first: The first epoch in which gaps are filled, counted from 0.
        answer: The probability of every path for some documents, ``(rows,)`` of them to
            ``(rows, paths)``.
    """

    batches: TrainingBatches
    levels: list[np.ndarray]
    paths: np.ndarray
    first: int
    answer: Callable[[np.ndarray], np.ndarray]

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return len(self.batches)

    def example(self) -> tuple[Any, Any]:
        """Return the shortest document as a batch of its own."""
        return self.batches.example()

    def epoch(self, number: int) -> Iterator[tuple[Any, Any]]:
        """Give the batches of an epoch, the first being 0: word ids and targets."""
        if number < self.first:
            return self.batches.epoch(number)
        return replace(self.batches, targets=self._filled()).epoch(number)

    def _filled(self) -> dict[str, np.ndarray]:
        possible = path_targets(self.levels, self.paths) != 0
        rows = np.flatnonzero(possible.sum(axis=1) > 1)
        if not len(rows):
            return self.batches.targets
        shares = sharpened(self.answer(rows), possible[rows])
        filled = {}
        for output, targets in self.batches.targets.items():
            filled[output] = targets.copy()
            if output == "paths":
                filled[output][rows] = shares
            else:  # "local_2": of the paths that take an output of the second level, the sum
                taken = self.paths[:, int(output.rpartition("_")[2]) - 1]
                filled[output][rows] = shares @ np.eye(targets.shape[1])[taken]
        return filled


def sharpened(probabilities: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Square probabilities among what is possible, and make them shares of one again.

    Squaring favours what the network already leans to: with the bare probabilities as targets
    there would be nothing to learn from its answers (Xie, Girshick & Farhadi, ICML 2016, sharpen
    in this way).

    Args:
        probabilities: ``(documents, paths)``.
        possible: Which paths a document may have, of the same shape; at least one each.

    Returns:
        float64 of the same shape; each row adds up to one.

    Example:
        >>> sharpened(np.array([[0.2, 0.1, 0.7]]), np.array([[True, True, False]])).tolist()
        [[0.8, 0.2, 0.0]]
    """
    among = np.where(possible, np.maximum(probabilities, 1e-30), 0.0).astype(np.float64)
    squares = np.square(among / among.max(axis=1, keepdims=True))
    return squares / squares.sum(axis=1, keepdims=True)
