"""The sizes of the networks of presets."""

from __future__ import annotations

from harnn.text.options import NetworkOptions
from training_benchmark.network_sizes import NetworkSizes

__all__ = ["network_sizes"]


def network_sizes(
    options: NetworkOptions,
    vocabulary: int,
    level_sizes: tuple[int, ...],
    name_words: int,
    paths: int,
) -> NetworkSizes:
    """Return the sizes of the network that the options ask for.

    Args:
        options: The options of the network.
        vocabulary: Number of word ids.
        level_sizes: Number of categories of each level.
        name_words: Number of distinct words in the names of the categories.
        paths: Number of paths of the taxonomy.
    """
    return NetworkSizes(
        vocabulary=vocabulary,
        level_sizes=level_sizes,
        embedding_dim=options.embedding_dim,
        units=options.recurrent_units,
        attention_units=options.attention_units,
        dense_units=options.dense_units,
        shortcut=options.shortcut,
        category_scores=options.category_scores,
        highway_layers=options.highway_layers,
        name_words=name_words if options.name_matches else 0,
        paths=paths if options.path_softmax and options.activation != "sigmoid" else 0,
    )
