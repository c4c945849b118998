"""What may be asked of each document, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

__all__ = ["Answer", "Asked", "Criteria"]


@dataclass(frozen=True)
class Asked:
    """What is asked of each document beside its paths.

    Attributes:
        top_k: How many of the likeliest paths.
        stop: ``"leaf"`` for whole paths, ``"confident"`` for what is sure enough of them.
        precision: With ``"confident"``, the share of what is given to be right.
        coverage: How probably the prediction set has the truth in it; no set if None.
    """

    top_k: int = 0
    stop: str = "leaf"
    precision: float = 0.95
    coverage: float | None = None


class Criteria(NamedTuple):
    """What the validation documents say of it.

    Attributes:
        confidence: How sure the model must be of each level ``(levels,)``; None for whole paths.
        membership: How probable a path must be to stand in the prediction set; None for no set.
    """

    confidence: np.ndarray | None = None
    membership: float | None = None


class Answer(NamedTuple):
    """What is answered of a document.

    Attributes:
        paths: The predicted paths with their probabilities.
        likeliest: The likeliest paths with theirs, the likeliest first.
        given_levels: How many levels of the paths are given.
        prediction_set: The paths that may be true, ``""`` for no category; None if not asked for.
    """

    paths: list[tuple[str, float]]
    likeliest: list[tuple[str, float]]
    given_levels: int
    prediction_set: list[str] | None
