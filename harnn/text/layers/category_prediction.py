"""Category prediction (CPM): what one level says of the document."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras, ops
from harnn.text.layers.activations import probabilities_of
from harnn.training.seeds import spread_seed

__all__ = ["CategoryPrediction"]


@keras.saving.register_keras_serializable(package="harnn")
class CategoryPrediction(keras.layers.Layer):
    """Predicts the categories of one level from the document and the level's summary.

    A_L = ReLU(W_T [Ṽ ; r] + b) and P_L = σ(W_L A_L + b) (Huang et al., CIKM 2019, equation 6),
    where σ is the sigmoid, or the softmax when a document has one category a level. Scores that
    each category has found for itself are added to the logits: see `CategoryScores`.

    Args:
        categories: Number of categories of the level.
        units: Size of A_L.
        activation: ``"sigmoid"`` or ``"softmax"``.
        dropout: Dropout on A_L before W_L.
        seed: Of the dropout masks and the initial weights.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = CategoryPrediction(categories=5, units=4, activation="softmax")
        >>> features, logits, probabilities = layer(np.ones((2, 6)), np.ones((2, 6)))
        >>> tuple(features.shape), tuple(logits.shape), tuple(probabilities.shape)
        ((2, 4), (2, 5), (2, 5))
    """

    def __init__(
        self,
        categories: int,
        units: int,
        activation: str = "sigmoid",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.categories = categories
        self.units = units
        self.activation = activation
        self.rate = dropout
        self.seed = seed
        seeds = spread_seed(seed, 3)
        own = {"dtype": self.dtype_policy}
        self.features = keras.layers.Dense(
            units,
            activation="relu",
            kernel_initializer=keras.initializers.GlorotUniform(seed=seeds[0]),
            name="features",
            **own,
        )
        self.dropout = keras.layers.Dropout(dropout, seed=seeds[1], name="dropout", **own)
        self.logits = keras.layers.Dense(
            categories,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seeds[2]),
            name="logits",
            **own,
        )

    def build(self, document_shape: tuple[int | None, ...], summary_shape: Any, *_: Any) -> None:
        """Build the two dense layers."""
        self.features.build((document_shape[0], document_shape[-1] + summary_shape[-1]))
        self.logits.build((document_shape[0], self.units))

    def call(
        self, document: Any, summary: Any, scores: Any = None, training: bool = False
    ) -> tuple[Any, Any, Any]:
        """Predict one level.

        Args:
            document: Ṽ ``(batch, features)``.
            summary: r ``(batch, features)``.
            scores: Of the categories ``(batch, categories)``, if they have some of their own.
            training: Whether to drop features.

        Returns:
            A_L ``(batch, units)``, the logits and the probabilities P_L, each
            ``(batch, categories)``.
        """
        features = self.features(ops.concatenate([document, summary], axis=-1))
        features = self.dropout(features, training=training)
        logits = self.logits(features)
        if scores is not None:
            logits = ops.add(logits, scores)
        return features, logits, probabilities_of(logits, self.activation)

    def compute_output_spec(
        self, document: Any, summary: Any, scores: Any = None, training: bool = False
    ) -> tuple[Any, Any, Any]:
        """Return the shapes and types of A_L, the logits and P_L."""
        batch = document.shape[0]
        return (
            keras.KerasTensor((batch, self.units), dtype=self.compute_dtype),
            keras.KerasTensor((batch, self.categories), dtype=self.compute_dtype),
            keras.KerasTensor((batch, self.categories), dtype=self.compute_dtype),
        )

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "categories": self.categories,
            "units": self.units,
            "activation": self.activation,
            "dropout": self.rate,
            "seed": self.seed,
        }
