"""Exported networks of series say what the estimators' own do, and run without them."""

import json

import numpy as np
import pandas as pd
import pytest

from harnn.errors import ConfigError, ExportError, ModelFolderError
from harnn.runtime import imputation_stream
from harnn.timeseries import RecurrentForecaster, RecurrentImputer
from harnn.timeseries import export as module

SMALL = {"units": 4, "window": 12, "epochs": 1, "random_state": 0, "verbose": False}
TIME = np.arange(400)
X = np.stack([np.sin(TIME / 5), 3 * np.cos(TIME / 9) + 10], axis=1)
HOLED = np.where(np.random.default_rng(0).random(X.shape) < 0.3, np.nan, X)


@pytest.fixture(scope="module")
def dated():
    frame = pd.DataFrame(HOLED, columns=["flow", "heat"])
    frame.index = pd.date_range("2024-01-01", periods=len(frame), freq="h")
    return frame


@pytest.fixture(scope="module")
def exported(dated, tmp_path_factory):
    imputer = RecurrentImputer(
        cell="lstm", direction="decoupled", layer_norm=True, likelihood="sensor",
        periods=(86400.0,), **SMALL,
    ).fit(dated)  # fmt: skip
    return imputer, imputer.export(tmp_path_factory.mktemp("exported") / "served")


def test_a_stream_of_an_export_fills_what_the_imputer_fills(exported, dated):
    imputer, found = exported
    assert found.networks == ("network.onnx", "stream.onnx")
    assert found.difference < 1e-5
    stream = imputation_stream(found.path)
    filled = [stream.step(row, time) for time, row in dated.iterrows()]
    np.testing.assert_allclose(filled, imputer.transform(dated, causal=True), atol=1e-5)


def test_a_network_is_asked_with_the_channels_that_its_card_lists(exported, dated):
    import onnxruntime

    imputer, found = exported
    card = (found.path / "README.md").read_text(encoding="utf-8")
    for said in ("flow, heat", "its last value", "log(1 + δ / 3600)", "modulo 86400", "precisions"):
        assert said in card
    (series,) = imputer._scaled(imputer._read(dated, None))
    readings = imputer._readings.of(series.values, series.observed, series.times)
    session = onnxruntime.InferenceSession(found.path / "network.onnx")
    (said,) = session.run(["reconstruction"], {"readings": readings[None, :12]})
    own = imputer.model_(readings[None, :12])["reconstruction"]
    np.testing.assert_allclose(said, own, atol=1e-5)


@pytest.mark.parametrize("format", module.FORMATS)
def test_a_network_that_reads_both_directions_has_no_stream(format, tmp_path):
    found = RecurrentImputer(**SMALL).fit(HOLED).export(tmp_path / "served", format)
    assert found.networks == (f"network.{format}",)
    card = (found.path / "README.md").read_text(encoding="utf-8")
    assert "the line between its neighbours" in card
    assert "the steps to its next value" in card
    if format == "onnx":
        with pytest.raises(ConfigError, match="a RecurrentImputer without a stream"):
            imputation_stream(found.path)


def test_a_forecaster_is_exported_too(tmp_path):
    forecaster = RecurrentForecaster(horizon=3, **SMALL).fit(HOLED)
    found = forecaster.export(tmp_path / "served")
    index = json.loads((found.path / "model.json").read_text(encoding="utf-8"))
    assert index["networks"]["network.onnx"]["outputs"] == ["forecast"]
    assert found.difference < 1e-5


def test_what_differs_is_not_written(exported, tmp_path, monkeypatch):
    imputer, _ = exported
    original = module._run

    def wrong(path, inputs, names):
        return {n: np.asarray(v) + 2e-4 for n, v in original(path, inputs, names).items()}

    monkeypatch.setattr(module, "_run", wrong)
    with pytest.raises(ExportError, match=r"network\.onnx differs from the network by"):
        imputer.export(tmp_path / "served")
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_and_an_altered_export_are_refused(exported, tmp_path):
    imputer, _ = exported
    with pytest.raises(ConfigError, match="'onx'; did you mean 'onnx'"):
        imputer.export(tmp_path / "served", "onx")
    found = imputer.export(tmp_path / "served")
    (found.path / "stream.onnx").write_bytes(b"another network")
    with pytest.raises(ModelFolderError, match=r"stream\.onnx: truncated or altered"):
        imputation_stream(found.path)
