from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.losses import LevelBinaryCrossentropy, LevelCategoricalCrossentropy
from harnn.text.network import build_network, logits_view
from harnn.text.options import NetworkOptions

DEPENDENCIES = ["none", "paper", "reference", "scaled"]
SMALL = {
    "embedding_dim": 6,
    "recurrent_units": 5,
    "attention_units": 4,
    "dense_units": 7,
    "highway_layers": 1,
}
VOCABULARY = 30
LEVEL_SIZES = (2, 3, 5)


def _network(
    dependency: str = "scaled",
    activation: str = "softmax",
    level_sizes: tuple[int, ...] = LEVEL_SIZES,
    seed: int | None = 0,
    scale: float | None = 0.7,
    **options: Any,
) -> Any:
    """Build a small network, with weights of a size that makes every part of it matter."""
    network = build_network(
        NetworkOptions(dependency=dependency, **(SMALL | options)),
        VOCABULARY,
        level_sizes,
        activation,
        seed=seed,
    )
    if scale is not None:
        generator = np.random.default_rng(1)
        for variable in network.trainable_variables:
            variable.assign(generator.normal(scale=scale, size=variable.shape))
    return network


def _documents(lengths: list[int], time: int, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    tokens = np.zeros((len(lengths), time), dtype=np.int32)
    for row, length in enumerate(lengths):
        tokens[row, :length] = generator.integers(1, VOCABULARY, size=length)
    return tokens


def _arrays(outputs: dict[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(output) for name, output in outputs.items()}


def _assert_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


# Shape ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("level_sizes", [(4,), (2, 3), (2, 2, 3, 3, 4)])
def test_there_is_a_row_of_probabilities_for_every_level(
    level_sizes: tuple[int, ...], activation: str
) -> None:
    outputs = _arrays(
        _network(activation=activation, level_sizes=level_sizes)(_documents([5, 2, 0], 6))
    )
    assert list(outputs) == [f"level_{k + 1}" for k in range(len(level_sizes))]
    for probabilities, size in zip(outputs.values(), level_sizes, strict=True):
        assert probabilities.shape == (3, size)
        assert ((probabilities > 0) & (probabilities < 1)).all()
        if activation == "softmax":
            np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_level_may_have_a_single_category(activation: str) -> None:
    outputs = _arrays(_network(activation=activation, level_sizes=(1, 3))(_documents([5, 2, 0], 6)))
    if activation == "softmax":
        np.testing.assert_allclose(outputs["level_1"], 1.0, atol=1e-6)
    assert np.isfinite(outputs["level_2"]).all()


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_a_document_of_one_word_needs_no_padding(dependency: str) -> None:
    network = _network(dependency)
    for alone, padded in zip(
        _arrays(network(_documents([1], 1))).values(),
        _arrays(network(_documents([1], 4))).values(),
        strict=True,
    ):
        np.testing.assert_allclose(alone, padded, atol=1e-6)


# Padding --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=DEPENDENCIES)
def predict(request: pytest.FixtureRequest) -> Any:
    """Return a network of each form, compiled once for batches of any shape."""
    network = _network(request.param, scale=0.5)
    return tf.function(network, input_signature=[tf.TensorSpec((None, None), tf.int32)])


@given(
    lengths=st.lists(st.integers(0, 12), min_size=1, max_size=5),
    padding=st.integers(0, 9),
    seed=st.integers(0, 1000),
)
@settings(deadline=None, max_examples=40)
def test_padding_never_matters(predict: Any, lengths: list[int], padding: int, seed: int) -> None:
    tokens = _documents(lengths, max(*lengths, 2) + padding, seed)
    together = _arrays(predict(tokens))
    for row, length in enumerate(lengths):
        # Two columns at least: a document alone may have no word, but not no column.
        alone = _arrays(predict(tokens[row : row + 1, : max(length, 2)]))
        for name, probabilities in together.items():
            np.testing.assert_allclose(probabilities[row], alone[name][0], rtol=0, atol=1e-6)


# Category dependency --------------------------------------------------------------------------


def _marked_documents(count: int, words: int, seed: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Draw long documents of noise in which a few words tell the category of each level."""
    generator = np.random.default_rng(seed)
    leaves = generator.integers(0, 4, size=count)
    tokens = generator.integers(10, VOCABULARY, size=(count, words)).astype(np.int32)
    for row, leaf in enumerate(leaves):
        places = generator.choice(words, size=6, replace=False)
        tokens[row, places[:3]] = 2 + leaf // 2
        tokens[row, places[3:]] = 4 + leaf
    classes = {"1": np.eye(2)[leaves // 2], "2": np.eye(4)[leaves]}
    return tokens, {f"{part}_{k}": classes[k] for part in ("local", "global") for k in "12"}


def _trained() -> Any:
    network = build_network(
        NetworkOptions(
            embedding_dim=8,
            recurrent_units=8,
            attention_units=8,
            dense_units=16,
            dependency="scaled",
            word_dropout=0.0,
            embedding_dropout=0.0,
        ),
        VOCABULARY,
        (2, 4),
        "softmax",
        seed=0,
    )
    trained = logits_view(network)
    trained.compile(
        keras.optimizers.Adam(0.03),
        loss={name: LevelCategoricalCrossentropy() for name in trained.output},
    )
    trained.fit(*_marked_documents(256, 60, seed=0), batch_size=32, epochs=6, verbose=0)
    return network


def _entropies(network: Any, tokens: np.ndarray) -> list[float]:
    """Return how evenly each level looks at the words: entropy / log N, 1 where all are alike."""
    outputs = {k: network.get_layer(f"attention_{k}").output[0] for k in (1, 2)}
    attentions = keras.Model(network.input, outputs)(tokens)
    found = []
    for level in (1, 2):
        attention = np.asarray(attentions[level], dtype=np.float64)
        entropy = -(attention * np.log(np.maximum(attention, 1e-300))).sum(axis=-1)
        found.append(float(entropy.mean() / np.log(tokens.shape[1])))
    return found


def test_reference_looks_nowhere_below_level_1_and_scaled_looks_somewhere() -> None:
    """The public code's dependency is dead, and dividing ω by its mean brings it to life.

    A and P are at most 1 and A is near 1/N, so that the public code's second softmax, over the
    words, of A·P is flat: ω ≈ 1/N for every word. V_h = ω ⊙ V is then some N times smaller than
    V, tanh(W_s V_hᵀ) is near zero, the scores of all words are nearly the same, and so is the
    attention of the second level: its entropy is log N. ω divided by its mean over the words
    says the same about them but leaves V its size, and the second level can choose.
    (The paper's own ω sums to at most 1 over the words, and is as small.)
    """
    tokens, _ = _marked_documents(40, 60, seed=1)
    scaled = _trained()
    entropies = {"scaled": _entropies(scaled, tokens)}
    for dependency in ("reference", "paper"):
        # The very same weights, read through another dependency.
        twin = keras.Model.from_config(_with_dependency(scaled.get_config(), dependency))
        twin.set_weights(scaled.get_weights())
        entropies[dependency] = _entropies(twin, tokens)
    assert entropies["reference"][0] == pytest.approx(entropies["scaled"][0])
    # How far each is from looking evenly depends on the weights that the training found, and they
    # on the machine's last digits; that the dead ones are far behind the living one does not.
    chosen = {name: 1.0 - of_level[1] for name, of_level in entropies.items()}
    assert chosen["scaled"] > 0.01
    assert chosen["reference"] < chosen["scaled"] / 100
    assert chosen["paper"] < chosen["scaled"] / 10


@pytest.mark.parametrize(("dependency", "alive"), [("reference", False), ("scaled", True)])
def test_even_sizeable_weights_do_not_revive_the_reference(dependency: str, alive: bool) -> None:
    network = _network(dependency, "sigmoid", (3, 4), scale=1.0)
    first, second = _entropies(network, _documents([120] * 8, 120))
    assert first < 0.95
    assert second < 0.95 if alive else second > 0.999


def _with_dependency(config: dict[str, Any], dependency: str) -> dict[str, Any]:
    for layer in config["layers"]:
        if layer["class_name"].endswith("CategoryDependency"):
            layer["config"]["dependency"] = dependency
    return config


# Saving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_a_saved_network_gives_the_same_in_safe_mode(dependency: str, tmp_path: Any) -> None:
    network = _network(dependency, "sigmoid", highway_layers=2, word_dropout=0.3)
    tokens = _documents([7, 1, 4, 0], 8)
    network.save(tmp_path / "harnn.keras")
    loaded = keras.models.load_model(tmp_path / "harnn.keras", safe_mode=True)
    _assert_equal(network(tokens), loaded(tokens))
    assert [layer.get_config() for layer in loaded.layers] == [
        layer.get_config() for layer in network.layers
    ]
    _assert_equal(logits_view(network)(tokens), logits_view(loaded)(tokens))


def test_weights_alone_can_be_saved_and_loaded(tmp_path: Any) -> None:
    network, other = _network(), _network(seed=1, scale=None)
    tokens = _documents([7, 3], 8)
    network.save_weights(tmp_path / "harnn.weights.h5")
    other.load_weights(tmp_path / "harnn.weights.h5")
    _assert_equal(network(tokens), other(tokens))


# Randomness -----------------------------------------------------------------------------------

DROPOUTS = (
    "word_dropout",
    "embedding_dropout",
    "encoder_dropout",
    "local_dropout",
    "global_dropout",
)


@pytest.mark.parametrize("dropout", DROPOUTS)
def test_dropout_acts_in_training_only(dropout: str) -> None:
    none = dict.fromkeys(DROPOUTS, 0.0)
    plain, dropping = _network(**none), _network(**(none | {dropout: 0.5}))
    tokens = _documents([7, 5, 6], 8)
    _assert_equal(plain(tokens), dropping(tokens))
    _assert_equal(plain(tokens), plain(tokens, training=True))
    changed = dropping(tokens, training=True)
    assert any(
        not np.array_equal(a, b)
        for a, b in zip(changed.values(), plain(tokens).values(), strict=True)
    )


def test_the_same_seed_gives_the_same_weights_and_masks() -> None:
    first, second = _network(seed=5, scale=None), _network(seed=5, scale=None)
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    tokens = _documents([7, 5], 8)
    _assert_equal(first(tokens, training=True), second(tokens, training=True))
    other = _network(seed=6, scale=None)
    for a, b in zip(first.trainable_variables, other.trainable_variables, strict=True):
        assert a.name == "bias" or not np.array_equal(a, b)


def test_without_a_seed_every_network_is_another() -> None:
    first, second = _network(seed=None, scale=None), _network(seed=None, scale=None)
    for a, b in zip(first.trainable_variables, second.trainable_variables, strict=True):
        assert a.name == "bias" or not np.array_equal(a, b)


def test_no_two_weights_of_a_network_start_alike() -> None:
    # With equal sizes everywhere, equal seeds would give equal weights.
    network = _network(
        scale=None,
        level_sizes=(8, 8, 8),
        embedding_dim=8,
        recurrent_units=8,
        attention_units=8,
        dense_units=8,
        highway_layers=2,
    )
    seen: dict[bytes, str] = {}
    for variable in network.trainable_variables:
        if variable.name == "bias":
            continue
        start = np.asarray(variable)[:8].tobytes()
        assert start not in seen, f"{variable.path} starts as {seen[start]}"
        seen[start] = variable.path


# The view that is trained ---------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("level_sizes", [(4,), (2, 3, 5)])
def test_the_logits_are_those_of_the_probabilities(
    level_sizes: tuple[int, ...], activation: str
) -> None:
    network = _network(activation=activation, level_sizes=level_sizes, alpha=0.3)
    tokens = _documents([7, 5, 1], 8)
    logits = logits_view(network)(tokens)
    assert sorted(logits) == sorted(
        f"{p}_{k}" for p in ("local", "global") for k, _ in enumerate(level_sizes, start=1)
    )
    turn = keras.activations.get(activation)
    for level, (name, probabilities) in enumerate(network(tokens).items(), start=1):
        expected = 0.7 * turn(logits[f"local_{level}"]) + 0.3 * turn(logits[f"global_{level}"])
        np.testing.assert_allclose(probabilities, expected, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("dependency", ["none", "scaled"])
def test_with_a_softmax_over_paths_the_view_has_their_scores(dependency: str) -> None:
    network = _network(dependency, category_scores=True, path_softmax=True, level_sizes=(2, 3))
    tokens = _documents([7, 5, 1], 8)
    paths = [[0, 0], [0, 1], [1, 2]]
    logits = _arrays(logits_view(network, paths)(tokens))
    assert sorted(logits) == ["local_1", "local_2", "paths"]
    # What decoding makes of the levels' probabilities is the softmax of the paths' scores.
    levels = [np.asarray(level) for level in network(tokens).values()]
    products = np.stack([levels[0][:, a] * levels[1][:, b] for a, b in paths], axis=1)
    shares = np.exp(logits["paths"] - logits["paths"].max(axis=1, keepdims=True))
    np.testing.assert_allclose(
        products / products.sum(axis=1, keepdims=True),
        shares / shares.sum(axis=1, keepdims=True),
        atol=1e-6,
    )


def test_several_paths_have_no_softmax_over_them() -> None:
    plain = _network(activation="sigmoid")
    asked = _network(activation="sigmoid", path_softmax=True)
    tokens = _documents([7, 5], 8)
    _assert_equal(_arrays(plain(tokens)), _arrays(asked(tokens)))
    assert sorted(logits_view(asked)(tokens)) == sorted(logits_view(plain)(tokens))


def test_the_view_shares_the_networks_weights() -> None:
    network = _network()
    view = logits_view(network)
    assert {id(v) for v in view.trainable_variables} == {id(v) for v in network.trainable_variables}
    tokens = _documents([7, 5], 8)
    before = _arrays(network(tokens))
    view.compile(
        keras.optimizers.SGD(0.5),
        {name: LevelCategoricalCrossentropy() for name in view.output},
        run_eagerly=True,
    )
    first_two = {name: np.eye(2, logits.shape[1]) for name, logits in view.output.items()}
    view.train_on_batch(tokens, first_two)
    after = _arrays(network(tokens))
    assert all(not np.allclose(before[name], after[name]) for name in before)


# Gradients ------------------------------------------------------------------------------------


def _gradients(network: Any, tokens: np.ndarray, loss: Any = None) -> dict[str, np.ndarray]:
    view = logits_view(network)
    variables = network.trainable_variables
    with tf.GradientTape() as tape:
        logits = view(tokens)
        if loss is None:
            parts = [tf.reduce_sum(tf.square(value - 1.0)) for value in logits.values()]
            total = tf.add_n(parts)
        else:
            total = loss(logits)
    gradients = tape.gradient(
        total, [v.value for v in variables], unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return {
        v.path: tf.convert_to_tensor(g).numpy() for v, g in zip(variables, gradients, strict=True)
    }


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_every_weight_has_a_gradient(dependency: str, activation: str) -> None:
    tokens = _documents([8, 6, 7, 3, 8], 9)
    gradients = _gradients(_network(dependency, activation), tokens)
    for path, gradient in gradients.items():
        assert np.isfinite(gradient).all(), path
        assert np.abs(gradient).max() > 0, path
    # Padding is no word and the words of no document are not read: their vectors stay.
    rows = np.abs(gradients["document/embedding/embeddings"]).sum(axis=1)
    present = np.isin(np.arange(VOCABULARY), tokens[tokens > 0])
    assert (rows[present] > 0).all()
    assert not rows[~present].any()


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_one_word_teaches_neither_attention_nor_memory(dependency: str) -> None:
    # There is nothing to choose: the one word has all the attention whatever the weights. Nor is
    # there anything to remember: the recurrent kernel is only ever multiplied by the zero state.
    gradients = _gradients(_network(dependency), _documents([1, 1, 1], 3))
    for path, gradient in gradients.items():
        idle = path.startswith("attention") or path.endswith("recurrent_kernel")
        assert (np.abs(gradient).max() == 0) == idle, path


@pytest.mark.parametrize("level_sizes", [(1, 3), (2, 3)])
@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_a_level_is_told_what_the_level_above_predicts(
    dependency: str, level_sizes: tuple[int, ...]
) -> None:
    network = _network(dependency, "sigmoid", level_sizes)
    gradients = _gradients(
        network, _documents([8, 6], 9), lambda logits: tf.reduce_sum(logits["local_2"] ** 2)
    )
    told = np.abs(gradients["prediction_1/logits/kernel"]).max()
    # Without dependency there is no way down. With a single category above, P is a common factor
    # of all words, and the scaled ω is divided by it: only rounding is left.
    if dependency == "none" or (dependency == "scaled" and level_sizes[0] == 1):
        assert told < 1e-5
    else:
        assert told > 1e-5


# Mixed precision ------------------------------------------------------------------------------


@pytest.fixture
def mixed_float16() -> Iterator[None]:
    """Compute in float16 within a test."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_mixed_precision_stays_finite_and_near(dependency: str, mixed_float16: None) -> None:
    network = _network(dependency, "sigmoid")
    tokens = _documents([9, 4, 1, 0], 10)
    outputs = network(tokens)
    keras.config.set_dtype_policy("float32")
    exact = _network(dependency, "sigmoid")(tokens)
    for name, probabilities in outputs.items():
        assert keras.backend.standardize_dtype(probabilities.dtype) == "float16"
        np.testing.assert_allclose(probabilities, exact[name], atol=0.02)
    assert {v.dtype for v in network.trainable_variables} == {"float32"}


def test_mixed_precision_trains(mixed_float16: None) -> None:
    view = logits_view(_network(activation="sigmoid", scale=None))
    losses = {name: LevelBinaryCrossentropy() for name in view.output}
    view.compile("adam", losses, run_eagerly=True)
    tokens = _documents([9, 4, 1, 0], 10)
    targets = {
        f"{part}_{level}": np.eye(4, size, dtype="float32")
        for part in ("local", "global")
        for level, size in enumerate(LEVEL_SIZES, start=1)
    }
    values = [float(view.train_on_batch(tokens, targets)[0]) for _ in range(3)]
    assert np.isfinite(values).all()
    assert values[-1] < values[0]
