"""The simple recurrent network (Elman, 1990)."""

from __future__ import annotations

from typing import Any

from harnn.cells.recurrent_cell import RecurrentCell
from harnn.quiet_keras import keras, ops

__all__ = ["ElmanCell"]

ACTIVATIONS = {"tanh": ops.tanh, "relu": ops.relu}


@keras.saving.register_keras_serializable(package="harnn")
class ElmanCell(RecurrentCell):
    """One step of a network that remembers its hidden state.

    ::

        h_t = φ(x_t W + h_{t-1} U + b)

    Args:
        units: Size of the state.
        activation: φ: ``"tanh"`` or ``"relu"``. With ReLU the state may grow without bound;
            a small or an identity ``recurrent_initializer`` (Le et al., 2015) keeps it in hand.
        **kwargs: Of ``RecurrentCell``: ``dropout``, ``recurrent_dropout``, ``layer_norm``,
            initialisers, ``seed``; and of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``units`` is not a positive integer, a rate is not in ``[0, 1)``, or
            ``activation`` is neither of the two.

    Example:
        >>> import numpy as np
        >>> cell = ElmanCell(4)
        >>> h, (h,) = cell(np.ones((2, 3)), cell.get_initial_state(2))
        >>> tuple(h.shape)
        (2, 4)
    """

    gates = ("h",)

    def __init__(self, units: int, activation: str = "tanh", **kwargs: Any) -> None:
        check_activation("activation", activation, ACTIVATIONS)
        super().__init__(units, **kwargs)
        self.activation = activation

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Advance one step (Keras' cell protocol).

        Args:
            inputs: ``(batch, features)``.
            states: ``[h]``, ``(batch, units)``.
            training: Whether dropout applies.

        Returns:
            The output ``h`` and the new states ``[h]``.
        """
        hidden = ACTIVATIONS[self.activation](self._gate_inputs(inputs, states[0], training))
        return hidden, [hidden]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the cell."""
        return {**super().get_config(), "activation": self.activation}


def check_activation(name: str, value: Any, known: Any) -> None:
    """Refuse an activation that is not among the known ones."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, not {value!r}")
