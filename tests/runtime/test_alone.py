"""Exports run where nothing is installed but what their model card says."""

import json
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from packaging.requirements import Requirement

import harnn

PROJECT = Path(harnn.__file__).parent.parent


def environment(path, packages, ours=False):
    """Make a virtual environment of packages and what they need, linked, and return its Python.

    With ``ours``, this package too, without what it needs.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(path)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = path / "lib" / version / "site-packages"
    wanted, linked = list(packages), set()
    while wanted:
        found = distribution(wanted.pop())
        if found.name.lower() in linked:
            continue
        linked.add(found.name.lower())
        for top in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            target = Path(str(found.locate_file(top)))
            if target.exists() and not (site / top).exists():
                (site / top).symlink_to(target)
        for line in found.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                wanted.append(needed.name)
    if ours:
        (site / "harnn").symlink_to(PROJECT / "harnn")
        info = site / f"harnn-{harnn.__version__}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: harnn\nVersion: {harnn.__version__}\n")
    return path / "bin" / "python"


def run(python, code, *arguments):
    # Nothing of this process leads back to its packages.
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ran = subprocess.run(
        [python, "-I", "-c", code, *map(str, arguments)],
        capture_output=True, text=True, timeout=300, env={**kept, "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


TEXTS = ["water flows long", "", "ΟΔΥΣΣΕΥΣ racket serve"]

ONNX = """
import json, sys
from harnn.runtime import OnnxClassifier
served = OnnxClassifier.load(sys.argv[1])
said = served.predict_proba(json.loads(sys.argv[2])).tolist()
sets = served.predict_sets(json.loads(sys.argv[2]), 0.5)
served.explain(json.loads(sys.argv[2]))
heavy = [n for n in ("tensorflow", "keras", "sklearn", "scipy", "pandas") if n in sys.modules]
print(json.dumps([said, sets, heavy]))
"""

SERVED = """
import json, sys
import asyncio
from harnn.runtime import OnnxClassifier
from harnn.serving import create_application
application = create_application(OnnxClassifier.load(sys.argv[1]))

async def ask(path, body):
    sent, asked = [], [{"type": "http.request", "body": body}]
    async def receive():
        return asked.pop() if asked else await asyncio.Event().wait()
    async def send(message):
        sent.append(message)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }
    await application(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()

async def main():
    async with application.router.lifespan_context(application):
        body = json.dumps({"texts": json.loads(sys.argv[2])}).encode()
        return [await ask(path, body) for path in ("/predict", "/explain")] + [
            await ask("/", b"text=water")
        ]

answers = asyncio.run(main())
heavy = [n for n in ("tensorflow", "keras", "sklearn", "scipy", "pandas") if n in sys.modules]
print(json.dumps([answers, heavy]))
"""

BARE_ONNX = """
import json, sys
import numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1] + "/network.onnx")
print(json.dumps([one.tolist() for one in session.run(
    ["level_1", "level_2"], {"tokens": np.array([[2, 3, 4, 0]], np.int32)})]))
"""

STREAM = """
import json, sys
from datetime import datetime
from harnn.runtime import imputation_stream
stream = imputation_stream(sys.argv[1])
rows = [[float("nan") if one is None else one for one in row] for row in json.loads(sys.argv[2])]
times = [datetime.fromisoformat(time) for time in json.loads(sys.argv[3])]
filled = [stream.step(row, time).tolist() for row, time in zip(rows, times)]
heavy = [n for n in ("tensorflow", "keras", "sklearn", "scipy", "pandas") if n in sys.modules]
print(json.dumps([filled, heavy]))
"""

SAVED_MODEL = """
import json, sys
import tensorflow as tf
try:
    import harnn
except ModuleNotFoundError:
    model = tf.saved_model.load(sys.argv[1])
    said = model.signatures["serving_default"](texts=tf.constant(json.loads(sys.argv[2])))
    print(json.dumps(said["probabilities"].numpy().tolist()))
"""


@pytest.fixture(scope="module")
def small_classifier():
    from harnn import HARNNClassifier

    texts = ["water flows long", "racket serve court", "verse rhyme", "water deep"] * 15
    labels = ["place/river", "person/tennis", "person/poet", "place/lake"] * 15
    return HARNNClassifier(
        "adapted",
        epochs=3,
        embedding_dim=8,
        recurrent_units=4,
        min_count=1,
        random_state=0,
        verbose=False,
    ).fit(texts, labels)


def test_the_runtime_needs_numpy_and_onnxruntime_alone(small_classifier, tmp_path):
    small_classifier.export(tmp_path / "served", "onnx")
    python = environment(tmp_path / "venv", ["numpy", "onnxruntime"], ours=True)
    said, sets, heavy = run(python, ONNX, tmp_path / "served", json.dumps(TEXTS))
    assert heavy == []
    np.testing.assert_allclose(said, small_classifier.predict_proba(TEXTS), atol=1e-5)
    assert sets == small_classifier.predict_sets(TEXTS, 0.5)
    bare = run(python, BARE_ONNX, tmp_path / "served")
    own = small_classifier.model_(np.array([[2, 3, 4, 0]]))
    for one, name in zip(bare, ("level_1", "level_2"), strict=True):
        np.testing.assert_allclose(one, own[name], atol=1e-5)


def test_a_server_needs_little_more(small_classifier, tmp_path):
    small_classifier.export(tmp_path / "served", "onnx")
    packages = ["numpy", "onnxruntime", "fastapi", "jinja2", "prometheus-client", "uvicorn"]
    python = environment(tmp_path / "venv", packages, ours=True)
    answers, heavy = run(python, SERVED, tmp_path / "served", json.dumps(TEXTS))
    assert heavy == []
    assert [status for status, _ in answers] == [200, 200, 200]
    said = json.loads(answers[0][1])["predictions"]
    expected = small_classifier.predict(TEXTS)
    assert [one["paths"][0]["path"] for one in said] == list(expected)


def test_a_stream_needs_numpy_and_onnxruntime_alone(tmp_path):
    from harnn.timeseries import RecurrentImputer

    X = np.sin(np.arange(300.0) / 5)[:, None]
    X[::3] = np.nan
    # Clocks are set back at the twelfth step.
    times = pd.date_range("2022-10-29 16:00", periods=300, freq="h", tz="Europe/Berlin")
    imputer = RecurrentImputer(
        direction="forward", units=4, epochs=1, random_state=0, verbose=False
    ).fit(X, times=times)
    imputer.export(tmp_path / "served")
    python = environment(tmp_path / "venv", ["numpy", "onnxruntime"], ours=True)
    stamps = json.dumps([time.isoformat() for time in times[:20]])
    rows = [[None if np.isnan(one) else one for one in row] for row in X[:20]]
    filled, heavy = run(python, STREAM, tmp_path / "served", json.dumps(rows), stamps)
    assert heavy == []
    expected = imputer.transform(X[:20], times=times[:20])
    np.testing.assert_allclose(filled, expected, atol=1e-5)


def test_a_saved_model_needs_tensorflow_alone(small_classifier, tmp_path):
    small_classifier.export(tmp_path / "served", "saved_model")
    python = environment(tmp_path / "venv", ["tensorflow"])
    said = run(python, SAVED_MODEL, tmp_path / "served", json.dumps(TEXTS))
    np.testing.assert_allclose(said, small_classifier.predict_proba(TEXTS), atol=1e-5)
