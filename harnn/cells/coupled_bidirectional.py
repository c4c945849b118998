"""Coupled bidirectional networks (Schuster & Paliwal, 1997; Graves & Schmidhuber, 2005)."""

from __future__ import annotations

from typing import Any

from harnn.cells.border import check_states
from harnn.cells.recurrent import Recurrent, check_cell
from harnn.quiet_keras import keras, ops

__all__ = ["CoupledBidirectional"]


@keras.saving.register_keras_serializable(package="harnn")
class CoupledBidirectional(keras.layers.Layer):
    """Runs two cells over the same input, one a direction, and fuses their outputs.

    Both directions read each sequence within its own length: padding never matters. With an
    ``ElmanCell`` this is the BiRNN, with an ``LSTMCell`` the BiLSTM, with a ``GRUCell`` the BiGRU.

    Args:
        cell: The forward cell. The backward cell is a second one with the same configuration
            and weights of its own.
        fusion: A layer that makes one sequence of two, such as ``GatedFusion()`` or
            ``RecurrentFusion(GRUCell(64))``; concatenation if not given.
        return_state: Return the states after the last step read, too: those of the forward cell,
            then those of the backward cell.
        unroll: As of ``Recurrent``.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import LSTMCell
        >>> layer = CoupledBidirectional(LSTMCell(4))
        >>> tuple(layer(np.ones((2, 5, 3)), lengths=np.array([5, 2])).shape)
        (2, 5, 8)
    """

    def __init__(
        self,
        cell: Any,
        fusion: Any = None,
        return_state: bool = False,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_cell(cell)
        if fusion is not None and not isinstance(fusion, keras.layers.Layer):
            raise ValueError(f"fusion must be a layer such as GatedFusion(), not {fusion!r}")
        self.cell = cell
        self.fusion = fusion
        self.return_state = return_state
        self.unroll = unroll
        self.supports_masking = True
        self.forward, self.backward = (
            Recurrent(
                of_direction,
                go_backwards=go_backwards,
                return_state=return_state,
                unroll=unroll,
                trainable=self.trainable,
                dtype=self.dtype_policy,
                name="backward" if go_backwards else "forward",
            )
            for of_direction, go_backwards in ((cell, False), (backward_cell(cell), True))
        )

    def build(self, sequences_shape: tuple[int | None, ...], **_: Any) -> None:
        """Build both directions for inputs of shape ``(batch, time, features)``."""
        self.forward.build(sequences_shape)
        self.backward.build(sequences_shape)
        if self.fusion is not None and not self.fusion.built:
            directions = (*sequences_shape[:2], self.cell.output_size)
            self.fusion.build(directions, directions)

    def call(
        self,
        sequences: Any,
        lengths: Any = None,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        """Return the outputs of both directions, fused.

        Args:
            sequences: ``(batch, time, features)``, padded on the right.
            lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
            initial_state: The forward cell's states, then the backward cell's; zeros if not given.
            mask: ``(batch, time)``, true for the real steps, wherever they are.
            training: Whether dropout applies.

        Returns:
            ``(batch, time, 2 * units)``: forward, then backward; or what ``fusion`` makes of
            them. Zero at steps that are not real. With ``return_state`` a list: this, then the
            states.
        """
        given: tuple[Any, Any] = (None, None)
        if initial_state is not None:
            sizes = self.cell.state_size
            sizes = [sizes] if isinstance(sizes, int) else list(sizes)
            check_states(self.name, initial_state, 2 * sizes, sequences.shape[0])
            half = len(initial_state) // 2
            given = (initial_state[:half], initial_state[half:])
        outputs, states = [], []
        for direction, before in zip((self.forward, self.backward), given, strict=True):
            result = direction(
                sequences, lengths=lengths, initial_state=before, mask=mask, training=training
            )
            if self.return_state:
                result, *after = result
                states += after
            outputs.append(result)
        if self.fusion is None:
            fused = ops.concatenate(outputs, axis=-1)
        else:
            fused = self.fusion(*outputs, lengths=lengths, mask=mask, training=training)
        return [fused, *states] if self.return_state else fused

    def compute_output_shape(self, sequences_shape: tuple[int | None, ...], **_: Any) -> Any:
        """Return ``(batch, time, 2 * units)`` or the fusion's, and those of the states."""
        directions = (*sequences_shape[:2], self.cell.output_size)
        if self.fusion is None:
            output = (*directions[:2], 2 * self.cell.output_size)
        else:
            output = self.fusion.compute_output_shape(directions, directions)
        if not self.return_state:
            return output
        states = self.forward.compute_output_shape(sequences_shape)[1:]
        return [output, *states, *states]

    def compute_mask(self, sequences: Any, previous_mask: Any = None) -> Any:
        """Pass the mask of the inputs on; states have none."""
        if not self.return_state:
            return previous_mask
        return [previous_mask, *self.forward.compute_mask(sequences)[1:] * 2]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        fusion = self.fusion
        return {
            **super().get_config(),
            "cell": keras.saving.serialize_keras_object(self.cell),
            "fusion": None if fusion is None else keras.saving.serialize_keras_object(fusion),
            "return_state": self.return_state,
            "unroll": self.unroll,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CoupledBidirectional:
        """Rebuild the layer from ``get_config()``."""
        config = dict(config)
        for part in ("cell", "fusion"):
            config[part] = keras.saving.deserialize_keras_object(config[part])
        return cls(**config)


def backward_cell(cell: Any) -> Any:
    """Return a cell with the configuration of another, and weights and seeds of its own."""
    config = {**cell.get_config(), "name": f"{cell.name}_backward"}
    return type(cell).from_config(_reseeded(config))


def _reseeded(config: Any) -> Any:
    """Return a configuration whose seeds are others, each following from the one it replaces.

    With the same seeds, both directions would start with the same weights.
    """
    if isinstance(config, dict):
        return {
            key: value + 1 if key == "seed" and isinstance(value, int) else _reseeded(value)
            for key, value in config.items()
        }
    return config
