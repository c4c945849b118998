"""The graph made for inference gives what the Keras network gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import onnxruntime
import pytest

from harnn.text.export.network_graph import has_network_graph, write_network_graph
from harnn.text.layers.pair_table import fill_slots
from harnn.text.name_words import NameWords
from harnn.text.network import attention_view, build_network
from harnn.text.options import NetworkOptions

SIZES = (2, 3, 5)
WORDS = 40
NAMES = NameWords((3, 7, 9, 20), ((0,), (1, 2), (), (0, 1, 2, 3), (3,), (2,), (1,), (), (), (0, 3)))
SMALL: dict[str, Any] = {
    "embedding_dim": 6,
    "recurrent_units": 5,
    "attention_units": 4,
    "dense_units": 7,
    "dependency": "none",
}
# Part by part, and all at once.
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "shortcut": {"shortcut": True},
    "category scores": {"category_scores": True},
    "names": {"name_matches": True},
    "one softmax over paths": {"path_softmax": True},
    "highways": {"highway_layers": 2},
    "first words": {"encoder_length": 4},
    "words": {"term_share": 0.4},
    "pairs": {"term_share": 0.4, "term_pairs": 12},
    "paper": {"dependency": "paper"},
    "reference": {"dependency": "reference"},
    "scaled": {"dependency": "scaled", "category_scores": True, "shortcut": True},
    "all": {
        "dependency": "scaled",
        "shortcut": True,
        "category_scores": True,
        "name_matches": True,
        "path_softmax": True,
        "highway_layers": 1,
        "encoder_length": 5,
        "term_share": 0.4,
        "term_pairs": 12,
    },
}


def network(
    options: dict[str, Any], activation: str = "softmax", sizes: tuple[int, ...] = SIZES
) -> Any:
    """Build a network all of whose parts matter."""
    model = build_network(
        NetworkOptions(**(SMALL | options)), WORDS, sizes, activation, NAMES, seed=0
    )
    generator = np.random.default_rng(1)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.7, size=variable.shape))
    layers = {layer.name: layer for layer in model.layers}
    if "names" in layers:
        layers["names"].set_name_vectors(generator.normal(size=(4, 6)))
    if "terms" in layers:
        terms = layers["terms"]
        for weight in (terms.kernel, terms.bias):
            weight.assign(generator.normal(size=weight.shape))
        terms.idf.assign(generator.gamma(2.0, size=terms.idf.shape))
    if options.get("term_pairs"):
        pairs = np.array([[word, word + step] for word in range(2, 8) for step in (0, 1)])
        slots, kept = fill_slots(pairs)
        assert len(kept) == len(pairs)
        terms.pair_slots.assign(slots)
        terms.pair_words.assign(np.concatenate([[[0, 0]], kept]))
        for weight in (terms.pair_kernel, terms.pair_idf):
            weight.assign(generator.gamma(2.0, size=weight.shape))
    return model


def documents(lengths: list[int], width: int, highest: int = WORDS) -> np.ndarray:
    generator = np.random.default_rng(len(lengths))
    tokens = np.zeros((len(lengths), width), np.int32)
    for row, length in zip(tokens, lengths, strict=True):
        row[:length] = generator.integers(1, highest, length)
    return tokens


# Few documents are read by the operator LSTM, many by a loop; of few words many are repeated.
BATCHES = [
    documents([7, 1, 3], 7, 9),
    documents([1], 1),
    documents([3], 9),
    documents([12, 9, 8, 4, 4, 2, 1, 1, 12, 5, 3], 12, 9),
]


def run(model: Any, path: Path, eight_bits: bool = False) -> Any:
    """Write a network and return what runs it."""
    write_network_graph(model, path, eight_bits)
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def ask(tokens: np.ndarray, **given: Any) -> dict[str, np.ndarray]:
        return dict(zip(names, session.run(names, {"tokens": tokens, **given}), strict=True))

    return ask


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("kind", OPTIONS)
def test_every_part_gives_what_its_layer_gives(kind: str, activation: str, tmp_path: Path) -> None:
    model = network(OPTIONS[kind], activation)
    assert has_network_graph(model)
    ask = run(model, tmp_path / "network.onnx")
    for tokens in BATCHES:
        own = attention_view(model)(tokens)
        found = ask(tokens)
        assert found.keys() == own.keys()
        for name, values in own.items():
            np.testing.assert_allclose(found[name], values, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("sizes", [(4,), (1, 3)])
def test_there_may_be_one_level_or_one_category(sizes: tuple[int, ...], tmp_path: Path) -> None:
    model = network({"term_share": 0.4, "category_scores": True}, sizes=sizes)
    ask = run(model, tmp_path / "network.onnx")
    for name, values in model(BATCHES[0]).items():
        np.testing.assert_allclose(ask(BATCHES[0])[name], values, atol=2e-6)


def test_attention_is_left_out_where_it_is_not_wanted(tmp_path: Path) -> None:
    ask = run(network(OPTIONS["all"]), tmp_path / "network.onnx")
    with_it, without = ask(BATCHES[0]), ask(BATCHES[0], without_attention=np.array(True))
    for level, size in enumerate(SIZES, start=1):
        assert with_it[f"attention_{level}"].shape == (3, size, 5)
        assert without[f"attention_{level}"].shape == (0, size, 0)
        np.testing.assert_array_equal(with_it[f"level_{level}"], without[f"level_{level}"])


def test_scores_whose_exponentials_overflow_are_no_harm(tmp_path: Path) -> None:
    model = network({"category_scores": True})
    layer = model.get_layer("attention_2")
    layer.category_embeddings.assign(layer.category_embeddings * 400)
    ask = run(model, tmp_path / "network.onnx")
    for tokens in BATCHES:
        for name, values in attention_view(model)(tokens).items():
            np.testing.assert_allclose(ask(tokens)[name], values, atol=2e-5, err_msg=name)


def test_a_document_without_a_word_has_probabilities(tmp_path: Path) -> None:
    ask = run(network(OPTIONS["all"]), tmp_path / "network.onnx")
    for tokens in (documents([0, 3], 3), documents([0] * 9, 2)):
        for level in range(1, 4):
            np.testing.assert_allclose(ask(tokens)[f"level_{level}"].sum(axis=1), 1, atol=1e-6)


def test_tables_of_few_bits_change_probabilities_little(tmp_path: Path) -> None:
    model = network(OPTIONS["all"])
    ask = run(model, tmp_path / "network.onnx", eight_bits=True)
    for tokens in BATCHES:
        for name, values in model(tokens).items():
            np.testing.assert_allclose(ask(tokens)[name], values, atol=0.02)
            assert not np.array_equal(ask(tokens)[name], values)


def test_the_same_network_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_network_graph(network(OPTIONS["all"]), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_what_is_computed_once_reads_constants_alone(tmp_path: Path) -> None:
    folded = write_network_graph(network(OPTIONS["all"]), tmp_path / "network.onnx")
    graph = onnx.load(tmp_path / "network.onnx").graph
    known = {tensor.name for tensor in graph.initializer} - {"without_attention"}
    for node in graph.node:
        if node.name in folded:
            assert known.issuperset(node.input)
            known.update(node.output)
    assert {"MatMul", "Gather"} <= {node.op_type for node in graph.node if node.name not in folded}


def test_networks_of_other_layers_have_no_such_graph() -> None:
    inputs = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(WORDS, 4)(inputs)
    level = keras.layers.Dense(3, "softmax")(keras.layers.GlobalAveragePooling1D()(words))
    assert not has_network_graph(keras.Model(inputs, {"level_1": level}, name="harnn"))
