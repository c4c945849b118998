from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import baselines
import harnn

# Each is the first to load Keras in a fresh process.
_DOORS = {
    "cells": "import harnn.cells",
    "losses": "import harnn.text.losses",
}

_TEXTS = """
import warnings
warnings.simplefilter("ignore")
from harnn import HARNNClassifier
options = dict(preset="adapted", epochs=1, embedding_dim=4, recurrent_units=2, min_count=1)
texts = ["red fish", "green fish", "grey sky", "blue sky"]
labels = ["a/b", "a/c", "d/e", "d/f"]
for size in range(1, 7):
    model = HARNNClassifier(**options, random_state=0, verbose=False)
    model.fit(texts * size, labels * size, validation_data=(texts, labels))
    for words in (1, 5, 30):
        model.predict(["red " * words] * size)
    model.explain(["red fish"])
"""

_EXPORTS = """
import sys, pathlib
folder = pathlib.Path(sys.argv[1])
model.save(folder / "saved")
HARNNClassifier.load(folder / "saved").predict(texts)
for format in ("saved_model", "litert", "onnx", "keras"):
    model.export(folder / format, format=format)
import tensorflow as tf
tf.saved_model.load(str(folder / "saved_model"))
"""

_SERIES = """
import numpy as np, pandas as pd
from harnn.timeseries import RecurrentForecaster, RecurrentImputer
frame = pd.DataFrame(
    {"a": np.sin(np.arange(300) / 5), "b": np.cos(np.arange(300) / 7)},
    index=pd.date_range("2024-01-01", periods=300, freq="h"),
)
options = dict(units=2, epochs=1, window=24, stride=24, random_state=0, verbose=False)
for size in range(200, 300, 20):
    imputer = RecurrentImputer(**options).fit(frame[:size])
    forecaster = RecurrentForecaster(horizon=2, **options).fit(frame[:size])
    for rows in (50, 77, 101):
        imputer.transform(frame[:rows])
        forecaster.forecast(frame[:rows])
"""


def _standard_error(script: str, *arguments: str, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if k not in ("TF_CPP_MIN_LOG_LEVEL", "PYTHONPATH")}
    root = str(Path(harnn.__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**kept, "PYTHONPATH": root, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


@pytest.mark.parametrize("door", _DOORS)
def test_whatever_loads_keras_first_loads_it_quietly(door: str) -> None:
    # The operation starts TensorFlow's devices, which it reports on, too.
    assert _standard_error(f"{_DOORS[door]}; import keras; keras.ops.zeros(1) + 1") == ""


def test_fits_predictions_saved_models_and_exports_are_quiet(tmp_path: Path) -> None:
    assert _standard_error(_TEXTS + _EXPORTS, str(tmp_path)) == ""


def test_series_of_any_number_are_quiet() -> None:
    assert _standard_error(_SERIES) == ""


def test_other_backends_are_quiet() -> None:
    pytest.importorskip("jax")
    script = "import harnn.cells, keras; keras.layers.Dense(1).get_config()"
    assert _standard_error(script, KERAS_BACKEND="jax") == ""


def test_the_environment_and_the_loggers_are_left_as_they_were() -> None:
    script = """
import logging, os
before = dict(os.environ), logging.getLogger("tensorflow").level
import harnn.cells
assert before == (dict(os.environ), logging.getLogger("tensorflow").level)
"""
    assert _standard_error(script) == ""


def test_messages_that_the_user_asks_for_are_shown() -> None:
    asked = _standard_error("import harnn.cells", TF_CPP_MIN_LOG_LEVEL="0")
    own = _standard_error("import keras", TF_CPP_MIN_LOG_LEVEL="0")
    if not own:
        pytest.skip("this TensorFlow starts without messages")
    assert len(asked.splitlines()) == len(own.splitlines())


def test_tensorflow_that_the_user_has_loaded_keeps_its_messages() -> None:
    warned = "import tensorflow as tf; import harnn.cells; tf.get_logger().warning('slow')"
    assert "slow" in _standard_error(warned)


def _modules() -> list[Path]:
    folders = [Path(package.__file__).parent for package in (harnn, baselines)]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def test_no_module_takes_keras_from_elsewhere() -> None:
    wrong = []
    for path in _modules():
        if path.name == "quiet_keras.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            if any(name.split(".")[0] == "keras" for name in names):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []
