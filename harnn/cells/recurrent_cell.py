"""What every recurrent cell shares: its linear maps, variational dropout, layer normalisation."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from harnn.quiet_keras import keras, ops

__all__ = ["RecurrentCell"]

EPSILON = 1e-5


# Keras' loops look for DropoutRNNCell to draw a cell's masks before the first step.
class RecurrentCell(keras.src.layers.rnn.dropout_rnn_cell.DropoutRNNCell, keras.layers.Layer):
    """The base of the cells: ``x_t W``, ``h_{t-1} U`` and ``b``, with gates side by side.

    A cell names its ``gates`` and writes its equations in ``call``.

    Variational dropout (Gal & Ghahramani, 2016) draws one mask a sequence, for all of its steps:
    on the inputs with the rate ``dropout``, on the recurrent connection with
    ``recurrent_dropout``. The masks are the same in every loop that runs the cell, as they are
    drawn before its first step.

    Layer normalisation (Ba et al., 2016, equation 4) normalises each gate's linear map
    ``a = x_t W + h_{t-1} U`` over the gate's units, before its bias:
    ``γ ⊙ (a - mean(a)) / std(a) + b``.

    Args:
        units: Size of the hidden state.
        dropout: Share of the inputs dropped, in ``[0, 1)``.
        recurrent_dropout: Share of the recurrent connections dropped, in ``[0, 1)``.
        dropout_per_gate: Draw a mask for each gate; else all gates share one, which leaves the
            product of all gates one product and is faster.
        layer_norm: Normalise each gate's linear map.
        kernel_initializer: Initialiser of ``W``, shape ``(features, gates * units)``.
        recurrent_initializer: Initialiser of ``U``, shape ``(hidden, gates * units)``.
        seed: Of the masks.
        **kwargs: Of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``units`` is not a positive integer, or a rate is not in ``[0, 1)``.
    """

    gates: tuple[str, ...]

    def __init__(
        self,
        units: int,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        dropout_per_gate: bool = False,
        layer_norm: bool = False,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        check_units("units", units)
        check_rate("dropout", dropout)
        check_rate("recurrent_dropout", recurrent_dropout)
        super().__init__(**kwargs)
        self.units = int(units)
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.dropout_per_gate = dropout_per_gate
        self.layer_norm = layer_norm
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.seed = seed
        if dropout or recurrent_dropout:
            self.seed_generator = keras.random.SeedGenerator(seed)
        self.dropout_mask_count = len(self.gates) if dropout_per_gate else None
        self.state_size = [self.units]
        self.output_size = self.units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights for inputs of ``input_shape[-1]`` features."""
        features = input_shape[-1]
        if features is None:
            raise ValueError(
                f"{self.name}: the number of features must be known, not None; give inputs of "
                f"shape (batch, time, features) with a fixed last axis"
            )
        if keras.config.backend() == "jax" and self.compute_dtype == "float64":
            raise ValueError(
                f"{self.name}: float64 needs the TensorFlow backend; on JAX, Keras computes tanh "
                f"in float32"
            )
        width = len(self.gates) * self.units
        self.kernel = self.add_weight(
            name="kernel", shape=(features, width), initializer=self.kernel_initializer
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.state_size[0], width),
            initializer=self.recurrent_initializer,
        )
        self.bias = self.add_weight(
            name="bias", shape=self._bias_shape(), initializer=self._initial_bias
        )
        if self.layer_norm:
            self.gamma = self.add_weight(name="gamma", shape=(width,), initializer="ones")

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Return the states before the first step: zeros, each ``(batch, size)``."""
        return [ops.zeros((batch_size, size), dtype=self.compute_dtype) for size in self.state_size]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the cell."""
        return {
            **super().get_config(),
            "units": self.units,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "dropout_per_gate": self.dropout_per_gate,
            "layer_norm": self.layer_norm,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": keras.initializers.serialize(self.recurrent_initializer),
            "seed": self.seed,
        }

    # What the cells' equations are made of -----------------------------------------------------

    def _mapped_input(self, inputs: Any, training: bool) -> Any:
        """Return ``x_t W``, ``(batch, gates * units)``."""
        masks = self.get_dropout_mask(inputs) if training and self.dropout else None
        return masked_product(inputs, masks, self.kernel)

    def _recurrent_masks(self, hidden: Any, training: bool) -> Any:
        """Return the masks of ``h_{t-1}``: one, a list of one a gate, or none."""
        if training and self.recurrent_dropout:
            return self.get_recurrent_dropout_mask(hidden)
        return None

    def _gate_inputs(self, inputs: Any, hidden: Any, training: bool) -> Any:
        """Return ``[norm](x_t W + h_{t-1} U) + b``, ``(batch, gates * units)``."""
        masks = self._recurrent_masks(hidden, training)
        # The bias last: added to the first product it would become one operation with it, which
        # is slower on TensorFlow than both are.
        linear = ops.add(
            self._mapped_input(inputs, training),
            masked_product(hidden, masks, self.recurrent_kernel),
        )
        return ops.add(self._normalized(linear, slice(None)), self.bias)

    def _normalized(self, linear: Any, part: slice) -> Any:
        """Normalise the linear maps of some gates, each by itself, where the cell does so.

        Args:
            linear: ``(batch, k * units)``.
            part: Which of the cell's ``gates * units`` columns these are.
        """
        if not self.layer_norm:
            return linear
        gates = ops.shape(linear)[-1] // self.units
        # Half precision has too few digits for a variance.
        wide = ops.cast(linear, keras.backend.result_type(linear.dtype, "float32"))
        wide = ops.reshape(wide, (-1, gates, self.units))
        centred = ops.subtract(wide, ops.mean(wide, axis=-1, keepdims=True))
        variance = ops.mean(ops.square(centred), axis=-1, keepdims=True)
        normal = ops.multiply(centred, ops.rsqrt(ops.add(variance, EPSILON)))
        normal = ops.reshape(normal, (-1, gates * self.units))
        return ops.multiply(ops.cast(normal, linear.dtype), self.gamma[part])

    def _bias_shape(self) -> tuple[int, ...]:
        return (len(self.gates) * self.units,)

    def _initial_bias(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        return ops.zeros(shape, dtype=dtype)


def check_units(name: str, value: Any) -> None:
    """Refuse a size that is not a positive integer."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name} must be a positive integer, not {value!r}")


def check_rate(name: str, value: Any) -> None:
    """Refuse a dropout rate outside ``[0, 1)``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise ValueError(f"{name} must be a share in [0, 1), not {value!r}")


def masked_product(values: Any, masks: Any, kernel: Any) -> Any:
    """Return ``(values ⊙ mask) kernel``; with a list of masks, each for its share of columns."""
    if masks is None:
        return ops.matmul(values, kernel)
    if not isinstance(masks, list):
        return ops.matmul(ops.multiply(values, masks), kernel)
    if len(masks) == 1:  # TensorFlow cannot split into one part.
        return ops.matmul(ops.multiply(values, masks[0]), kernel)
    return ops.concatenate(
        [
            ops.matmul(ops.multiply(values, mask), columns)
            for mask, columns in zip(masks, ops.split(kernel, len(masks), axis=-1), strict=True)
        ],
        axis=-1,
    )
