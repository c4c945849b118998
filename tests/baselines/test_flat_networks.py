"""The flat BiLSTM and the flat attention network."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from baselines.flat_attention import FlatAttention, build_flat_attention
from baselines.flat_bilstm import FlatBiLSTM, build_flat_bilstm
from harnn import HARNNClassifier
from harnn.errors import ModelFolderError
from harnn.text.network import logits_view
from harnn.text.options import PRESETS, NetworkOptions

SMALL: dict[str, Any] = {
    "embedding_dim": 8,
    "recurrent_units": 6,
    "attention_units": 6,
    "dense_units": 12,
    "min_count": 1,
    "batch_size": 8,
    "learning_rate": 0.02,
    "epochs": 12,
    # So small a network has nothing to spare.
    "word_dropout": 0.0,
    "embedding_dropout": 0.0,
    "encoder_dropout": 0.0,
    "local_dropout": 0.0,
    "random_state": 0,
    "verbose": False,
}
TEXTS = ["a river in the north", "a lake", "plays tennis", "runs marathons"] * 15
LABELS = ["place/river", "place/lake", "person/tennis", "person"] * 15
FLAT = pytest.mark.parametrize("kind", [FlatBiLSTM, FlatAttention])
BUILDERS = pytest.mark.parametrize("build", [build_flat_bilstm, build_flat_attention])


@FLAT
def test_learns_ragged_paths_and_is_read_back_by_its_own_class_alone(kind, tmp_path):
    flat = kind(**SMALL).fit(TEXTS, LABELS)
    assert flat.score(TEXTS, LABELS) == 1.0
    flat.save(tmp_path / "model")
    again = kind.load(tmp_path / "model")
    assert type(again) is kind
    np.testing.assert_array_equal(again.predict_proba(TEXTS[:4]), flat.predict_proba(TEXTS[:4]))
    with pytest.raises(ModelFolderError, match=f"load it with {kind.__name__}.load"):
        HARNNClassifier.load(tmp_path / "model")


@FLAT
def test_the_default_preset_is_adapted_and_every_argument_of_harnn_is_taken(kind):
    ours, theirs = inspect.signature(kind).parameters, inspect.signature(HARNNClassifier).parameters
    assert list(ours) == list(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == ["preset"]
    assert kind().resolved_options() == PRESETS["adapted"]
    assert clone(kind("paper", epochs=3)).get_params() == kind("paper", epochs=3).get_params()


@FLAT
def test_fits_with_the_default_preset_of_harnn_too(kind):
    small = {**SMALL, "epochs": 1, "minimum_steps": 0, "pretrain_epochs": 1}
    flat = kind("best", **small).fit(TEXTS, LABELS)
    assert flat.term_share_ == 0.0
    assert set(flat.predict(TEXTS[:4])) <= set(LABELS)


@FLAT
def test_learns_several_paths(kind):
    labels = [[path, "extra"] if row % 2 else [path] for row, path in enumerate(LABELS)]
    flat = kind(**{**SMALL, "epochs": 30}).fit(TEXTS, labels)
    assert flat.thresholds_.shape == (len(flat.taxonomy_),)
    assert [set(paths) for paths in flat.predict(TEXTS[:2])] == [
        {"place/river"},
        {"place/lake", "extra"},
    ]


@BUILDERS
def test_every_level_has_a_head_of_its_own_and_nothing_above_it(build):
    options = NetworkOptions(embedding_dim=5, recurrent_units=4, attention_units=3, dense_units=6)
    model = build(options, 20, (2, 7), "softmax", seed=0)
    before = {name: np.asarray(p) for name, p in model(np.array([[3, 4, 5]])).items()}
    assert {name: p.shape for name, p in before.items()} == {"level_1": (1, 2), "level_2": (1, 7)}
    names = {layer.name for layer in model.layers}
    assert not any(name.startswith(("dependency", "hybrid")) for name in names)
    # What the first level's head says is of no concern to the second's.
    head = model.get_layer("prediction_1")
    head.set_weights([weight + 1.0 for weight in head.get_weights()])
    after = {name: np.asarray(p) for name, p in model(np.array([[3, 4, 5]])).items()}
    np.testing.assert_array_equal(after["level_2"], before["level_2"])


@BUILDERS
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_the_loss_sees_the_logits_of_the_probabilities(build, activation):
    options = NetworkOptions(embedding_dim=5, recurrent_units=4, attention_units=3, dense_units=6)
    model = build(options, 20, (2, 7), activation, seed=0)
    tokens = np.array([[3, 4, 5, 6], [7, 8, 0, 0]])
    logits = logits_view(model)(tokens)
    assert set(logits) == {"local_1", "local_2"}
    for level in ("1", "2"):
        raw = np.asarray(logits[f"local_{level}"], dtype=np.float64)
        expected = (
            np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
            if activation == "softmax"
            else 1 / (1 + np.exp(-raw))
        )
        said = np.asarray(model(tokens)[f"level_{level}"])
        np.testing.assert_allclose(said, expected, atol=1e-6)


@BUILDERS
def test_padding_and_the_seed_decide_nothing_they_should_not(build):
    options = NetworkOptions(embedding_dim=5, recurrent_units=4, attention_units=3, dense_units=6)
    model, twin = (build(options, 20, (2, 7), "softmax", seed=1) for _ in range(2))
    short = np.asarray(model(np.array([[3, 4]]))["level_2"])
    padded = np.asarray(model(np.array([[3, 4, 0, 0, 0]]))["level_2"])
    np.testing.assert_allclose(padded, short, atol=1e-6)
    np.testing.assert_array_equal(np.asarray(twin(np.array([[3, 4]]))["level_2"]), short)
