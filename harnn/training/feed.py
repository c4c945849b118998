"""Batches of any length, in the form that Keras takes on each backend without compiling anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import keras
import numpy as np

__all__ = ["feed"]


def feed(batches: Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]) -> Any:
    """Turn the batches of an epoch into what ``keras.Model.fit`` reads.

    On TensorFlow that is a ``tf.data.Dataset`` that leaves every dimension open: the training
    step is traced once, not for every new combination of batch size and length. Elsewhere it is
    the iterator itself.

    Args:
        batches: Inputs and targets; there must be one.

    Returns:
        The data set, read once.

    Example:
        >>> data = feed(iter([(np.zeros((2, 3), "int32"), {"level_1": np.zeros(2, "int32")})]))
        >>> [tuple(inputs.shape) for inputs, _ in data]
        [(2, 3)]
    """
    if keras.config.backend() != "tensorflow":
        return batches
    import tensorflow as tf

    first = next(batches)
    signature = tf.nest.map_structure(
        lambda array: tf.TensorSpec((None,) * array.ndim, array.dtype), first
    )
    return tf.data.Dataset.from_generator(
        lambda: chain([first], batches), output_signature=signature
    ).prefetch(2)
