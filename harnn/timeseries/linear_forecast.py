"""A linear forecast: the last value, and a weighted sum of how far earlier ones lay from it."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["LinearForecast"]


@keras.saving.register_keras_serializable(package="harnn")
class LinearForecast(keras.layers.Layer):
    """Forecasts each sensor as its last fill plus a linear map of its window.

    ``x̂_{L+k} = x_L + Σ_t (x_t - x_L) W_{t,k} + b_k``, the same ``W`` for all sensors: NLinear of
    Zeng et al. (*Are Transformers Effective for Time Series Forecasting?*, AAAI 2023). ``W``
    starts at zero, and so the forecast as the last value.

    Args:
        features: Number of sensors; the fills are the first so many channels of the readings.
        horizon: Steps to forecast.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> window = np.arange(24, dtype="float32").reshape(1, 4, 6)  # two sensors
        >>> np.asarray(LinearForecast(2, horizon=1)(window)).tolist()
        [[[18.0, 19.0]]]
    """

    def __init__(self, features: int, horizon: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.features = features
        self.horizon = horizon
        self._map = keras.layers.Dense(horizon, kernel_initializer="zeros", name="map")

    def build(self, readings_shape: tuple[Any, ...]) -> None:
        """Create the map for windows of a fixed length."""
        self._map.build((None, self.features, readings_shape[1]))

    def call(self, readings: Any) -> Any:
        """Return ``(batch, horizon, features)`` for ``(batch, time, channels)``."""
        fill = readings[..., : self.features]
        last = fill[:, -1:]
        ahead = self._map(ops.transpose(ops.subtract(fill, last), (0, 2, 1)))
        return ops.add(last, ops.transpose(ahead, (0, 2, 1)))

    def compute_output_shape(self, readings_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return ``(batch, horizon, features)``."""
        return (readings_shape[0], self.horizon, self.features)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "features": self.features, "horizon": self.horizon}
