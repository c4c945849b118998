"""Right-padded sequences: where they end, how they are reversed, how gaps are closed."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["close_gaps", "reopen_gaps", "reverse_sequences", "sequence_mask"]


def sequence_mask(lengths: Any, time: Any) -> Any:
    """Return the boolean mask ``(batch, time)`` of the real steps.

    Args:
        lengths: ``(batch,)`` integers.
        time: Number of steps, padding included.

    Example:
        >>> import numpy as np
        >>> np.asarray(sequence_mask(np.array([2, 0]), 3)).tolist()
        [[True, True, False], [False, False, False]]
    """
    return ops.less(ops.expand_dims(ops.arange(time), 0), ops.expand_dims(lengths, 1))


def reverse_sequences(sequences: Any, lengths: Any = None) -> Any:
    """Reverse every sequence within its own length; padding stays where it is.

    Args:
        sequences: ``(batch, time, features)``, padded on the right.
        lengths: ``(batch,)`` integers; the whole time axis if not given.

    Returns:
        The reversed sequences, of the same shape.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[1], [2], [3], [0]]])
        >>> np.asarray(reverse_sequences(x, np.array([3])))[0, :, 0].tolist()
        [3, 2, 1, 0]
    """
    if lengths is None:
        return ops.flip(sequences, axis=1)
    time = ops.shape(sequences)[1]
    steps = ops.expand_dims(ops.arange(time, dtype="int32"), 0)
    ends = ops.expand_dims(ops.clip(ops.cast(lengths, "int32"), 0, time), 1)
    source = ops.where(ops.less(steps, ends), ops.subtract(ends, steps + 1), steps)
    return _permuted(sequences, source, source)


def close_gaps(sequences: Any, mask: Any, lengths: Any = None) -> tuple[Any, Any, Any]:
    """Move the real steps of each sequence to its front, in their order.

    A masked step leaves a recurrent state as it is, so that a loop over the real steps alone says
    the same as one that skips the others. It needs a length and no mask.

    Args:
        sequences: ``(batch, time, features)``.
        mask: ``(batch, time)``, true for the real steps, wherever they are.
        lengths: ``(batch,)`` integers; a step beyond them is not real, whatever the mask says.

    Returns:
        The sequences, padded on the right; their lengths ``(batch,)``; and ``order``
        ``(batch, time)``, the step that each place was taken from, for ``reopen_gaps``.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[1], [2], [3], [4]]])
        >>> closed, lengths, order = close_gaps(x, np.array([[False, True, False, True]]))
        >>> np.asarray(closed)[0, :, 0].tolist(), np.asarray(lengths).tolist()
        ([2, 4, 1, 3], [2])
    """
    time = ops.shape(sequences)[1]
    real = ops.cast(mask, "int32")
    if lengths is not None:
        real = ops.multiply(real, ops.cast(sequence_mask(lengths, time), "int32"))
    # Sorted by place, the masked ones a whole sequence later.
    places = ops.add(ops.expand_dims(ops.arange(time, dtype="int32"), 0), (1 - real) * time)
    order = ops.cast(ops.argsort(places, axis=1), "int32")
    closed = _permuted(sequences, order, ops.argsort(order, axis=1))
    return closed, ops.sum(real, axis=1), order


def reopen_gaps(sequences: Any, order: Any) -> Any:
    """Put the steps back where ``close_gaps`` took them from.

    Args:
        sequences: ``(batch, time, units)``.
        order: As returned by ``close_gaps``.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[1], [2], [3]]])
        >>> closed, _, order = close_gaps(x, np.array([[False, True, True]]))
        >>> np.asarray(reopen_gaps(closed, order))[0, :, 0].tolist()
        [1, 2, 3]
    """
    return _permuted(sequences, ops.argsort(order, axis=1), order)


def _permuted(sequences: Any, order: Any, inverse: Any) -> Any:
    """Return the steps of each sequence in another order, ``(batch, time)`` both."""
    if keras.config.backend() != "tensorflow":
        return ops.take_along_axis(sequences, ops.expand_dims(order, -1), axis=1)
    import tensorflow as tf

    # TensorFlow takes the gradient of a gather for a sum into places, which is slow; that of a
    # permutation is the inverse permutation. (tf.reverse_sequence, too, takes several times as
    # long as a gather.) The gradient is a plain gather: a second custom gradient inside it would
    # not be saved with a model, and TensorFlow warns of that whenever such a model is loaded.
    @tf.custom_gradient
    def permuted(sequences: Any) -> tuple[Any, Any]:
        return (
            tf.gather(sequences, order, batch_dims=1),
            lambda upstream: tf.gather(upstream, inverse, batch_dims=1),
        )

    return permuted(sequences)
