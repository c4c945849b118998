from __future__ import annotations

import numpy as np
import pytest
from training_benchmark.harnn_step import preset_steps
from training_benchmark.keras_transcription import LENGTH, build_transcription
from training_benchmark.network_sizes import NetworkSizes
from training_benchmark.synthetic_documents import SyntheticDocuments

from harnn.text.network import build_network, logits_view
from harnn.text.options import PRESETS, NetworkOptions

SIZES = NetworkSizes(
    vocabulary=40,
    level_sizes=(2, 5, 9),
    embedding_dim=6,
    units=3,
    attention_units=4,
    dense_units=7,
    highway_layers=1,
)
# The network that the transcription is of, in this package.
REFERENCE = NetworkOptions(
    embedding_dim=SIZES.embedding_dim,
    recurrent_units=SIZES.units,
    attention_units=SIZES.attention_units,
    dense_units=SIZES.dense_units,
    highway_layers=SIZES.highway_layers,
    dependency="reference",
)
DOCUMENTS = SyntheticDocuments(
    vocabulary=400, level_sizes=(2, 5, 9), batch_size=4, time=12, shortest=8, count=2
)


def _weights(*layers):
    return sum(layer.count_params() for layer in layers)


def test_the_transcription_has_the_weights_that_are_counted():
    model = build_transcription(SIZES)
    layers = {layer.name: layer for layer in model.layers}
    found = {
        "embedding": _weights(layers["embedding"]),
        "bilstm": _weights(layers["bilstm"]),
        "attention": _weights(*(layers[f"attention_{level}"] for level in (1, 2, 3))),
        "category scores": 0,
        "local": _weights(*(of for name, of in layers.items() if name.startswith("local_"))),
        "hybrid": _weights(*(of for name, of in layers.items() if name.startswith("hybrid"))),
    }
    assert found == SIZES.weights
    assert model.count_params() == sum(SIZES.weights.values())


def test_the_transcription_computes_what_the_reference_network_computes_without_padding():
    ours = logits_view(
        build_network(REFERENCE, SIZES.vocabulary, SIZES.level_sizes, "sigmoid", seed=0)
    )
    model = build_transcription(SIZES)
    of_ours = {layer.name: layer for layer in ours.layers}
    hybrid, document = of_ours["hybrid"], of_ours["document"]
    ((transform, gate),) = hybrid.highways
    weights = {
        "embedding": document.embedding.get_weights(),
        "bilstm": document.encoder.get_weights(),
        "hybrid_features": hybrid.features.get_weights(),
        "hybrid_highway": transform.get_weights(),
        "hybrid_gate": gate.get_weights(),
        "hybrid": hybrid.logits.get_weights(),
    }
    for level in (1, 2, 3):
        words, categories = of_ours[f"attention_{level}"].get_weights()
        weights[f"attention_{level}"] = [words, categories.T]
        prediction = of_ours[f"prediction_{level}"]
        weights[f"local_{level}_features"] = prediction.features.get_weights()
        weights[f"local_{level}"] = prediction.logits.get_weights()
    for name, values in weights.items():
        model.get_layer(name).set_weights(values)
    tokens = np.random.default_rng(0).integers(2, SIZES.vocabulary, (3, LENGTH)).astype("int32")

    expected, found = ours(tokens), model(tokens)

    for level in (1, 2, 3):
        np.testing.assert_allclose(
            found[f"local_{level}"], expected[f"local_{level}"], rtol=1e-4, atol=1e-5
        )
    together = np.concatenate([expected[f"global_{level}"] for level in (1, 2, 3)], axis=1)
    np.testing.assert_allclose(found["global"], together, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_step_of_a_preset_has_the_weights_that_are_counted_and_trains(preset):
    small = {"embedding_dim": 6, "recurrent_units": 3, "attention_units": 4, "dense_units": 7}
    sizes, model, steps = preset_steps(preset, DOCUMENTS, **small)
    counted = sum(sizes.weights.values())
    # One weight per level scales the matches of the names.
    names = len(DOCUMENTS.level_sizes) if PRESETS[preset].network.name_matches else 0
    assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == counted + names
    before = [np.array(weight) for weight in model.trainable_weights]
    for _, (_, step) in zip(range(3), steps, strict=False):
        assert np.isfinite(step())
    changed = [
        (np.array(weight) != old).any()
        for weight, old in zip(model.trainable_weights, before, strict=True)
    ]
    assert all(changed)


def test_the_size_of_a_step_does_not_count_padding_as_words():
    _, _, steps = preset_steps("adapted", DOCUMENTS, embedding_dim=6, recurrent_units=3)
    work, _ = next(steps)
    tokens, _ = DOCUMENTS.batches[0]
    assert (work.documents, work.words) == (4, int((tokens != 0).sum()))
    assert work.words < tokens.size


def test_multiply_adds_are_those_of_the_products_of_the_equations():
    sizes = NetworkSizes(
        vocabulary=10,
        level_sizes=(2, 3),
        embedding_dim=7,
        units=5,
        attention_units=11,
        dense_units=13,
        shortcut=True,
        category_scores=True,
        highway_layers=1,
        name_words=19,
        paths=3,
    )
    features = 2 * 5 + 7
    # Left factors (words, k) and right factors (k, n) of the products of a word.
    trained = [(7, 20), (5, 20)] * 2  # inputs and states of the LSTM, in both directions
    trained += [(features, 11), (11, 2), (features, 11), (11, 3)]  # attention of two levels
    trained += [(1, features)] * 2  # summaries
    trained += [(features, 2), (features, 3)]  # category scores
    of_word = 3 * sum(k * n for k, n in trained) + 7 * 19
    dense = [(2 * features, 13)] * 2 + [(13, 2), (13, 3)]
    dense += [(26, 13), (13, 13), (13, 13), (13, 5)]  # hybrid, with one highway layer
    of_document = 3 * sum(k * n for k, n in dense) + 2 * 5 * 3
    assert sizes.multiply_adds(documents=4, time=6) == 4 * (6 * of_word + of_document)


def test_the_pytorch_model_has_the_weights_that_are_counted():
    pytest.importorskip("torch")
    from training_benchmark.torch_harnn import Form, build_model, count_weights

    sizes = NetworkSizes(
        vocabulary=40, level_sizes=(2, 5, 9), units=3, shortcut=True, category_scores=True, paths=9
    )
    for form in (Form(packed=True, sparse=True), Form(packed=False, sparse=False)):
        model = build_model(sizes, DOCUMENTS.paths, form)
        assert count_weights(model, sizes) == sum(sizes.weights.values())


def test_synthetic_documents_have_the_lengths_and_the_labels_that_are_asked_for():
    paths = DOCUMENTS.paths
    assert len(np.unique(paths, axis=0)) == 9
    # Each category has one parent.
    assert len(np.unique(paths[:, :2], axis=0)) == 5
    for tokens, categories in DOCUMENTS.batches:
        lengths = (tokens != 0).sum(axis=1)
        assert lengths.min() >= 8
        assert lengths.max() == tokens.shape[1] == 12
        assert tokens.max() < 400
        # Padding stands on the right.
        assert ((tokens != 0) == (np.arange(12) < lengths[:, None])).all()
        assert all(row in paths.tolist() for row in categories.tolist())
    ids, names = DOCUMENTS.name_words(30)
    assert len(set(ids)) == 30
    assert len(names) == 16
    assert all(0 <= place < 30 for name in names for place in name)
