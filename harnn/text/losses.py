"""Losses of one level that pass over the documents whose level is not known."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["LevelBinaryCrossentropy", "LevelCategoricalCrossentropy"]


@keras.saving.register_keras_serializable(package="harnn")
class LevelCategoricalCrossentropy(keras.losses.Loss):
    """Cross-entropy of a softmax level: −log of the probability of what may be true.

    A target of 1 is the document's category and those of 0 are not. Where the category is not
    known, those of −1 may be it, and the loss is −log Σ P(c) over them: the marginal likelihood of
    a partial label (Jin & Ghahramani, NeurIPS 2002). A level of which nothing is known adds
    nothing, but the document counts in the batch's size, so that every known label weighs the same
    in every batch.

    Example:
        >>> import numpy as np
        >>> loss = LevelCategoricalCrossentropy()
        >>> targets = np.array([[1, 0, 0, 0], [-1, -1, 0, 0], [-1, -1, -1, -1]])
        >>> round(float(loss(targets, np.zeros((3, 4), "float32"))), 4)  # (ln(4) + ln(2)) / 3
        0.6931
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss a document.

        Args:
            y_true: ``(batch, categories)`` of 0, and 1 for what is or −1 for what may be.
            y_pred: Logits ``(batch, categories)``.

        Raises:
            ValueError: If the targets are numbers of categories.
        """
        # None: not known before the step runs.
        if y_true.shape[-1] not in (None, y_pred.shape[-1]):
            raise ValueError(
                f"targets of shape {tuple(y_true.shape)} for logits of shape "
                f"{tuple(y_pred.shape)}: one column a category is needed, 1, 0 or -1"
            )
        possible = ops.not_equal(y_true, 0)
        # Far below every logit, and still finite where a whole row is masked.
        among = ops.where(possible, y_pred, ops.full_like(y_pred, -1e38))
        losses = ops.subtract(ops.logsumexp(y_pred, axis=-1), ops.logsumexp(among, axis=-1))
        # The two sums may differ in the last digit where they are over the same logits.
        return ops.where(ops.all(possible, axis=-1), ops.zeros_like(losses), losses)


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
