"""The sequential network (Jordan, 1986)."""

from __future__ import annotations

from typing import Any

from harnn.cells.elman_cell import check_activation
from harnn.cells.recurrent_cell import RecurrentCell, check_units
from harnn.quiet_keras import keras, ops

__all__ = ["JordanCell"]

ACTIVATIONS = {"tanh": ops.tanh, "sigmoid": ops.sigmoid, "relu": ops.relu}
OUTPUT_ACTIVATIONS = {**ACTIVATIONS, "linear": lambda linear: linear}


@keras.saving.register_keras_serializable(package="harnn")
class JordanCell(RecurrentCell):
    """One step of a network that remembers its previous output.

    ::

        c_t = y_{t-1}
        h_t = φ(x_t W + c_t U + b)
        y_t = ψ(h_t V + b_y)

    Its state is ``y``: what the output layer does not say is forgotten.

    Args:
        units: Size of the hidden layer.
        outputs: Size of the output and of the context; ``units`` if not given.
        activation: φ: ``"tanh"``, ``"sigmoid"`` or ``"relu"``.
        output_activation: ψ: one of them or ``"linear"``.
        output_initializer: Initialiser of ``V``, shape ``(units, outputs)``.
        **kwargs: Of ``RecurrentCell``: ``dropout``, ``recurrent_dropout``, ``layer_norm`` (of the
            hidden layer), initialisers, ``seed``; and of ``keras.layers.Layer``.

    Raises:
        ValueError: If a size is not a positive integer, a rate is not in ``[0, 1)``, or an
            activation is not one of those above.

    Example:
        >>> import numpy as np
        >>> cell = JordanCell(4, outputs=2)
        >>> y, (y,) = cell(np.ones((2, 3)), cell.get_initial_state(2))
        >>> tuple(y.shape)
        (2, 2)
    """

    gates = ("h",)

    def __init__(
        self,
        units: int,
        outputs: int | None = None,
        activation: str = "tanh",
        output_activation: str = "tanh",
        output_initializer: Any = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        if outputs is not None:
            check_units("outputs", outputs)
        check_activation("activation", activation, ACTIVATIONS)
        check_activation("output_activation", output_activation, OUTPUT_ACTIVATIONS)
        super().__init__(units, **kwargs)
        self.outputs = self.units if outputs is None else int(outputs)
        self.activation = activation
        self.output_activation = output_activation
        self.output_initializer = keras.initializers.get(output_initializer)
        self.state_size = [self.outputs]
        self.output_size = self.outputs

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights for inputs of ``input_shape[-1]`` features."""
        super().build(input_shape)
        self.output_kernel = self.add_weight(
            name="output_kernel",
            shape=(self.units, self.outputs),
            initializer=self.output_initializer,
        )
        self.output_bias = self.add_weight(
            name="output_bias", shape=(self.outputs,), initializer="zeros"
        )

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Advance one step (Keras' cell protocol).

        Args:
            inputs: ``(batch, features)``.
            states: ``[y]``, ``(batch, outputs)``.
            training: Whether dropout applies.

        Returns:
            The output ``y`` and the new states ``[y]``.
        """
        hidden = ACTIVATIONS[self.activation](self._gate_inputs(inputs, states[0], training))
        output = OUTPUT_ACTIVATIONS[self.output_activation](
            ops.add(ops.matmul(hidden, self.output_kernel), self.output_bias)
        )
        return output, [output]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the cell."""
        return {
            **super().get_config(),
            "outputs": self.outputs,
            "activation": self.activation,
            "output_activation": self.output_activation,
            "output_initializer": keras.initializers.serialize(self.output_initializer),
        }
