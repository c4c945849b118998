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

from harnn.errors import ConfigError
from harnn.text.documents import pad
from harnn.text.explanation.backend_gradient import gradient
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

# Runs on the other backend, in a folder with the network's weights.
_PROGRAM = """
import json

import keras
import numpy as np

from harnn.text.documents import pad
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

options = NetworkOptions(embedding_dim=6, recurrent_units=5, attention_units=4, dense_units=7)
model = build_network(options, 12, (2, 5), "softmax", seed=1)
model.load_weights("network.weights.h5")
network = ExplainedNetwork(model)
documents = [np.array([4, 1, 7, 3, 9]), np.array([2, 5])]
found = IntegratedGradients(network)(documents, [0, 4], 4)
_, attention = network.read(pad(documents, 32))
print(json.dumps({
    "backend": keras.config.backend(),
    "words": [attributions.words.tolist() for attributions in found],
    "gaps": [attributions.gap for attributions in found],
    "attention": attention.tolist(),
}))
"""


def test_jax_gives_the_same_attributions_and_attention(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    options = NetworkOptions(embedding_dim=6, recurrent_units=5, attention_units=4, dense_units=7)
    model = build_network(options, 12, (2, 5), "softmax", seed=0)
    generator = np.random.default_rng(0)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.5, size=variable.shape))
    model.save_weights(tmp_path / "network.weights.h5")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=tmp_path,
        env={
            **os.environ,
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            # What is compiled runs once.
            "XLA_FLAGS": "--xla_backend_optimization_level=0",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    on_jax: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (on_jax["backend"], keras.config.backend()) == ("jax", "tensorflow")
    network = ExplainedNetwork(model)
    documents = [np.array([4, 1, 7, 3, 9]), np.array([2, 5])]
    expected = IntegratedGradients(network)(documents, [0, 4], 4)
    for words, gap, attributions in zip(on_jax["words"], on_jax["gaps"], expected, strict=True):
        np.testing.assert_allclose(words, attributions.words, atol=1e-4)
        assert gap == pytest.approx(attributions.gap, abs=1e-4)
    attention = network.read(pad(documents, 32))[1]
    np.testing.assert_allclose(on_jax["attention"], attention, atol=1e-5)


def test_other_backends_are_refused_with_what_works_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.config, "backend", lambda: "torch")
    with pytest.raises(ConfigError, match="'torch': explain with the method attention alone"):
        gradient(lambda point: point, np.ones(3))
