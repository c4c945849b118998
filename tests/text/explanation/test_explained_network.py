from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from baselines.flat_attention import build_flat_attention
from harnn.errors import ConfigError
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.layers.pair_table import fill_slots
from harnn.text.name_words import NameWords
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

OPTIONS = NetworkOptions(embedding_dim=6, recurrent_units=5, attention_units=4, dense_units=7)
TOKENS = np.array([[4, 1, 7, 3, 9], [2, 5, 0, 0, 0]], dtype=np.int32)


PAIRS = np.array([[7, 3], [3, 9], [2, 5]])


def logarithms(opened: ExplainedNetwork, outputs: np.ndarray) -> np.ndarray:
    """The logarithms of an output a document, from word vectors and what words add to scores."""
    lengths = np.array([5, 2], dtype=np.int32)
    totals = keras.ops.sum(opened.contributions(TOKENS), axis=1)
    found = opened.log_probability(opened.vectors(TOKENS), totals, lengths, outputs)
    return np.asarray(found)


def model(level_sizes: tuple[int, ...], activation: str = "softmax", **more: Any) -> Any:
    options = OPTIONS.model_copy(update={"name_matches": True, **more})
    # Of the last output, only the name has the second word.
    names = NameWords((5, 7), ((0,),) * (sum(level_sizes) - 1) + ((0, 1),))
    network = build_network(options, 12, level_sizes, activation, names, seed=0)
    generator = np.random.default_rng(0)
    for variable in network.variables:
        if variable.dtype.startswith("float"):
            variable.assign(generator.normal(scale=0.7, size=variable.shape))
    if options.term_pairs:
        terms = network.get_layer("terms")
        terms.pair_words.assign(np.concatenate([[[0, 0]], PAIRS]))
        terms.pair_slots.assign(fill_slots(PAIRS)[0])
    return network


@pytest.mark.parametrize("level_sizes", [(3,), (2, 5), (1, 3, 4)])
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"term_share": 0.4},
        {"term_share": 0.4, "term_pairs": len(PAIRS), "encoder_length": 3},
    ],
)
def test_word_vectors_say_what_their_words_say(
    level_sizes: Any, activation: str, terms: dict[str, Any]
) -> None:
    network = model(level_sizes, activation, **terms)
    opened = ExplainedNetwork(network)
    assert opened.level_sizes == level_sizes
    expected = np.concatenate([np.asarray(level) for level in network(TOKENS).values()], axis=1)
    probabilities, _ = opened.read(TOKENS)
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)
    for output in range(sum(level_sizes)):
        outputs = np.full(2, output, dtype=np.int32)
        chosen = expected[:, output]
        np.testing.assert_allclose(opened.probability(TOKENS, outputs), chosen, atol=1e-6)
        logarithm = logarithms(opened, outputs)
        np.testing.assert_allclose(logarithm, np.log(chosen), rtol=1e-4, atol=1e-5)


def test_the_attention_is_that_of_the_layers() -> None:
    network = model((2, 5))
    _, attention = ExplainedNetwork(network).read(TOKENS)
    assert attention is not None
    layers = [network.get_layer(f"attention_{level}").output[0] for level in (1, 2)]
    expected = keras.Model(network.input, layers)(TOKENS)
    np.testing.assert_allclose(attention[:, :2], expected[0], atol=1e-6)
    np.testing.assert_allclose(attention[:, 2:], expected[1], atol=1e-6)


def test_the_weights_are_the_networks_own() -> None:
    network = model((2, 5))
    opened = ExplainedNetwork(network)
    before, _ = opened.read(TOKENS)
    for variable in network.trainable_variables:
        variable.assign(variable * 0.5)
    after, _ = opened.read(TOKENS)
    assert np.abs(before - after).max() > 0.01


def test_a_network_without_attention_on_each_level_is_read_without() -> None:
    opened = ExplainedNetwork(build_flat_attention(OPTIONS, 12, (3,), "softmax", seed=0))
    probabilities, attention = opened.read(TOKENS)
    assert attention is None
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-6)
    found = logarithms(opened, np.zeros(2, dtype=np.int32))
    np.testing.assert_allclose(found, np.log(probabilities[:, 0]), atol=1e-5)


def test_a_network_without_word_vectors_is_refused() -> None:
    tokens = keras.Input((4,))
    other = keras.Model(tokens, {"level_1": keras.layers.Dense(3)(tokens)}, name="other")
    with pytest.raises(ConfigError, match=r"no layer 'document'.*not 'other'"):
        ExplainedNetwork(other)
