"""Losses over the values that count: squared errors, and the likelihood with a learnt precision.

Targets hold the true values and, beside them, what each weighs: ``(batch, …, 2 * features)``.
A weight of zero leaves a value out, whatever it is.
"""

from __future__ import annotations

import math
from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["GaussianLikelihood", "MaskedSquaredError"]


@keras.saving.register_keras_serializable(package="harnn")
class MaskedSquaredError(keras.losses.Loss):
    """Mean squared error, ``Σ w (x - x̂)² / Σ w`` over the batch.

    Example:
        >>> import numpy as np
        >>> true, weights = np.array([[1.0, 5.0]]), np.array([[1.0, 0.0]])
        >>> loss = MaskedSquaredError()
        >>> float(loss(np.concatenate([true, weights], axis=-1), np.array([[3.0, 0.0]])))
        4.0
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of the batch.

        Args:
            y_true: True values, then weights ``(batch, …, 2 * features)``.
            y_pred: ``(batch, …, features)``.
        """
        true, weights = _values_and_weights(y_true, y_pred.dtype)
        squares = ops.multiply(weights, ops.square(ops.subtract(true, y_pred)))
        return ops.divide(ops.sum(squares), ops.maximum(ops.sum(weights), 1e-6))


@keras.saving.register_keras_serializable(package="harnn")
class GaussianLikelihood(keras.losses.Loss):
    """Negative log-likelihood of normal values with the precision λ, a value.

    With ``SSE = Σ_j w_j (x_j - x̂_j)²`` and ``d = Σ_j w_j`` over the sensors of a step, for one λ
    a step::

        NLL = ½ λ SSE - ½ d log λ + ½ d log 2π

    and likewise a sensor at a time where each has its own; over the batch, divided by ``Σ w``.

    Args:
        features: Number of sensors.
        **kwargs: Of ``keras.losses.Loss``.

    Example:
        >>> import numpy as np
        >>> true, weights = np.zeros((1, 1, 2)), np.ones((1, 1, 2))
        >>> predicted = np.array([[[0.0, 0.0, 1.0]]])  # two means, one precision
        >>> loss = GaussianLikelihood(features=2)
        >>> round(float(loss(np.concatenate([true, weights], axis=-1), predicted)), 4)
        0.9189
    """

    def __init__(self, features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.features = features

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of the batch.

        Args:
            y_true: True values, then weights ``(batch, …, 2 * features)``.
            y_pred: Means, then precisions, ``(batch, …, features + 1)`` or ``(batch, …, 2 *
                features)``.
        """
        true, weights = _values_and_weights(y_true, y_pred.dtype)
        mean, precision = y_pred[..., : self.features], y_pred[..., self.features :]
        squares = ops.multiply(precision, ops.square(ops.subtract(true, mean)))
        surprise = ops.subtract(ops.add(squares, math.log(2 * math.pi)), ops.log(precision))
        total = ops.sum(ops.multiply(weights, surprise))
        return ops.divide(0.5 * total, ops.maximum(ops.sum(weights), 1e-6))

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the loss."""
        return {**super().get_config(), "features": self.features}


def _values_and_weights(y_true: Any, dtype: Any) -> tuple[Any, Any]:
    """Split targets; a value of weight zero becomes zero, as NaN times zero is NaN."""
    true, weights = ops.split(ops.cast(y_true, dtype), 2, axis=-1)
    return ops.where(ops.greater(weights, 0), true, ops.zeros_like(true)), weights
