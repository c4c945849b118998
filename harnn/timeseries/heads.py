"""What stands on the recurrent states: a correction of the fill, and how sure it is."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.training.seeds import spread_seed

__all__ = ["CorrectedFill"]


@keras.saving.register_keras_serializable(package="harnn")
class CorrectedFill(keras.layers.Layer):
    """Adds to a simple fill what the states say is wrong with it, and tells its precision.

    ``x̂_t = fill_t + h_t W + b``; with a precision besides, ``λ_t = softplus(h_t V + c)``. ``W``
    starts near zero: an untrained network gives the fill.

    Args:
        features: Number of sensors; the fill is the first so many channels of the readings.
        precisions: Precisions a step: none, one, or one a sensor.
        dropout: On the states.
        seed: Of the weights and the masks.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = CorrectedFill(features=2, precisions=1, seed=0)
        >>> tuple(layer(np.ones((4, 10, 8)), np.ones((4, 10, 6))).shape)
        (4, 10, 3)
    """

    def __init__(
        self,
        features: int,
        precisions: int = 0,
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.features = features
        self.precisions = precisions
        self.dropout = dropout
        self.seed = seed
        mask_seed, kernel_seed, precision_seed = spread_seed(seed, 3)
        self._dropout = keras.layers.Dropout(dropout, seed=mask_seed, name="dropout")
        self._correction = keras.layers.Dense(
            features,
            kernel_initializer=keras.initializers.RandomNormal(0.0, 0.01, seed=kernel_seed),
            name="correction",
        )
        self._precision = (
            keras.layers.Dense(
                precisions,
                activation="softplus",
                kernel_initializer=keras.initializers.RandomNormal(0.0, 0.01, seed=precision_seed),
                # A precision of 1, that of scaled values, to begin with.
                bias_initializer=keras.initializers.Constant(0.5413),
                name="precision",
            )
            if precisions
            else None
        )

    def build(self, states_shape: tuple[Any, ...], readings_shape: tuple[Any, ...]) -> None:
        """Create the weights."""
        for layer in (self._correction, self._precision):
            if layer is not None:
                layer.build(states_shape)

    def call(self, states: Any, readings: Any, training: bool = False) -> Any:
        """Return means and, if there are any, precisions.

        Args:
            states: ``(batch, time, units)``.
            readings: ``(batch, time, channels)``, the fill of each sensor first.
            training: Whether dropout applies.

        Returns:
            ``(batch, time, features + precisions)``.
        """
        states = self._dropout(states, training=training)
        mean = ops.add(readings[..., : self.features], self._correction(states))
        if self._precision is None:
            return mean
        # Bounded below, so that its logarithm is finite.
        precision = ops.add(self._precision(states), 1e-4)
        return ops.concatenate([mean, precision], axis=-1)

    def compute_output_shape(
        self, states_shape: tuple[Any, ...], readings_shape: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        """Return ``(batch, time, features + precisions)``."""
        return (*states_shape[:-1], self.features + self.precisions)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "features": self.features,
            "precisions": self.precisions,
            "dropout": self.dropout,
            "seed": self.seed,
        }
