"""A cell as one function of its whole state, and that function's Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from harnn.quiet_keras import keras, ops

__all__ = ["jacobian_of", "state_sizes", "whole_state_step"]

Function = Callable[[Any, Any], Any]  # of the inputs and the whole state of a step


def state_sizes(cell: Any) -> list[int]:
    """Return the sizes of a cell's states, or say why it is no cell."""
    if isinstance(cell, keras.layers.Layer) and hasattr(cell, "cell"):
        raise TypeError(f"{cell.name} is a layer that runs a cell; pass the cell: its .cell")
    if not isinstance(cell, keras.layers.Layer) or not hasattr(cell, "state_size"):
        raise TypeError(
            f"cell must be a Keras layer with the cell protocol (state_size and "
            f"call(inputs, states)), not {type(cell).__name__}"
        )
    sizes = [cell.state_size] if isinstance(cell.state_size, int) else list(cell.state_size)
    if not all(isinstance(size, int) for size in sizes):
        raise TypeError(
            f"{cell.name}: state_size must be an integer or a list of them, not "
            f"{cell.state_size!r}; of stacked cells, measure one at a time"
        )
    return sizes


def whole_state_step(cell: Any, sizes: list[int]) -> Function:
    """Return ``x_t, s_{t-1} -> s_t``: ``(batch, features), (batch, S) -> (batch, S)``."""
    ends = np.cumsum(sizes).tolist()

    def step(inputs: Any, state: Any) -> Any:
        # Not ops.split: TensorFlow cannot split into one part.
        parts = [state[:, end - size : end] for end, size in zip(ends, sizes, strict=True)]
        _, after = cell(inputs, parts, training=False)
        return ops.concatenate(keras.tree.flatten(after), axis=-1)

    return step


def jacobian_of(step: Function, inputs: Any, state: Any) -> Function:
    """Return the function ``x_t, s_{t-1} -> ∂s_t/∂s_{t-1}``, ``(batch, S, S)``.

    It is compiled for tensors of the shapes and the type of ``inputs`` and ``state``.
    """
    backend = keras.config.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        @tf.function
        def jacobian(inputs: Any, state: Any) -> Any:
            # One gradient of S copies of the batch, copy i asking for row i: it is traced in
            # less time than batch_jacobian, and runs at least as fast.
            batch, size = state.shape
            inputs, state = (tf.repeat(values, size, axis=0) for values in (inputs, state))
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(state)
                after = step(inputs, state)
            asked = tf.tile(tf.eye(size, dtype=after.dtype), (batch, 1))
            rows = tape.gradient(after, state, asked, tf.UnconnectedGradients.ZERO)
            return tf.reshape(rows, (batch, size, size))

        # The concrete function: TensorFlow warns of tf.functions that are made again and again.
        return jacobian.get_concrete_function(inputs, state)
    if backend == "jax":
        import jax

        def of_one(inputs: Any, state: Any) -> Any:
            return step(inputs[None], state[None])[0]

        return jax.jit(jax.vmap(jax.jacfwd(of_one, argnums=1)))
    raise NotImplementedError(f"gradient_flow runs on TensorFlow and JAX, not on {backend}")
