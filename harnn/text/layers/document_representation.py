"""Document representation layer (DRL): the words of a document, read in both directions."""

from __future__ import annotations

from typing import Any

from harnn.cells import CoupledBidirectional, LSTMCell, sequence_mask
from harnn.quiet_keras import keras, ops
from harnn.text.layers.word_dropout import WordDropout
from harnn.training.seeds import spread_seed

__all__ = ["DocumentRepresentation"]


@keras.saving.register_keras_serializable(package="harnn")
class DocumentRepresentation(keras.layers.Layer):
    """Embeds the words, reads them with a BiLSTM and averages what was read.

    V = BiLSTM(embedding of the words) and Ṽ = Σ m_t v_t / Σ m_t, where m marks the real words
    (Huang et al., CIKM 2019, section 4.2). Padding, id 0, takes part in neither.

    Args:
        vocabulary_size: Number of word ids, padding and the unknown word included.
        embedding_dim: Size of a word vector.
        units: Units of the LSTM, a direction.
        word_dropout: Share of words replaced by the unknown word (id 1) in training.
        embedding_dropout: Spatial dropout on the word vectors: whole dimensions of a document.
        dropout: Dropout on the BiLSTM's states, and on the word vectors beside them.
        shortcut: Whether the word's own vector stands beside its state: V = [BiLSTM ; embedding].
            Then a category can look for words, where a corpus is too small to learn from what
            stands around them.
        embedding_range: Word vectors start uniform in ``[-embedding_range, embedding_range]``.
        seed: Of the dropout masks and the initial weights.
        **kwargs: Of ``keras.layers.Layer``.

    Example:
        >>> import numpy as np
        >>> layer = DocumentRepresentation(vocabulary_size=10, embedding_dim=4, units=3)
        >>> words, mean, mask, vectors = layer(np.array([[2, 3, 0], [4, 5, 6]]))
        >>> tuple(words.shape), tuple(mean.shape), np.asarray(mask).tolist()[0]
        ((2, 3, 6), (2, 6), [True, True, False])
        >>> tuple(vectors.shape)
        (2, 3, 4)
    """

    def __init__(
        self,
        vocabulary_size: int,
        embedding_dim: int,
        units: int,
        word_dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        dropout: float = 0.0,
        shortcut: bool = False,
        embedding_range: float = 0.05,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.embedding_dim = embedding_dim
        self.units = units
        self.rates = (word_dropout, embedding_dropout, dropout)
        self.shortcut = shortcut
        self.embedding_range = embedding_range
        self.seed = seed
        seeds = spread_seed(seed, 6)
        own = {"dtype": self.dtype_policy}
        self.word_dropout = WordDropout(word_dropout, unknown=1, seed=seeds[0], name="word_dropout")
        self.embedding = keras.layers.Embedding(
            vocabulary_size,
            embedding_dim,
            embeddings_initializer=keras.initializers.RandomUniform(
                -embedding_range, embedding_range, seed=seeds[1]
            ),
            name="embedding",
            **own,
        )
        self.embedding_dropout = keras.layers.SpatialDropout1D(
            embedding_dropout, seed=seeds[2], name="embedding_dropout", **own
        )
        cell = LSTMCell(
            units,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seeds[3]),
            recurrent_initializer=keras.initializers.Orthogonal(seed=seeds[4]),
            name="lstm",
            **own,
        )
        self.encoder = CoupledBidirectional(cell, name="bilstm", **own)
        self.dropout = keras.layers.Dropout(dropout, seed=seeds[5], name="dropout", **own)

    @property
    def features_of_word(self) -> int:
        """How many features a word has in V: two directions, and its vector with a shortcut."""
        return 2 * self.units + (self.embedding_dim if self.shortcut else 0)

    def build(self, tokens_shape: tuple[int | None, ...]) -> None:
        """Build the sublayers."""
        vectors_shape = (*tokens_shape, self.embedding_dim)
        self.embedding.build(tokens_shape)
        self.encoder.build(vectors_shape)

    def call(self, tokens: Any, training: bool = False) -> tuple[Any, Any, Any, Any]:
        """Read documents.

        Args:
            tokens: Word ids ``(batch, time)``, padded on the right with 0.
            training: Whether to drop words, dimensions and states.

        Returns:
            The states V ``(batch, time, features)``, zero on padding; their mean Ṽ
            ``(batch, features)``; the mask of the real words ``(batch, time)``; and the word
            vectors themselves ``(batch, time, embedding_dim)``, zero on padding, of which no
            dimension is dropped. There are ``features_of_word`` features.
        """
        lengths = ops.sum(ops.cast(ops.not_equal(tokens, 0), "int32"), axis=1)
        vectors = self._vectors(self.word_dropout(tokens, training=training))
        return self.represent(vectors, lengths, training=training)

    def _vectors(self, tokens: Any) -> Any:
        """Return the vectors of words ``(batch, time, embedding_dim)``."""
        if keras.config.backend() != "tensorflow":
            return self.embedding(tokens)
        import tensorflow as tf

        # Keras' own layer copies the whole table first once an optimiser has written rows of it.
        return ops.cast(tf.gather(self.embedding.embeddings.value, tokens), self.compute_dtype)

    def represent(
        self, vectors: Any, lengths: Any, training: bool = False
    ) -> tuple[Any, Any, Any, Any]:
        """Read documents whose words are vectors, which need not be those of any word.

        Args:
            vectors: Word vectors ``(batch, time, embedding_dim)``, padded on the right.
            lengths: Words of each document ``(batch,)``.
            training: Whether to drop dimensions and states.

        Returns:
            V, Ṽ, the mask and the vectors, as ``call`` does.
        """
        mask = sequence_mask(lengths, ops.shape(vectors)[1])
        vectors = ops.multiply(vectors, ops.expand_dims(ops.cast(mask, vectors.dtype), -1))
        read = self.embedding_dropout(vectors, training=training)
        words = self.encoder(read, lengths=lengths)
        if self.shortcut:
            words = ops.concatenate([words, read], axis=-1)
        words = self.dropout(words, training=training)
        count = ops.cast(ops.maximum(lengths, 1), words.dtype)
        mean = ops.divide(ops.sum(words, axis=1), ops.expand_dims(count, -1))
        return words, mean, mask, vectors

    def compute_output_spec(self, tokens: Any, training: bool = False) -> tuple[Any, Any, Any, Any]:
        """Return the shapes and types of V, Ṽ, the mask and the vectors."""
        batch, time = tokens.shape
        return (
            keras.KerasTensor((batch, time, self.features_of_word), dtype=self.compute_dtype),
            keras.KerasTensor((batch, self.features_of_word), dtype=self.compute_dtype),
            keras.KerasTensor((batch, time), dtype="bool"),
            keras.KerasTensor((batch, time, self.embedding_dim), dtype=self.compute_dtype),
        )

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        word_dropout, embedding_dropout, dropout = self.rates
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "embedding_dim": self.embedding_dim,
            "units": self.units,
            "word_dropout": word_dropout,
            "embedding_dropout": embedding_dropout,
            "dropout": dropout,
            "shortcut": self.shortcut,
            "embedding_range": self.embedding_range,
            "seed": self.seed,
        }
