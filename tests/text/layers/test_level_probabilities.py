from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.text.layers import LevelProbabilities

LOCAL = np.array([[0.9, 0.1]], dtype="float32")
LOGITS = np.array([[0.0, np.log(3.0)]], dtype="float32")


def test_agrees_with_the_equations(case: Any) -> None:
    for level in case.levels():
        case.assert_agrees(
            f"probabilities_{level}",
            lambda document, at=level - 1: document.levels[at].probabilities,
        )


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("softmax", [[0.8 * 0.9 + 0.2 * 0.25, 0.8 * 0.1 + 0.2 * 0.75]]),
        ("sigmoid", [[0.8 * 0.9 + 0.2 * 0.5, 0.8 * 0.1 + 0.2 * 0.75]]),
    ],
)
def test_mixes_as_worked_by_hand(activation: str, expected: Any) -> None:
    mixed = LevelProbabilities(activation, alpha=0.2)(LOCAL, LOGITS)
    np.testing.assert_allclose(mixed, expected, atol=1e-6)


def test_alpha_zero_is_the_local_prediction_and_one_the_global() -> None:
    np.testing.assert_allclose(LevelProbabilities("softmax", 0.0)(LOCAL, LOGITS), LOCAL, atol=1e-7)
    np.testing.assert_allclose(
        LevelProbabilities("softmax", 1.0)(LOCAL, LOGITS), [[0.25, 0.75]], atol=1e-6
    )


def test_survives_its_configuration() -> None:
    layer = LevelProbabilities("softmax", alpha=0.25, name="level_1")
    copy = LevelProbabilities.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert (copy.activation, copy.alpha) == ("softmax", 0.25)
