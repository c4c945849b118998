"""HARNN's encoder with a plain head a level: what the attention and the hierarchy bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baselines.flat_network import FlatNetwork

if TYPE_CHECKING:
    from harnn.text.name_words import NameWords
    from harnn.text.options import NetworkOptions
    from harnn.text.problem import NetworkBuilder

__all__ = ["FlatBiLSTM", "build_flat_bilstm"]


class FlatBiLSTM(FlatNetwork):
    """A BiLSTM whose mean over the words goes to one head a level, each for itself.

    Encoder, vocabulary, training and decoding are those of `HARNNClassifier`, whose arguments
    it takes. The default preset is ``"adapted"``. ``attention_units``, ``highway_layers``,
    ``dependency``, ``category_scores``, ``name_matches``, ``path_softmax``, ``term_share``,
    ``term_pairs``, ``tune_term_share``, ``alpha`` and ``global_dropout`` have no effect.

    Example:
        >>> texts = ["a river in the north", "a lake", "plays tennis", "runs marathons"] * 20
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 20
        >>> options = {"epochs": 20, "batch_size": 8, "word_dropout": 0.0, "embedding_dropout": 0.0}
        >>> flat = FlatBiLSTM(**options, random_state=0, verbose=False).fit(texts, labels)
        >>> flat.predict(["a river in the north"]).tolist()
        ['place/river']
    """

    def _network_builder(self) -> NetworkBuilder:
        return build_flat_bilstm


def build_flat_bilstm(
    options: NetworkOptions,
    vocabulary_size: int,
    level_sizes: tuple[int, ...],
    activation: str,
    names: NameWords | None = None,
    seed: int | None = None,
) -> Any:
    """Build the network.

    Args:
        options: Sizes and dropout rates.
        vocabulary_size: Number of word ids, padding and the unknown word included.
        level_sizes: Number of outputs of each level, the topmost first.
        activation: ``"softmax"`` for one category a level, ``"sigmoid"`` for several.
        names: Not used.
        seed: Of the initial weights and the dropout masks.

    Returns:
        A ``keras.Model`` as `harnn.text.network.build_network` returns it.
    """
    from harnn.quiet_keras import keras
    from harnn.text.network import build_encoder
    from harnn.training.seeds import spread_seed

    document_seed, *seeds = spread_seed(seed, 1 + 3 * len(level_sizes))
    tokens, (_, document, _, _) = build_encoder(options, vocabulary_size, document_seed)
    outputs = {}
    for level, size in enumerate(level_sizes, start=1):
        features_seed, dropout_seed, logits_seed = seeds[3 * level - 3 : 3 * level]
        features = keras.layers.Dense(
            options.dense_units,
            activation="relu",
            kernel_initializer=keras.initializers.GlorotUniform(seed=features_seed),
            name=f"features_{level}",
        )(document)
        features = keras.layers.Dropout(
            options.local_dropout, seed=dropout_seed, name=f"dropout_{level}"
        )(features)
        logits = keras.layers.Dense(
            size,
            kernel_initializer=keras.initializers.GlorotUniform(seed=logits_seed),
            name=f"prediction_{level}",
        )(features)
        outputs[f"level_{level}"] = keras.layers.Activation(activation, name=f"level_{level}")(
            logits
        )
    return keras.Model(tokens, outputs, name="flat_bilstm")
