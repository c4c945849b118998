"""HARNN as a plain functional Keras model, for any number of levels."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras
from harnn.text.layers import (
    CategoryDependency,
    CategoryPrediction,
    CategoryScores,
    DocumentRepresentation,
    ExpertMixture,
    FirstWords,
    HybridPrediction,
    LevelProbabilities,
    NameMatches,
    PathScores,
    TermScores,
    TextCategoryAttention,
)
from harnn.text.name_words import NameWords
from harnn.text.options import NetworkOptions
from harnn.training.seeds import spread_seed

__all__ = ["attention_view", "build_encoder", "build_network", "logits_view"]


def build_network(
    options: NetworkOptions,
    vocabulary_size: int,
    level_sizes: tuple[int, ...],
    activation: str,
    names: NameWords | None = None,
    seed: int | None = None,
) -> Any:
    """Build HARNN (Huang et al., CIKM 2019).

    Args:
        options: Sizes, dropout rates and the form of the category dependency.
        vocabulary_size: Number of word ids, padding and the unknown word included.
        level_sizes: Number of categories of each level, the topmost first.
        activation: ``"softmax"`` for one category a level, ``"sigmoid"`` for several.
        names: The words of the categories' names, for ``name_matches``.
        seed: Of the initial weights and the dropout masks.

    Returns:
        A ``keras.Model`` from word ids ``(batch, time)`` to a dict of probabilities,
        ``{"level_1": (batch, categories), …}``. Its layers are named ``document``,
        ``attention_1``, ``prediction_1``, ``dependency_1``, … and ``hybrid``.

    Example:
        >>> import numpy as np
        >>> from harnn.text.options import NetworkOptions
        >>> options = NetworkOptions(embedding_dim=8, recurrent_units=4)
        >>> model = build_network(options, 50, (2, 5), "softmax", seed=0)
        >>> probabilities = model(np.array([[4, 7, 2, 0]]))
        >>> {name: tuple(p.shape) for name, p in probabilities.items()}
        {'level_1': (1, 2), 'level_2': (1, 5)}
    """
    count = len(level_sizes)
    document_seed, hybrid_seed, *seeds = spread_seed(seed, 2 + 3 * count)
    tokens, (words, document, mask, vectors) = build_encoder(
        options, vocabulary_size, document_seed
    )
    features, local_logits, local_probabilities = [], [], []
    matches: list[Any] = []
    if options.name_matches and names is not None and names.ids:
        layer = NameMatches(len(names.ids), names.names, level_sizes, name="names")
        # Flattened: Keras gives a list of one tensor as the tensor itself.
        matches = keras.tree.flatten(layer(vectors))
    word_weights = None
    for level, size in enumerate(level_sizes, start=1):
        attention, summary = TextCategoryAttention(
            size, options.attention_units, seed=seeds[2 * level - 2], name=f"attention_{level}"
        )(words, mask, word_weights)
        scores = matches[level - 1 : level]
        if options.category_scores:
            own = CategoryScores(size, seed=seeds[2 * count + level - 1], name=f"scores_{level}")
            scores.append(own(attention, words, word_weights))
        if len(scores) > 1:
            scores = [keras.layers.Add(name=f"scores_and_names_{level}")(scores)]
        level_features, logits, probabilities = CategoryPrediction(
            size,
            options.dense_units,
            activation=activation,
            dropout=options.local_dropout,
            seed=seeds[2 * level - 1],
            name=f"prediction_{level}",
        )(document, summary, *scores)
        features.append(level_features)
        local_logits.append(logits)
        local_probabilities.append(probabilities)
        if options.dependency != "none" and level < count:
            word_weights = CategoryDependency(options.dependency, name=f"dependency_{level}")(
                attention, probabilities, mask
            )
    global_logits = HybridPrediction(
        level_sizes,
        options.dense_units,
        highway_layers=options.highway_layers,
        dropout=options.global_dropout,
        seed=hybrid_seed,
        name="hybrid",
    )(features)
    alpha = options.alpha
    if options.path_softmax and activation == "softmax":
        # A path's score is the sum of all its logits, local and global: the mix is in them.
        alpha = 1.0
        global_logits = [
            keras.layers.Add(name=f"logits_{level}")(pair)
            for level, pair in enumerate(zip(local_logits, global_logits, strict=True), start=1)
        ]
    outputs = {
        f"level_{level}": LevelProbabilities(activation, alpha, name=f"level_{level}")(
            local, logits
        )
        for level, (local, logits) in enumerate(
            zip(local_probabilities, global_logits, strict=True), start=1
        )
    }
    if options.term_share:
        # Flattened: Keras gives a list of one tensor as the tensor itself.
        scores = TermScores(vocabulary_size, level_sizes, pairs=options.term_pairs, name="terms")
        terms = keras.tree.flatten(scores(tokens))
        outputs = {
            name: ExpertMixture(activation, options.term_share, name=f"{name}_mixed")(level, scores)
            for (name, level), scores in zip(outputs.items(), terms, strict=True)
        }
    return keras.Model(tokens, outputs, name="harnn")


def build_encoder(
    options: NetworkOptions, vocabulary_size: int, seed: int | None = None
) -> tuple[Any, tuple[Any, Any, Any, Any]]:
    """Begin a network with HARNN's document representation.

    Args:
        options: Sizes and dropout rates.
        vocabulary_size: Number of word ids, padding and the unknown word included.
        seed: Of the initial weights and the dropout masks.

    Returns:
        The input, word ids ``(batch, time)``, and what the layer ``document`` makes of it: V
        ``(batch, time, features)``, Ṽ ``(batch, features)``, the mask ``(batch, time)`` and the
        word vectors ``(batch, time, embedding_dim)``.
    """
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    read = tokens
    if options.encoder_length:
        read = FirstWords(options.encoder_length, name="first_words")(tokens)
    represented = DocumentRepresentation(
        vocabulary_size,
        embedding_dim=options.embedding_dim,
        units=options.recurrent_units,
        word_dropout=options.word_dropout,
        embedding_dropout=options.embedding_dropout,
        dropout=options.encoder_dropout,
        shortcut=options.shortcut,
        embedding_range=options.embedding_range,
        seed=seed,
        name="document",
    )(read)
    return tokens, represented


def attention_view(model: Any) -> Any:
    """Return the same network, weights shared, with the attention of each level.

    Args:
        model: What ``build_network`` returned, a loaded copy of it, or another network.

    Returns:
        A ``keras.Model`` from word ids to ``{"level_1": probabilities, …, "attention_1": A, …}``,
        A ``(batch, categories, time)``; the network itself where it has no layers
        ``attention_1``, ``attention_2``, …
    """
    layers = {layer.name: layer for layer in model.layers}
    names = [f"attention_{level}" for level in range(1, len(model.output) + 1)]
    if not all(name in layers for name in names):
        return model
    attended = {name: layers[name].output[0] for name in names}
    return keras.Model(model.input, {**model.output, **attended}, name=model.name)


def logits_view(model: Any, paths: Any = None) -> Any:
    """Return the same network, weights shared, with the logits that the loss needs.

    Args:
        model: What ``build_network`` returned, a loaded copy of it, or another network whose
            layers ``prediction_1``, ``prediction_2``, … give the logits of the levels.
        paths: The output of each level that each path takes, ``(paths, levels)``: what a network
            with a softmax over paths needs besides.

    Returns:
        A ``keras.Model`` from word ids to ``{"local_1": logits, …, "global_1": logits, …}``;
        without the global ones where the network has no layer ``hybrid``, and with the scores
        ``"paths"`` in their place where it has a softmax over paths.
    """
    layers = {layer.name: layer for layer in model.layers}
    levels = range(1, len(model.output) + 1)
    outputs: dict[str, Any] = {}
    for level in levels:
        # Features, logits and probabilities, or the logits alone.
        predicted = keras.tree.flatten(layers[f"prediction_{level}"].output)
        outputs[f"local_{level}"] = predicted[1] if len(predicted) > 1 else predicted[0]
    if "logits_1" in layers:
        sums = [layers[f"logits_{level}"].output for level in levels]
        outputs["paths"] = PathScores(paths, name="paths")(sums)
    elif "hybrid" in layers:
        # Flattened: Keras gives a list of one tensor as the tensor itself.
        for level, logits in enumerate(keras.tree.flatten(layers["hybrid"].output), start=1):
            outputs[f"global_{level}"] = logits
    return keras.Model(model.input, outputs, name="logits")
