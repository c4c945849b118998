"""The same code on another backend: in a process of its own, since Keras has one backend each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from harnn.text.layers.pair_table import fill_slots
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

OPTIONS = {
    "embedding_dim": 6,
    "recurrent_units": 5,
    "attention_units": 4,
    "dense_units": 7,
    "highway_layers": 1,
    "encoder_length": 4,
    "term_share": 0.4,
    "term_pairs": 30,
}
LEVEL_SIZES = (2, 5)

# Runs on the other backend, in a folder with the network's weights and inputs.
_PROGRAM = """
import json
import sys

import keras
import numpy as np

from harnn import HARNNClassifier
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions
from harnn.training.progress import FitProgress

options, level_sizes = json.loads(sys.argv[1])
found = {"backend": keras.config.backend()}

for dependency in ("none", "paper", "reference", "scaled"):
    network = build_network(
        NetworkOptions(dependency=dependency, **options), 20, tuple(level_sizes), "softmax", seed=9
    )
    network.load_weights(f"{dependency}.weights.h5")
    found[dependency] = {
        name: keras.ops.convert_to_numpy(probabilities).tolist()
        for name, probabilities in network(np.load("tokens.npy")).items()
    }

words = {"place/river": "water flows", "place/lake": "water deep", "person/poet": "verse rhyme"}
labels = list(words) * 28
texts = [f"{words[label]} the {k % 5}" for k, label in enumerate(labels)]
classifier = HARNNClassifier(
    "adapted",
    **options,
    epochs=3,
    batch_size=8,
    min_count=1,
    learning_rate=0.03,
    random_state=0,
    verbose=False,
    tune_term_share=True,
)
# Ctrl-C in the middle of the third epoch.
step = FitProgress.step


def interrupted(self, epoch, loss):
    if epoch == 2:
        raise KeyboardInterrupt
    step(self, epoch, loss)


FitProgress.step = interrupted
# Documents of one length in whole batches: JAX compiles anew for every shape.
classifier.fit(texts[:32], labels[:32], (texts[32:], labels[32:]))
found["share"] = classifier.term_share_
found["interrupted"] = classifier.interrupted_
found["losses"] = [figures["loss"] for figures in classifier.history_]
found["predicted"] = list(classifier.predict(list(words.values())))
roots = [not parents for parents in classifier.taxonomy_.parents]
found["row_sums"] = classifier.predict_proba(texts[:4])[:, roots].sum(axis=1).tolist()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def expected() -> Any:
    """Return inputs and, by dependency, a network and its probabilities on TensorFlow."""
    generator = np.random.default_rng(0)
    tokens = generator.integers(2, 20, size=(4, 6)).astype("int32")
    tokens[1, 1] = 1  # an unknown word
    for row, length in enumerate((6, 3, 1, 0)):
        tokens[row, length:] = 0
    networks = {
        dependency: build_network(
            NetworkOptions(dependency=dependency, **OPTIONS), 20, LEVEL_SIZES, "softmax", seed=0
        )
        for dependency in ("none", "paper", "reference", "scaled")
    }
    for network in networks.values():
        for variable in network.trainable_variables:
            variable.assign(generator.normal(scale=0.7, size=variable.shape))
        for level in (1, 2):
            network.get_layer(f"level_{level}_mixed").set_share(0.7)
        terms = network.get_layer("terms")
        pairs = np.unique(generator.integers(2, 20, size=(99, 2)), axis=0)[: terms.pairs]
        pairs[0] = tokens[0, :2]
        for weight in (terms.kernel, terms.pair_kernel):
            weight.assign(generator.normal(size=weight.shape))
        terms.pair_words.assign(np.concatenate([[[0, 0]], pairs]))
        terms.pair_slots.assign(fill_slots(pairs)[0])
        assert np.asarray(terms.pair_rows(tokens)).any()
    return tokens, {name: (network, network(tokens)) for name, network in networks.items()}


@pytest.fixture(scope="module")
def on_jax(expected: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the program finds on JAX."""
    pytest.importorskip("jax")
    tokens, networks = expected
    folder: Path = tmp_path_factory.mktemp("jax")
    for dependency, (network, _) in networks.items():
        network.save_weights(folder / f"{dependency}.weights.h5")
    np.save(folder / "tokens.npy", tokens)
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps([OPTIONS, LEVEL_SIZES])],
        cwd=folder,
        env={**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_the_program_runs_on_jax_and_this_one_on_tensorflow(on_jax: dict[str, Any]) -> None:
    assert on_jax["backend"] == "jax"
    assert keras.config.backend() == "tensorflow"


@pytest.mark.parametrize("dependency", ["none", "paper", "reference", "scaled"])
def test_the_same_weights_give_the_same_probabilities(
    dependency: str, expected: Any, on_jax: dict[str, Any]
) -> None:
    for name, probabilities in expected[1][dependency][1].items():
        np.testing.assert_allclose(on_jax[dependency][name], probabilities, rtol=0, atol=1e-5)


def test_a_classifier_learns_and_predicts(on_jax: dict[str, Any]) -> None:
    assert len(on_jax["losses"]) == 2
    assert on_jax["losses"][1] < on_jax["losses"][0]
    assert set(on_jax["predicted"]) <= {"place/river", "place/lake", "person/poet"}


def test_the_share_of_the_linear_scores_is_tuned_there_too(on_jax: dict[str, Any]) -> None:
    # One that has learned for two epochs knows less than they do.
    assert OPTIONS["term_share"] + 0.1 < on_jax["share"] <= 1.0


def test_an_interrupted_fit_keeps_the_weights_so_far(on_jax: dict[str, Any]) -> None:
    assert on_jax["interrupted"]
    # JAX hands a step the only copy of the weights: they must be back, and be numbers.
    np.testing.assert_allclose(on_jax["row_sums"], 1.0, atol=1e-5)
