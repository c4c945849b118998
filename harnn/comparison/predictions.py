"""What a model says of the documents of one part, in the categories of the judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["Predictions"]


@dataclass(frozen=True)
class Predictions:
    """A model's decisions and probabilities.

    Attributes:
        decisions: Its consistent decisions, ``(documents, categories)`` booleans.
        each_level: Its decisions of each level for itself, likewise; None for a model that
            cannot say.
        probabilities: ``(documents, categories)`` float32; None for a model without them.
    """

    decisions: np.ndarray
    each_level: np.ndarray | None = None
    probabilities: np.ndarray | None = None

    def to_arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """Return the arrays by name, booleans as bits, for a ``.npz`` file."""
        arrays = {f"{prefix}.decisions": np.packbits(self.decisions, axis=1)}
        if self.each_level is not None:
            arrays[f"{prefix}.each_level"] = np.packbits(self.each_level, axis=1)
        if self.probabilities is not None:
            arrays[f"{prefix}.probabilities"] = self.probabilities.astype(np.float32)
        return arrays

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, np.ndarray], prefix: str, categories: int
    ) -> Predictions:
        """Return what ``to_arrays`` wrote.

        Args:
            arrays: The arrays by name.
            prefix: As it was given to ``to_arrays``.
            categories: Their number.

        Returns:
            Equal predictions.

        Raises:
            KeyError: If there are none under this prefix.

        Example:
            >>> predictions = Predictions(np.array([[True, False, True]]))
            >>> arrays = predictions.to_arrays("test")
            >>> Predictions.from_arrays(arrays, "test", categories=3).decisions.tolist()
            [[True, False, True]]
        """

        def unpacked(name: str) -> np.ndarray:
            bits = arrays[f"{prefix}.{name}"]
            return np.unpackbits(bits, axis=1, count=categories).astype(bool)

        return cls(
            unpacked("decisions"),
            unpacked("each_level") if f"{prefix}.each_level" in arrays else None,
            arrays.get(f"{prefix}.probabilities"),
        )
