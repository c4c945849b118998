"""HARNN's encoder with one attention over the words: what the hierarchy itself brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baselines.flat_network import FlatNetwork

if TYPE_CHECKING:
    from harnn.text.name_words import NameWords
    from harnn.text.options import NetworkOptions
    from harnn.text.problem import NetworkBuilder

__all__ = ["FlatAttention", "build_flat_attention"]


class FlatAttention(FlatNetwork):
    """A BiLSTM with one attention over its words (Yang et al., NAACL 2016) and a head a level.

    Encoder, heads, vocabulary, training and decoding are those of `HARNNClassifier`, whose
    arguments it takes. The default preset is ``"adapted"``. There is one attention for all levels:
    ``highway_layers``, ``dependency``, ``category_scores``, ``name_matches``, ``path_softmax``,
    ``term_share``, ``term_pairs``, ``tune_term_share``, ``alpha`` and ``global_dropout`` have no
    effect.

    Example:
        >>> texts = ["a river in the north", "a lake", "plays tennis", "runs marathons"] * 20
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 20
        >>> options = {"epochs": 20, "batch_size": 8, "word_dropout": 0.0, "embedding_dropout": 0.0}
        >>> flat = FlatAttention(**options, random_state=0, verbose=False).fit(texts, labels)
        >>> flat.predict(["a river in the north"]).tolist()
        ['place/river']
    """

    def _network_builder(self) -> NetworkBuilder:
        return build_flat_attention


def build_flat_attention(
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
    from harnn.text.layers import CategoryPrediction, TextCategoryAttention
    from harnn.text.network import build_encoder
    from harnn.training.seeds import spread_seed

    document_seed, attention_seed, *seeds = spread_seed(seed, 2 + len(level_sizes))
    tokens, (words, document, mask, _) = build_encoder(options, vocabulary_size, document_seed)
    # One query in place of one a category: the attention of a flat classifier.
    _, summary = TextCategoryAttention(
        1, options.attention_units, seed=attention_seed, name="attention"
    )(words, mask, None)
    outputs = {}
    for level, size in enumerate(level_sizes, start=1):
        _, _, probabilities = CategoryPrediction(
            size,
            options.dense_units,
            activation=activation,
            dropout=options.local_dropout,
            seed=seeds[level - 1],
            name=f"prediction_{level}",
        )(document, summary)
        outputs[f"level_{level}"] = probabilities
    return keras.Model(tokens, outputs, name="flat_attention")
