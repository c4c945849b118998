from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest


class Case(NamedTuple):
    """Random label sets, a mask of known entries, and scores with ties."""

    y_true: np.ndarray
    y_pred: np.ndarray
    known: np.ndarray
    scores: np.ndarray


@pytest.fixture(scope="session")
def make_case() -> Callable[[int], Case]:
    def make(seed: int) -> Case:
        rng = np.random.default_rng(seed)
        shape = (int(rng.integers(1, 30)), int(rng.integers(2, 8)))
        density = rng.choice([0.02, 0.2, 0.6])
        return Case(
            y_true=rng.random(shape) < density,
            y_pred=rng.random(shape) < density,
            known=rng.random(shape) < rng.choice([0.3, 0.8, 1.0]),
            scores=rng.choice([np.round(rng.random(shape), 1), rng.random(shape)]),
        )

    return make
