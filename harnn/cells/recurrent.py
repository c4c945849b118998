"""The layer that runs a cell over time."""

from __future__ import annotations

from typing import Any

from harnn.cells.border import check_sequences, check_states
from harnn.cells.lstm_cell import LSTMCell
from harnn.cells.sequences import close_gaps, reopen_gaps, reverse_sequences, sequence_mask
from harnn.quiet_keras import keras, ops

__all__ = ["Recurrent"]


@keras.saving.register_keras_serializable(package="harnn")
class Recurrent(keras.layers.Layer):
    """Runs a cell over sequences of their own lengths, in one direction.

    Padding costs nothing: going forwards, steps after the end cannot change the steps before it;
    going backwards, every sequence is reversed within its own length, so that its padding stays
    at the end. The loop therefore needs no mask (a mask is a ``where`` a step and state) unless
    the states at each sequence's end are asked for, and what it writes beyond a sequence's end is
    set to zero once. A mask with gaps is closed first: the loop runs over the real steps.

    The loop is Keras' own. For the plain ``LSTMCell`` it is that of ``keras.layers.LSTM``, which
    hands the sequence to cuDNN on a GPU.

    Args:
        cell: A layer with Keras' cell protocol, such as ``LSTMCell``, whose first state is its
            output.
        go_backwards: Read from each sequence's last step to its first. The outputs come back in
            the order of the inputs: output ``t`` has seen the inputs ``t`` to the end.
        return_sequences: Return the outputs of all steps, else the one of the last step read.
        return_state: Return the states after the last step read, too.
        unroll: Write the steps out instead of looping; needs a fixed number of them. Faster to
            run for short sequences, and slower to start.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import LSTMCell
        >>> layer = Recurrent(LSTMCell(4))
        >>> tuple(layer(np.ones((2, 5, 3)), lengths=np.array([5, 2])).shape)
        (2, 5, 4)
    """

    def __init__(
        self,
        cell: Any,
        go_backwards: bool = False,
        return_sequences: bool = True,
        return_state: bool = False,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_cell(cell)
        self.cell = cell
        self.go_backwards = go_backwards
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.unroll = unroll
        self.supports_masking = True
        loop = _PlainLSTM if _is_plain_lstm(cell) else keras.layers.RNN
        self._loop = loop(
            cell,
            return_sequences=True,
            return_state=True,
            unroll=unroll,
            trainable=self.trainable,
            name="loop",
            dtype=self.dtype_policy,
        )

    def build(self, sequences_shape: tuple[int | None, ...], **_: Any) -> None:
        """Build the cell for inputs of shape ``(batch, time, features)``."""
        if len(sequences_shape) != 3:
            raise ValueError(
                f"{self.name}: expected sequences of shape (batch, time, features), "
                f"not {tuple(sequences_shape)}"
            )
        self._loop.build(sequences_shape)

    def call(
        self,
        sequences: Any,
        lengths: Any = None,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        """Return what the cell says of each sequence.

        Args:
            sequences: ``(batch, time, features)``, padded on the right.
            lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
            initial_state: The cell's states before the first step; zeros if not given.
            mask: ``(batch, time)``, true for the real steps, wherever they are; a step that is
                not real leaves the states as they are. Together with ``lengths``, a step is
                real where both say so.
            training: Whether dropout applies.

        Returns:
            Outputs ``(batch, time, units)``, zero at steps that are not real; without
            ``return_sequences`` the last ``(batch, units)``, which is the initial state where a
            sequence has no real step. With ``return_state`` a list: this, then the states.
        """
        check_sequences(self.name, sequences, lengths, mask)
        if initial_state is not None:
            initial_state = _as_list(initial_state)
            sizes = _as_list(self.cell.state_size)
            check_states(self.name, initial_state, sizes, sequences.shape[0])
        order = None
        if mask is not None:
            sequences, lengths, order = close_gaps(sequences, mask, lengths)
        if self.go_backwards:
            sequences = reverse_sequences(sequences, lengths)
        real = None if lengths is None else sequence_mask(lengths, ops.shape(sequences)[1])
        if real is not None:
            # Else what overflows beyond an end would be NaN there, and NaN times zero is NaN.
            sequences = ops.where(ops.expand_dims(real, -1), sequences, 0)
        # The state at each sequence's own end takes a mask in the loop; the outputs do not.
        ends_matter = self.return_state or not self.return_sequences
        outputs, *states = self._loop(
            sequences,
            initial_state=initial_state,
            mask=real if ends_matter else None,
            training=training,
        )
        outputs = (
            self._in_order(outputs, lengths, real, order) if self.return_sequences else states[0]
        )
        return [outputs, *states] if self.return_state else outputs

    def compute_output_shape(self, sequences_shape: tuple[int | None, ...], **_: Any) -> Any:
        """Return ``(batch, time, units)`` or ``(batch, units)``, and those of the states."""
        batch, time = sequences_shape[:2]
        units = self.cell.output_size
        output = (batch, time, units) if self.return_sequences else (batch, units)
        if not self.return_state:
            return output
        return [output, *((batch, size) for size in _as_list(self.cell.state_size))]

    def compute_mask(self, sequences: Any, previous_mask: Any = None) -> Any:
        """Pass the mask of the inputs on, where there is one value a step."""
        output = previous_mask if self.return_sequences else None
        if not self.return_state:
            return output
        return [output, *(None for _ in _as_list(self.cell.state_size))]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "cell": keras.saving.serialize_keras_object(self.cell),
            "go_backwards": self.go_backwards,
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "unroll": self.unroll,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Recurrent:
        """Rebuild the layer from ``get_config()``."""
        config = dict(config)
        config["cell"] = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**config)

    def _in_order(self, outputs: Any, lengths: Any, real: Any, order: Any) -> Any:
        """Return the loop's outputs at the steps that they belong to, zero at the others."""
        if self.go_backwards:
            outputs = reverse_sequences(outputs, lengths)
        if real is not None:
            outputs = ops.multiply(outputs, ops.expand_dims(ops.cast(real, outputs.dtype), -1))
        return outputs if order is None else reopen_gaps(outputs, order)


class _PlainLSTM(keras.layers.LSTM):
    """Keras' LSTM loop over a cell of ours: cuDNN on a GPU, Keras' usual loop elsewhere."""

    def __init__(self, cell: LSTMCell, **kwargs: Any) -> None:
        # Past LSTM's own, which would make a cell.
        keras.layers.RNN.__init__(self, cell, **kwargs)
        self.use_cudnn = "auto"


def _is_plain_lstm(cell: Any) -> bool:
    """Tell whether Keras' LSTM equations are the cell's."""
    return type(cell) is LSTMCell and not (
        cell.layer_norm or cell.recurrent_dropout or cell.dropout_per_gate
    )


def check_cell(cell: Any) -> None:
    """Refuse what is not one cell."""
    if isinstance(cell, keras.layers.StackedRNNCells):
        raise ValueError("cell must be one cell, not a stack; stack layers such as Recurrent(cell)")
    missing = [name for name in ("call", "state_size", "output_size") if not hasattr(cell, name)]
    if missing:
        raise ValueError(
            f"cell must follow Keras' cell protocol, such as LSTMCell(64); "
            f"{type(cell).__name__} has no {' and no '.join(missing)}"
        )


def _as_list(states: Any) -> list[Any]:
    return list(states) if isinstance(states, list | tuple) else [states]
