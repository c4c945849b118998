"""What is checked before a loop runs: shapes always, values where they are there to be read."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.quiet_keras import keras

__all__ = ["check_sequences", "check_states"]


def check_sequences(name: str, sequences: Any, lengths: Any = None, mask: Any = None) -> None:
    """Refuse sequences that no loop could run over, and say what would be right.

    Shapes are checked everywhere; values only in eager calls, as a traced graph has none yet.

    Args:
        name: Of the layer, for the message.
        sequences: ``(batch, time, features)``, finite at the real steps.
        lengths: ``(batch,)`` integers in ``0 … time``, if there are any.
        mask: ``(batch, time)``, true for the real steps, if there is one.

    Raises:
        ValueError: If a shape or a value is not as above.

    Example:
        >>> check_sequences("encoder", np.zeros((2, 5, 3)), np.array([5, 6]))
        Traceback (most recent call last):
        ...
        ValueError: encoder: sequence 1 has the length 6; lengths lie between 0 and the 5 steps
    """
    shape = tuple(sequences.shape)
    if len(shape) != 3:
        raise ValueError(
            f"{name}: expected sequences of shape (batch, time, features), not {shape}"
        )
    if shape[1] == 0:
        raise ValueError(f"{name}: the sequences {shape} have no step; pad them to one at least")
    if lengths is not None:
        _check_shape(name, "lengths", lengths, shape[:1], "(batch,): the real steps of each")
        dtype = keras.backend.standardize_dtype(lengths.dtype)
        if not dtype.startswith(("int", "uint")):
            raise ValueError(f"{name}: lengths must be integers, not {dtype}")
    if mask is not None:
        if len(getattr(mask, "shape", ())) == 3:
            raise ValueError(
                f"{name}: the mask has a value a feature, shape {tuple(mask.shape)}. A mask says "
                f"which steps there are and has the shape (batch, time); features that are "
                f"missing within a step are an input of their own, beside the features"
            )
        _check_shape(name, "mask", mask, shape[:2], "(batch, time)")
    _check_values(name, _values(sequences), _values(lengths), _values(mask))


def check_states(name: str, states: list[Any], sizes: list[int], batch: int | None = None) -> None:
    """Refuse initial states that are not the cell's.

    Args:
        name: Of the layer, for the message.
        states: As given.
        sizes: The cell's ``state_size``, once a direction.
        batch: Number of sequences, where it is known.

    Raises:
        ValueError: If there are more or fewer, or one is not ``(batch, size)``.

    Example:
        >>> check_states("lstm", [np.zeros((2, 4))], [4, 4])
        Traceback (most recent call last):
        ...
        ValueError: lstm: initial states of shapes [(2, 4)]; what is needed is 2, of widths [4, 4]
    """
    shapes = [tuple(state.shape) for state in states]
    fits = len(states) == len(sizes) and all(
        len(shape) == 2
        and shape[1] in (size, None)
        and (batch is None or shape[0] in (batch, None))
        for shape, size in zip(shapes, sizes, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{name}: initial states of shapes {shapes}; what is needed is {len(sizes)}, of "
            f"widths {sizes}{'' if batch is None else f', for {batch} sequences'}"
        )


def _check_shape(
    name: str, what: str, given: Any, wanted: tuple[int | None, ...], words: str
) -> None:
    if not hasattr(given, "shape"):
        raise ValueError(
            f"{name}: {what} must be an array of shape {words}, not a {type(given).__name__}"
        )
    shape = tuple(given.shape)
    fits = len(shape) == len(wanted) and all(
        a is None or b is None or a == b for a, b in zip(shape, wanted, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{name}: {what} of shape {shape} beside sequences whose first axes are {wanted}; "
            f"the shape to give is {words}"
        )


def _check_values(name: str, sequences: Any, lengths: Any, mask: Any) -> None:
    if sequences is None:
        return
    time = sequences.shape[1]
    real = np.ones(sequences.shape[:2], dtype=bool)
    if lengths is not None:
        wrong = np.flatnonzero((lengths < 0) | (lengths > time))
        if len(wrong):
            raise ValueError(
                f"{name}: sequence {wrong[0]} has the length {lengths[wrong[0]]}; "
                f"lengths lie between 0 and the {time} steps"
            )
        real &= np.arange(time) < lengths[:, None]
    if mask is not None:
        real &= mask.astype(bool)
    strange = np.argwhere(~np.isfinite(sequences) & real[:, :, None])
    if len(strange):
        row, step, feature = (int(place) for place in strange[0])
        raise ValueError(
            f"{name}: sequence {row}, step {step}, feature {feature} is "
            f"{sequences[row, step, feature]} ({len(strange)} such values); fill what is "
            f"missing before, and pass what was missing as features of its own"
        )


def _values(tensor: Any) -> np.ndarray | None:
    """Return the values of a tensor, or none where it is but the promise of one."""
    if tensor is None or isinstance(tensor, np.ndarray):
        return tensor
    if isinstance(tensor, keras.KerasTensor):
        return None
    backend = keras.config.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return None if tf.is_symbolic_tensor(tensor) else np.asarray(tensor)
    if backend == "jax":
        import jax

        return None if isinstance(tensor, jax.core.Tracer) else np.asarray(tensor)
    return keras.ops.convert_to_numpy(tensor)
