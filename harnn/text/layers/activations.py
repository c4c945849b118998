"""From logits to probabilities."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import ops

__all__ = ["probabilities_of", "softmax"]


def softmax(scores: Any) -> Any:
    """Return the softmax over the last axis, without Keras' warning where it has one entry."""
    return ops.ones_like(scores) if scores.shape[-1] == 1 else ops.softmax(scores, axis=-1)


def probabilities_of(logits: Any, activation: str) -> Any:
    """Return the probabilities of a level whose activation is ``"softmax"`` or ``"sigmoid"``."""
    return softmax(logits) if activation == "softmax" else ops.sigmoid(logits)
