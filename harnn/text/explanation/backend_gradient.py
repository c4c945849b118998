"""Gradients and compilation, which Keras leaves to each backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from harnn.errors import ConfigError
from harnn.quiet_keras import keras
from harnn.traced_function import traced_function

__all__ = ["compiled", "gradient"]


def gradient(function: Callable[..., Any], at: Any, *others: Any) -> Any:
    """Return the gradient of the sum of a function's values with respect to its first argument.

    Args:
        function: Takes ``at`` and ``others``, tensors of the backend.
        at: Where: a tensor, or a list of them.
        *others: The other arguments, taken as constants.

    Returns:
        Of the shape of ``at``; zero where nothing depends on it.

    Raises:
        ConfigError: If the backend is neither TensorFlow nor JAX.

    Example:
        >>> from keras import ops
        >>> gradient(lambda x: x * x, ops.convert_to_tensor([1.0, 3.0])).numpy().tolist()
        [2.0, 6.0]
    """
    backend = keras.config.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(at)
            values = function(at, *others)
        zero = tf.UnconnectedGradients.ZERO
        return tape.gradient(values, at, unconnected_gradients=zero)
    if backend == "jax":
        import jax

        return jax.grad(lambda point: keras.ops.sum(function(point, *others)))(at)
    raise ConfigError(
        f"gradients are taken on the backends tensorflow and jax, not on {backend!r}: "
        "explain with the method attention alone"
    )


def compiled(function: Callable[..., Any], *arguments: tuple[str, int]) -> Callable[..., Any]:
    """Compile a function of arrays where the backend can, once for all shapes if it can.

    Args:
        function: Takes tensors.
        *arguments: The type and the number of axes of each argument.

    Returns:
        The function, which then takes arrays too.

    Example:
        >>> import numpy as np
        >>> int(compiled(lambda x: x + 1, ("int32", 0))(np.int32(2)))
        3
    """
    backend = keras.config.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        signature = [tf.TensorSpec([None] * axes, dtype) for dtype, axes in arguments]
        return traced_function(function, signature)
    if backend == "jax":
        import jax

        return cast("Callable[..., Any]", jax.jit(function))
    return function
