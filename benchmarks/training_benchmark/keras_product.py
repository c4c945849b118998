"""A large matrix product in Keras, with which training steps are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from harnn.quiet_keras import ops
from training_benchmark.turns import PRODUCT_SIZE

__all__ = ["keras_product"]


def keras_product() -> Callable[[], Any]:
    """Return a function that multiplies two float32 matrices of ``PRODUCT_SIZE`` rows."""
    shape = (PRODUCT_SIZE, PRODUCT_SIZE)
    matrix = ops.convert_to_tensor(np.random.default_rng(0).random(shape, dtype=np.float32))
    # One number is read, so that backends that work in the background have finished.
    return lambda: float(ops.matmul(matrix, matrix)[0, 0])
