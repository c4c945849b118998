"""AdamW that leaves alone the rows of an embedding that a batch did not read."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["LazyAdamW"]


@keras.saving.register_keras_serializable(package="harnn")
class LazyAdamW(keras.optimizers.AdamW):
    """AdamW (Loshchilov & Hutter, ICLR 2019) whose embeddings move row by row.

    Adam moves every row of an embedding at every step, whether the batch read it or not: the
    moments of the others decay, and drive them on. With tens of thousands of words of which a
    batch reads a thousand, that is most of a step's time (`benchmarks/training.py`). Here a
    row and its moments change only in the steps that read it. All other weights, and the bias
    correction, are AdamW's.

    A variable called ``embeddings`` is an embedding. On TensorFlow its gradient holds the rows
    that were read, and nothing else is touched; other backends compute the gradient of all rows
    and change those that are not zero, which is the same but not faster.

    Args:
        learning_rate: A number or a schedule.
        **kwargs: Of ``keras.optimizers.AdamW``.

    Example:
        >>> import numpy as np
        >>> words = keras.layers.Embedding(3, 2)
        >>> model = keras.Sequential([words, keras.layers.Flatten(), keras.layers.Dense(1)])
        >>> model.compile(LazyAdamW(0.1, weight_decay=0.0), "mse")
        >>> _ = model.predict_on_batch(np.array([[0]]))
        >>> before = words.get_weights()[0]
        >>> _ = model.train_on_batch(np.array([[0]]), np.ones((1, 1)))
        >>> (before == words.get_weights()[0]).all(axis=1).tolist()
        [False, True, True]
    """

    def _clip_gradients(self, grads: list[Any]) -> list[Any]:
        # A word that stands in a batch several times has several slices: only their sum is its
        # gradient, whose norm and square Adam needs.
        grads = [_summed(gradient) for gradient in grads]
        if not self.global_clipnorm or not any(map(_is_slices, grads)):
            return super()._clip_gradients(grads)
        import tensorflow as tf

        # Keras' own turns slices into a gradient of the whole table.
        return tf.clip_by_global_norm(grads, self.global_clipnorm)[0]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one variable.

        Args:
            gradient: Of the variable.
            variable: A weight of the model.
            learning_rate: Of this step.
        """
        sparse = _is_slices(gradient)
        if not sparse and variable.name.rpartition("/")[2].partition(":")[0] != "embeddings":
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index], self._velocities[index]
        dtype = variable.dtype
        step = ops.cast(self.iterations + 1, dtype)
        rate = ops.cast(learning_rate, dtype)
        rate = (
            rate
            * ops.sqrt(1.0 - ops.power(self.beta_2, step))
            / (1.0 - ops.power(self.beta_1, step))
        )
        if sparse:
            self._move_slices(gradient, variable, momentum, velocity, rate)
            return
        read = ops.any(ops.not_equal(gradient, 0.0), axis=-1, keepdims=True)
        first, second = self._moments(gradient, momentum, velocity)
        self.assign(momentum, ops.where(read, first, momentum))
        self.assign(velocity, ops.where(read, second, velocity))
        moved = rate * first / (ops.sqrt(second) + self.epsilon)
        self.assign_sub(variable, ops.where(read, moved, ops.zeros_like(moved)))

    def _move_slices(
        self, gradient: Any, variable: Any, momentum: Any, velocity: Any, rate: Any
    ) -> None:
        import tensorflow as tf

        rows = gradient.indices
        # Not ops.take(): it would copy the whole table first.
        first, second = self._moments(
            tf.cast(gradient.values, variable.dtype),
            tf.gather(momentum.value, rows),
            tf.gather(velocity.value, rows),
        )
        self.assign(momentum, tf.IndexedSlices(first, rows))
        self.assign(velocity, tf.IndexedSlices(second, rows))
        moved = rate * first / (tf.sqrt(second) + self.epsilon)
        self.assign_sub(variable, tf.IndexedSlices(moved, rows))

    def _moments(self, gradient: Any, first: Any, second: Any) -> tuple[Any, Any]:
        return (
            first + (gradient - first) * (1.0 - self.beta_1),
            second + (ops.square(gradient) - second) * (1.0 - self.beta_2),
        )


def _is_slices(gradient: Any) -> bool:
    if keras.config.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return isinstance(gradient, tf.IndexedSlices)


def _summed(gradient: Any) -> Any:
    """Return a gradient whose slices are one a row."""
    if not _is_slices(gradient):
        return gradient
    import tensorflow as tf

    rows, place = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, place, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)
