"""A fitted network opened at the places that an explanation looks at."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.errors import ConfigError
from harnn.quiet_keras import keras, ops
from harnn.text.documents.vocabulary import UNKNOWN
from harnn.text.explanation.backend_gradient import compiled
from harnn.text.explanation.occlusion import LinearScores, LinearTerms, Occlusion
from harnn.text.explanation.word_weights import TINY
from harnn.text.network import attention_view
from harnn.text.prediction.level_outputs import level_names

__all__ = ["ExplainedNetwork"]


class ExplainedNetwork:
    """The network of a classifier, read from word ids or from word vectors; weights are shared.

    All outputs of all levels stand in one row, those of the first level first. With one path a
    document, a level has one more output than categories where paths end above it.

    Args:
        model: A ``keras.Model`` from word ids to ``{"level_1": probabilities, …}``, whose layer
            ``document`` is a `DocumentRepresentation` and is all that sees the ids, but for a
            `FirstWords` before it, ``first_words``, and a `TermScores` of the name ``terms``.

    Attributes:
        model: The model.
        level_sizes: Outputs of each level.
        attends: Whether each level has a layer ``attention_1``, ``attention_2``, …

    Raises:
        ConfigError: If the model has no such layer ``document``.

    Example:
        >>> from harnn.text.network import build_network
        >>> from harnn.text.options import NetworkOptions
        >>> options = NetworkOptions(embedding_dim=8, recurrent_units=4)
        >>> network = ExplainedNetwork(build_network(options, 50, (2, 5), "softmax", seed=0))
        >>> probabilities, attention = network.read(np.array([[4, 7, 2, 0]]))
        >>> probabilities.shape, attention.shape
        ((1, 7), (1, 7, 4))
    """

    def __init__(self, model: Any) -> None:
        layers: dict[str, Any] = {layer.name: layer for layer in model.layers}
        if not hasattr(layers.get("document"), "represent"):
            raise ConfigError(
                "the network has no layer 'document' that reads word vectors; only a network that "
                f"begins with a DocumentRepresentation can be explained, not {model.name!r}"
            )
        self.model = model
        self._document = layers["document"]
        # The words that it reads.
        self._first = layers.get("first_words")
        levels = [model.output[name] for name in level_names(len(model.output))]
        self.level_sizes = tuple(int(level.shape[-1]) for level in levels)
        self._whole = attention_view(model)
        self.attends = self._whole is not model
        # What follows the document, from the document's three tensors: the very same layers.
        self._terms = layers.get("terms")
        scores = [] if self._terms is None else keras.tree.flatten(self._terms.output)
        self._rest = keras.Model([*self._document.output, *scores], levels, name="rest")
        self._read = compiled(self._outputs_and_attention, ("int32", 2))
        self._mixtures = [
            layers[f"{name}_mixed"]
            for name in level_names(len(self.level_sizes))
            if self._terms is not None
        ]
        # What the mixtures get besides the linear scores.
        mixed = [keras.tree.flatten(mixture.input)[0] for mixture in self._mixtures]
        self._encoder = keras.Model(model.input, mixed or levels, name="encoder")
        self._encode = compiled(self._encoded, ("int32", 2))

    def __reduce__(self) -> tuple[Any, ...]:
        # A compiled function stays in its process.
        return ExplainedNetwork, (self.model,)

    def read(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Read documents as the network does.

        Args:
            tokens: Word ids ``(documents, time)``, padded on the right with 0.

        Returns:
            The probabilities ``(documents, outputs)`` and the attention
            ``(documents, outputs, time)``, or None where the network has none.
        """
        parts = [ops.convert_to_numpy(part) for part in self._read(tokens)]
        return parts[0], parts[1] if self.attends else None

    def probability(self, tokens: np.ndarray, outputs: np.ndarray) -> np.ndarray:
        """Return one output a document.

        Args:
            tokens: Word ids ``(documents, time)``, padded on the right with 0.
            outputs: Which output of each document ``(documents,)``.

        Returns:
            ``(documents,)``.
        """
        levels = ops.convert_to_numpy(self._read(tokens)[0])
        return np.asarray(levels[np.arange(len(levels)), outputs])

    def vectors(self, tokens: Any) -> Any:
        """Return the word vectors ``(documents, time, embedding_dim)`` of word ids.

        Of those words alone that the encoder reads.
        """
        return self._document.embedding(tokens if self._first is None else self._first(tokens))

    def contributions(self, tokens: Any) -> Any:
        """Return what each word adds to the linear scores ``(documents, time, scores)``.

        Where the network has none, there are no scores.
        """
        if self._terms is None:
            return ops.zeros((*ops.shape(tokens), 0))
        return self._terms.contributions(tokens)

    def log_probability(self, vectors: Any, totals: Any, lengths: Any, outputs: Any) -> Any:
        """Return the logarithm of one output a document, from word vectors.

        Args:
            vectors: ``(documents, time, embedding_dim)``.
            totals: What the words add to the linear scores ``(documents, scores)``.
            lengths: Words of each document ``(documents,)``.
            outputs: Which output of each document ``(documents,)``.

        Returns:
            ``(documents,)``.
        """
        lengths = ops.minimum(lengths, ops.shape(vectors)[1])
        scores = [] if self._terms is None else self._terms.levels(totals)
        represented = self._document.represent(vectors, lengths)
        levels = self._rest([*represented, *scores], training=False)
        # Flattened: Keras gives a list of one tensor as the tensor itself.
        rows = ops.concatenate(keras.tree.flatten(levels), axis=1)
        chosen = ops.take_along_axis(rows, ops.expand_dims(outputs, 1), axis=1)
        return ops.log(ops.maximum(ops.squeeze(chosen, 1), TINY))

    @property
    def occlusion(self) -> Occlusion:
        """The network in the parts that read different words."""

        def encode(tokens: np.ndarray) -> np.ndarray:
            return np.asarray(ops.convert_to_numpy(self._encode(tokens)))

        length = 0 if self._first is None else int(self._first.count)
        if not self._mixtures:
            return Occlusion(encode, length)
        shares = [mixture.get_share() for mixture in self._mixtures]
        linear = LinearScores(
            self._linear_terms,
            np.repeat(shares, self.level_sizes),
            self.level_sizes,
            self._mixtures[0].activation,
        )
        return Occlusion(encode, length, linear)

    def _encoded(self, tokens: Any) -> Any:
        """Return the logits that the linear scores are added to; the outputs if there are none."""
        # Flattened: Keras gives a list of one tensor as the tensor itself.
        levels = keras.tree.flatten(self._encoder(tokens, training=False))
        if self._mixtures:
            pairs = zip(self._mixtures, levels, strict=True)
            levels = [mixture.logits(level) for mixture, level in pairs]
        return ops.concatenate(levels, axis=1)

    def _linear_terms(self, document: np.ndarray) -> LinearTerms:
        """Return the words and pairs of one document ``(words,)`` that have linear scores."""
        layer: Any = self._terms
        # A word stands in one place, a pair in two.
        kinds: list[Any] = [(document > UNKNOWN, document, layer.idf, layer.kernel, (0,))]
        if layer.pairs:
            rows = ops.convert_to_numpy(layer.pair_rows(document[None]))[0]
            kinds.append((rows > 0, rows, layer.pair_idf, layer.pair_kernel, (0, 1)))
        places, counts, idf, kernel = [], [], [], []
        first = 0
        for known, ids, all_idf, all_kernel, offsets in kinds:
            words = np.flatnonzero(known)
            terms, numbers, often = np.unique(ids[words], return_inverse=True, return_counts=True)
            places += [np.stack([first + numbers, words + offset], axis=1) for offset in offsets]
            counts.append(often)
            idf.append(ops.convert_to_numpy(ops.take(all_idf, terms, axis=0)))
            kernel.append(ops.convert_to_numpy(ops.take(all_kernel, terms, axis=0)))
            first += len(terms)
        return LinearTerms(
            np.concatenate(places),
            np.concatenate(counts),
            np.concatenate(idf),
            np.concatenate(kernel),
            ops.convert_to_numpy(layer.bias),
        )

    def _outputs_and_attention(self, tokens: Any) -> list[Any]:
        found = self._whole(tokens, training=False)
        kinds = ("level", "attention") if self.attends else ("level",)
        levels = range(1, len(self.level_sizes) + 1)
        return [
            ops.concatenate([found[f"{kind}_{level}"] for level in levels], axis=1)
            for kind in kinds
        ]
