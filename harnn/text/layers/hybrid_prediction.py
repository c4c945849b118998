"""Hybrid prediction (HPL): one prediction of all levels from what every level found."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.training.seeds import spread_seed

__all__ = ["HybridPrediction"]


@keras.saving.register_keras_serializable(package="harnn")
class HybridPrediction(keras.layers.Layer):
    """Predicts every level at once from the levels' features.

    A_G = ReLU(W_G [A_L^1 … A_L^H] + b), then W_M A_G + b (Huang et al., CIKM 2019, equation 8).
    The public TensorFlow 1 code adds a highway layer (Srivastava et al., 2015) between the two:
    g ⊙ ReLU(W a + b) + (1 − g) ⊙ a with g = σ(W_g a + b_g).

    Args:
        level_sizes: Number of categories of each level.
        units: Size of A_G.
        highway_layers: How many highway layers.
        dropout: Dropout on A_G before W_M.
        seed: Of the dropout masks and the initial weights.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = HybridPrediction(level_sizes=(2, 5), units=4)
        >>> [tuple(logits.shape) for logits in layer([np.ones((3, 6)), np.ones((3, 6))])]
        [(3, 2), (3, 5)]
    """

    def __init__(
        self,
        level_sizes: tuple[int, ...],
        units: int,
        highway_layers: int = 0,
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.level_sizes = tuple(level_sizes)
        self.units = units
        self.highway_layers = highway_layers
        self.rate = dropout
        self.seed = seed
        seeds = iter(spread_seed(seed, 2 * highway_layers + 3))

        def dense(size: int, name: str, activation: str | None) -> Any:
            return keras.layers.Dense(
                size,
                activation=activation,
                kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
                name=name,
                dtype=self.dtype_policy,
            )

        self.features = dense(units, "features", "relu")
        self.highways = [
            (
                dense(units, f"highway_{k + 1}", "relu"),
                dense(units, f"highway_gate_{k + 1}", "sigmoid"),
            )
            for k in range(highway_layers)
        ]
        self.logits = dense(sum(self.level_sizes), "logits", None)
        self.dropout = keras.layers.Dropout(
            dropout, seed=next(seeds), name="dropout", dtype=self.dtype_policy
        )

    def build(self, features_shapes: list[tuple[int | None, ...]]) -> None:
        """Build the dense layers."""
        batch = features_shapes[0][0]
        self.features.build((batch, sum(shape[-1] or 0 for shape in features_shapes)))
        for transform, gate in self.highways:
            transform.build((batch, self.units))
            gate.build((batch, self.units))
        self.logits.build((batch, self.units))

    def call(self, features: list[Any], training: bool = False) -> list[Any]:
        """Predict all levels.

        Args:
            features: A_L of each level, ``(batch, features)``.
            training: Whether to drop features.

        Returns:
            The global logits of each level, ``(batch, categories of the level)``.
        """
        hidden = self.features(ops.concatenate(features, axis=-1))
        for transform, gate in self.highways:
            share = gate(hidden)
            hidden = ops.add(
                ops.multiply(share, transform(hidden)),
                ops.multiply(ops.subtract(1.0, share), hidden),
            )
        logits = self.logits(self.dropout(hidden, training=training))
        # Not split(): on TensorFlow it refuses to split into one part, the only level.
        ends = list(accumulate(self.level_sizes))
        return [
            logits[:, end - size : end] for end, size in zip(ends, self.level_sizes, strict=True)
        ]

    def compute_output_spec(self, features: list[Any], training: bool = False) -> list[Any]:
        """Return the shapes and types of the logits."""
        batch = features[0].shape[0]
        return [
            keras.KerasTensor((batch, size), dtype=self.compute_dtype) for size in self.level_sizes
        ]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "level_sizes": self.level_sizes,
            "units": self.units,
            "highway_layers": self.highway_layers,
            "dropout": self.rate,
            "seed": self.seed,
        }
