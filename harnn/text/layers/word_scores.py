"""What each word of a document says for each category."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import ops

__all__ = ["word_scores"]


def word_scores(words: Any, kernel: Any) -> Any:
    """Return V Kᵀ: the product of each word with each row of the weights.

    The weights stand on the right: so it is one product for all documents, and one that can be
    exported in eight bits. Time stands before the categories, as the product leaves it: moving
    millions of numbers to the other order costs as much as a small product.

    Args:
        words: V ``(batch, time, features)``.
        kernel: K ``(categories, features)``.

    Returns:
        ``(batch, time, categories)``.

    Example:
        >>> import numpy as np
        >>> tuple(word_scores(np.ones((2, 3, 6)), np.ones((5, 6))).shape)
        (2, 3, 5)
    """
    return ops.matmul(words, ops.transpose(kernel))
