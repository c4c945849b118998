"""Losses of one level that pass over the documents whose level is not known."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

__all__ = ["LevelBinaryCrossentropy", "LevelCategoricalCrossentropy"]


@keras.saving.register_keras_serializable(package="harnn")
class LevelCategoricalCrossentropy(keras.losses.Loss):
    """Cross-entropy of a softmax level: −log P(category), zero where the category is −1.

    A document whose level is unknown counts in the batch's size but adds nothing, so that every
    known label weighs the same in every batch.

    Example:
        >>> import numpy as np
        >>> loss = LevelCategoricalCrossentropy()
        >>> round(float(loss(np.array([0, -1]), np.zeros((2, 2), "float32"))), 4)  # ln(2) / 2
        0.3466
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss a document.

        Args:
            y_true: Category ids ``(batch,)``, −1 where unknown.
            y_pred: Logits ``(batch, categories)``.
        """
        y_true = ops.cast(ops.reshape(y_true, (-1,)), "int32")
        known = ops.greater_equal(y_true, 0)
        losses = keras.losses.sparse_categorical_crossentropy(
            ops.where(known, y_true, 0), y_pred, from_logits=True
        )
        return ops.where(known, losses, ops.zeros_like(losses))


@keras.saving.register_keras_serializable(package="harnn")
class LevelBinaryCrossentropy(keras.losses.Loss):
    """Binary cross-entropy of a sigmoid level, summed over its categories.

    Entries of −1 are unknown and add nothing.

    Example:
        >>> import numpy as np
        >>> loss = LevelBinaryCrossentropy()
        >>> targets, logits = np.array([[1.0, 0.0, -1.0]]), np.zeros((1, 3), "float32")
        >>> round(float(loss(targets, logits)), 4)  # 2 ln(2)
        1.3863
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss a document.

        Args:
            y_true: ``(batch, categories)`` of 1, 0, or −1 where unknown.
            y_pred: Logits ``(batch, categories)``.
        """
        y_true = ops.cast(y_true, y_pred.dtype)
        # −[y log σ(x) + (1 − y) log(1 − σ(x))] = softplus(x) − x y, which never overflows.
        losses = ops.subtract(ops.softplus(y_pred), ops.multiply(y_pred, y_true))
        known = ops.greater_equal(y_true, 0)
        return ops.sum(ops.where(known, losses, ops.zeros_like(losses)), axis=-1)
