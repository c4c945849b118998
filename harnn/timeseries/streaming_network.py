"""A network that reads the past alone, a few steps at a time: its states come in and go out."""

from __future__ import annotations

from typing import Any

from harnn.cells import DecoupledBidirectional, Recurrent
from harnn.errors import ConfigError
from harnn.quiet_keras import keras

__all__ = ["streaming_network"]


def streaming_network(model: Any) -> Any:
    """Return the forward part of a network, weights shared, with its states outside.

    Args:
        model: What ``build_reconstruction_network`` made, of direction ``"forward"`` or
            ``"decoupled"``, of which it is the student.

    Returns:
        A ``keras.Model`` from ``[readings, *states]`` to ``[reconstruction, *states]``: readings
        ``(batch, time, channels)`` of any number of steps, states ``(batch, units)`` each.

    Raises:
        ConfigError: If the network reads both directions.

    Example:
        >>> import numpy as np
        >>> from harnn.timeseries.reconstruction_network import build_reconstruction_network
        >>> from harnn.timeseries.options import RecurrentOptions
        >>> options = RecurrentOptions(direction="forward", units=4)
        >>> model = build_reconstruction_network(options, features=2, channels=6, seed=0)
        >>> stream = streaming_network(model)
        >>> readings, state = np.ones((1, 1, 6), "float32"), np.zeros((1, 4), "float32")
        >>> predicted, state = stream([readings, state])
        >>> tuple(predicted.shape)
        (1, 1, 2)
    """
    twins = [layer for layer in model.layers if isinstance(layer, DecoupledBidirectional)]
    forward = [layer.student for layer in twins] or [
        layer for layer in model.layers if isinstance(layer, Recurrent)
    ]
    if not forward:
        raise ConfigError(
            "a coupled network reads what is still to come; a causal run and a stream need the "
            "direction 'forward' or 'decoupled'"
        )
    head = model.get_layer("student" if twins else "reconstruction")
    readings = keras.Input(model.input.shape[1:], name="readings")
    steps, states_in, states_out = readings, [], []
    for number, layer in enumerate(forward, start=1):
        sizes = layer.cell.state_size
        states = [
            keras.Input((size,), name=f"state_{number}_{part}")
            for part, size in enumerate([sizes] if isinstance(sizes, int) else sizes, start=1)
        ]
        steps, *after = Recurrent(layer.cell, return_state=True, name=f"stream_{number}")(
            steps, initial_state=states
        )
        states_in += states
        states_out += after
    return keras.Model([readings, *states_in], [head(steps, readings), *states_out], name="stream")
