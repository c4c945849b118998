"""The layer that runs a cell over time."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

__all__ = ["Recurrent", "reverse_sequences", "sequence_mask"]


@keras.saving.register_keras_serializable(package="harnn")
class Recurrent(keras.layers.Layer):
    """Runs a cell over right-padded sequences, in one direction.

    Padding costs nothing: going forwards, steps after the end cannot change the steps before it;
    going backwards, every sequence is reversed within its own length, so that its padding stays
    at the end. The loop therefore needs no mask (a mask is a ``where`` a step and state), and
    what it writes beyond a sequence's end is set to zero once.

    Args:
        cell: A layer with Keras' cell protocol, such as ``LSTMCell``.
        go_backwards: Read from each sequence's last step to its first. The outputs come back in
            the order of the inputs: output ``t`` has seen the inputs ``t`` to the end.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import LSTMCell
        >>> layer = Recurrent(LSTMCell(4))
        >>> tuple(layer(np.ones((2, 5, 3)), lengths=np.array([5, 2])).shape)
        (2, 5, 4)
    """

    def __init__(self, cell: Any, go_backwards: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.go_backwards = go_backwards
        self._loop = keras.layers.RNN(
            cell, return_sequences=True, name="loop", dtype=self.dtype_policy
        )

    def build(self, sequences_shape: tuple[int | None, ...], **_: Any) -> None:
        """Build the cell for inputs of shape ``(batch, time, features)``."""
        if len(sequences_shape) != 3:
            raise ValueError(
                f"{self.name}: expected sequences of shape (batch, time, features), "
                f"not {tuple(sequences_shape)}"
            )
        self._loop.build(sequences_shape)

    def call(self, sequences: Any, lengths: Any = None, initial_state: Any = None) -> Any:
        """Return the outputs of all steps.

        Args:
            sequences: ``(batch, time, features)``, padded on the right.
            lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
            initial_state: The cell's states before the first step; zeros if not given.

        Returns:
            Outputs ``(batch, time, units)``, zero beyond each sequence's end.
        """
        if self.go_backwards:
            sequences = reverse_sequences(sequences, lengths)
        outputs = self._loop(sequences, initial_state=initial_state)
        if self.go_backwards:
            outputs = reverse_sequences(outputs, lengths)
        if lengths is None:
            return outputs
        mask = sequence_mask(lengths, ops.shape(sequences)[1])
        return ops.multiply(outputs, ops.expand_dims(ops.cast(mask, outputs.dtype), -1))

    def compute_output_shape(
        self, sequences_shape: tuple[int | None, ...], **_: Any
    ) -> tuple[int | None, ...]:
        """Return ``(batch, time, units)``."""
        return (*sequences_shape[:2], self.cell.output_size)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "cell": keras.saving.serialize_keras_object(self.cell),
            "go_backwards": self.go_backwards,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Recurrent:
        """Rebuild the layer from ``get_config()``."""
        config = dict(config)
        config["cell"] = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**config)


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
    if keras.config.backend() == "tensorflow":
        # One kernel there and one for its gradient; a gather's gradient is a scatter, and slower.
        import tensorflow as tf

        return tf.reverse_sequence(sequences, lengths, seq_axis=1, batch_axis=0)
    steps = ops.expand_dims(ops.arange(ops.shape(sequences)[1], dtype="int32"), 0)
    ends = ops.expand_dims(ops.cast(lengths, "int32"), 1)
    source = ops.where(ops.less(steps, ends), ops.subtract(ends, steps + 1), steps)
    return ops.take_along_axis(sequences, ops.expand_dims(source, -1), axis=1)
