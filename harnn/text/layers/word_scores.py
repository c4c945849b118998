"""What each word of a document says for each category."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import ops

__all__ = ["word_scores"]


def word_scores(words: Any, kernel: Any) -> Any:
    """Return K Vᵀ: the product of each word with each row of the weights.

    The weights stand on the right: so it is one product for all documents, and one that can be
    exported in eight bits.

    Args:
        words: V ``(batch, time, features)``.
        kernel: K ``(categories, features)``.

    Returns:
        ``(batch, categories, time)``.

    Example:
        >>> import numpy as np
        >>> tuple(word_scores(np.ones((2, 3, 6)), np.ones((5, 6))).shape)
        (2, 5, 3)
    """
    scores = ops.matmul(words, ops.transpose(kernel))
    if scores.shape[-1] == 1:  # tf2onnx 1.17 makes a transposition of this one a wrong reshape
        return ops.expand_dims(ops.squeeze(scores, -1), 1)
    return ops.transpose(scores, (0, 2, 1))
