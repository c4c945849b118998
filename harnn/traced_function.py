"""TensorFlow functions that are traced once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

__all__ = ["traced_function"]


def traced_function(function: Callable[..., Any], signature: Any) -> Callable[..., Any]:
    """Compile a function for TensorFlow. It is traced at its first call and never again.

    Every model needs a ``tf.function`` of its own. TensorFlow counts the tracings by the line of
    source that defines the function, and warns of retracing after a few models. The function that
    is returned calls the traced graph itself, which costs less per call and is not counted.

    Args:
        function: Takes and returns tensors.
        signature: The ``tf.TensorSpec`` of each argument, or a nest of them. Dimensions of
            ``None`` are left open.

    Returns:
        The compiled function. It takes arrays and tensors.

    Example:
        >>> import numpy as np
        >>> import tensorflow as tf
        >>> double = traced_function(lambda x: 2 * x, [tf.TensorSpec((None,), tf.float32)])
        >>> [double(np.ones(size, "float32")).shape[0] for size in (2, 5)]
        [2, 5]
    """
    import tensorflow as tf

    compiled = tf.function(function, input_signature=signature)

    @cache
    def graph() -> Callable[..., Any]:
        return compiled.get_concrete_function()

    return lambda *arguments: graph()(*arguments)
