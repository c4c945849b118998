"""Windows cut into segments: a recurrent step reads several steps of the series at once."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["JoinedSensors", "Segments"]


@keras.saving.register_keras_serializable(package="harnn")
class Segments(keras.layers.Layer):
    """Turns the readings of a window into what a recurrent network reads of it.

    Fills are given relative to each sensor's last fill in the window: where a series has drifted
    to since training does not matter then. ``segment`` steps become one. With ``shared`` every
    sensor is a sequence of its own, read by one network for all (as in DLinear and PatchTST).

    Args:
        features: Number of sensors; the readings are their fills, what is observed, their gaps,
            and the channels of the periods.
        segment: Steps of a segment; those at the start that fill none are left out.
        shared: Whether each sensor is a sequence of its own.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> window = np.ones((2, 10, 3 * 4), "float32")  # four sensors
        >>> tuple(Segments(4, segment=3)(window).shape)
        (2, 3, 36)
        >>> tuple(Segments(4, segment=3, shared=True)(window).shape)
        (8, 3, 9)
    """

    def __init__(
        self, features: int, segment: int = 1, shared: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.features = features
        self.segment = segment
        self.shared = shared

    def build(self, readings_shape: tuple[Any, ...]) -> None:
        """Take note of the window's length: a compiled step may not tell."""
        self._time, self._channels = readings_shape[1:]

    def call(self, readings: Any) -> Any:
        """Return the segments.

        Args:
            readings: ``(batch, time, channels)``.

        Returns:
            ``(batch, time // segment, segment * channels)``; with ``shared`` ``(batch * features,
            time // segment, segment * channels of a sensor)``.
        """
        features = self.features
        fill = readings[..., :features]
        relative = ops.subtract(fill, fill[:, -1:])
        steps = ops.concatenate([relative, readings[..., features:]], axis=-1)
        if self.shared:
            steps = self._a_sensor_each(steps)
        _, count, width = self.compute_output_shape((None, self._time, self._channels))
        return ops.reshape(steps[:, self._time - count * self.segment :], (-1, count, width))

    def compute_output_shape(self, readings_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the shape of the segments."""
        batch, time, channels = readings_shape
        if self.shared:
            batch = None if batch is None else batch * self.features
            channels = 3 + channels - 3 * self.features
        return (batch, time // self.segment, self.segment * channels)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "features": self.features,
            "segment": self.segment,
            "shared": self.shared,
        }

    def _a_sensor_each(self, steps: Any) -> Any:
        """Return ``(batch * features, time, channels of a sensor)``."""
        features = self.features
        own = ops.reshape(steps[..., : 3 * features], (-1, self._time, 3, features))
        own = ops.transpose(own, (0, 3, 1, 2))
        common = ops.repeat(ops.expand_dims(steps[..., 3 * features :], 1), features, axis=1)
        both = ops.concatenate([own, common], axis=-1)
        return ops.reshape(both, (-1, self._time, 3 + self._channels - 3 * features))


@keras.saving.register_keras_serializable(package="harnn")
class JoinedSensors(keras.layers.Layer):
    """Puts what was said of each sensor by itself side by side again.

    Args:
        features: Number of sensors.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> tuple(JoinedSensors(4)(np.ones((8, 5), "float32")).shape)
        (2, 5, 4)
    """

    def __init__(self, features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.features = features

    def call(self, said: Any) -> Any:
        """Return ``(batch, steps, features)`` for ``(batch * features, steps)``."""
        apart = ops.reshape(said, (-1, self.features, said.shape[-1]))
        return ops.transpose(apart, (0, 2, 1))

    def compute_output_shape(self, said_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return ``(batch, steps, features)``."""
        rows, steps = said_shape
        return (None if rows is None else rows // self.features, steps, self.features)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "features": self.features}
