"""A model's inference, compiled once for batches of any size and length where the backend can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from harnn.quiet_keras import keras
from harnn.traced_function import traced_function

__all__ = ["compiled_forward"]


def compiled_forward(model: Any) -> Callable[[Any], Any]:
    """Return the function that runs a model without dropout.

    On TensorFlow ``keras.Model.predict`` starts a data set at every call, and compiles anew for
    new shapes; here the model is one graph for all. Other backends take ``predict_on_batch``.

    Args:
        model: A functional ``keras.Model``.

    Returns:
        A function from inputs to outputs, in the nests of the model's own.

    Example:
        >>> import numpy as np
        >>> inputs = keras.Input((None, 2))
        >>> model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
        >>> forward = compiled_forward(model)
        >>> [tuple(forward(np.ones((batch, time, 2))).shape) for batch, time in ((4, 5), (1, 9))]
        [(4, 5, 3), (1, 9, 3)]
    """
    if keras.config.backend() != "tensorflow":
        return cast("Callable[[Any], Any]", model.predict_on_batch)
    import tensorflow as tf

    signature = tf.nest.map_structure(
        lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), model.input
    )

    def forward(inputs: Any) -> Any:
        return model(inputs, training=False)

    return traced_function(forward, [signature])
