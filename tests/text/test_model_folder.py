from __future__ import annotations

import errno
import json
import shutil
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier
from harnn.errors import DataError, ModelFolderError
from harnn.model_archive import sealed
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.labels import read_labels
from harnn.text.labels.ground_truth import GroundTruth


@pytest.fixture(scope="module")
def saved(
    several_paths_classifier: HARNNClassifier, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("models") / "model"
    several_paths_classifier.save(folder)
    return folder


@pytest.fixture
def model(saved: Path, tmp_path: Path) -> Path:
    """Return a copy of the saved model that the test may damage."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


def test_holds_weights_json_arrays_and_text_alone(saved: Path) -> None:
    assert sorted(file.name for file in saved.iterdir()) == [
        "SHA256SUMS",
        "held_out.npz",
        "model.json",
        "network.weights.h5",
        "taxonomy.json",
        "thresholds.npy",
        "vocabulary.txt",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "held_out.npz",
        "model.json",
        "network.weights.h5",
        "taxonomy.json",
        "thresholds.npy",
        "vocabulary.txt",
    ],
)
def test_a_missing_or_truncated_file_is_refused_by_name(model: Path, name: str) -> None:
    file = model / name
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelFolderError, match=name.replace(".", r"\.")):
        HARNNClassifier.load(model)
    file.unlink()
    with pytest.raises(ModelFolderError, match=name.replace(".", r"\.")):
        HARNNClassifier.load(model)


def test_an_altered_file_is_refused(model: Path) -> None:
    file = model / "vocabulary.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("water", "fire"), encoding="utf-8")
    with pytest.raises(ModelFolderError, match=r"vocabulary\.txt: truncated or altered"):
        HARNNClassifier.load(model)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "version 99"),
        ({"format": "something"}, "format 'something'"),
        ({"options": {"network": {"units": 3}}}, "not a model that this version reads"),
        ({"labels": {"form": "__import__('os')"}}, "not a model that this version reads"),
        ({"parameters": {"no_such_parameter": 1}}, "not a model that this version reads"),
        ({"parameters": []}, "not a model that this version reads"),
        ({"files": None}, "damaged"),
        ({"calibration": {"kind": "temperature"}}, "not a model that this version reads"),
        ({"calibration": {"kind": "__import__('os')"}}, "not a model that this version reads"),
    ],
)
def test_another_version_or_format_is_refused(
    model: Path, change: dict[str, Any], message: str
) -> None:
    description = json.loads((model / "model.json").read_text(encoding="utf-8"))
    (model / "model.json").write_text(
        json.dumps(sealed({**description, **change})), encoding="utf-8"
    )
    with pytest.raises(ModelFolderError, match=message):
        HARNNClassifier.load(model)


def test_what_is_no_model_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match=r"no model\.json"):
        HARNNClassifier.load(tmp_path)
    with pytest.raises(ModelFolderError, match=r"no model\.json"):
        HARNNClassifier.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["thresholds.npy", "held_out.npz"])
def test_no_array_of_objects_is_ever_loaded(model: Path, name: str) -> None:
    """A NumPy file of objects holds a pickle, and a pickle runs code."""
    description = json.loads((model / "model.json").read_text(encoding="utf-8"))
    # Written, to see that it is refused.
    if name == "thresholds.npy":
        np.save(model / name, np.array([{}], dtype=object), allow_pickle=True)
    else:
        np.savez(model / name, allow_pickle=True, level=np.array([{}], dtype=object))
    from harnn.model_archive import _digest

    description["files"][name] = _digest(model / name)
    (model / "model.json").write_text(json.dumps(sealed(description)), encoding="utf-8")
    with pytest.raises(ModelFolderError, match="allow_pickle=False"):
        HARNNClassifier.load(model)


@pytest.mark.parametrize("kind", ["none", "temperature", "isotonic"])
def test_a_loaded_model_is_calibrated_stops_and_gives_sets_as_the_saved_one(
    several_paths_classifier: HARNNClassifier, several: Any, tmp_path: Path, kind: str
) -> None:
    (_, _), (texts, labels) = several
    model = copy(several_paths_classifier)
    model._set_codec(model._codec)
    model._calibration_kind = lambda: kind
    model._tune_thresholds(texts, GroundTruth(model._codec, read_labels(labels, "paths")))
    if kind != "none":
        assert model._calibration.to_dict()["kind"] == kind
    del model._calibration_kind
    model.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_allclose(loaded.predict_proba(texts), model.predict_proba(texts), atol=1e-6)
    assert loaded.predict_sets(texts) == model.predict_sets(texts)
    stopped = loaded.predict(texts, stop="confident", precision=0.8)
    assert stopped == model.predict(texts, stop="confident", precision=0.8)
    assert loaded.predict(texts) == model.predict(texts)


def test_a_folder_of_an_earlier_version_is_read_and_says_what_it_lacks(model: Path) -> None:
    description = json.loads((model / "model.json").read_text(encoding="utf-8"))
    del description["calibration"], description["files"]["held_out.npz"]
    (model / "model.json").write_text(json.dumps(sealed(description)), encoding="utf-8")
    (model / "held_out.npz").unlink()
    loaded = HARNNClassifier.load(model)
    assert len(loaded.predict(["water"])) == 1
    with pytest.raises(DataError, match="has kept none"):
        loaded.predict_sets(["water"])


def test_a_full_disk_leaves_the_older_model_whole_and_nothing_else(
    several_paths_classifier: HARNNClassifier, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {file.name: file.read_bytes() for file in model.iterdir()}

    def full(self: Vocabulary, path: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Vocabulary, "save", full)
    with pytest.raises(OSError, match="No space left"):
        several_paths_classifier.save(model)
    with pytest.raises(OSError, match="No space left"):
        several_paths_classifier.save(model.parent / "another")
    assert {file.name: file.read_bytes() for file in model.iterdir()} == before
    assert [file.name for file in model.parent.iterdir()] == ["model"]


def test_a_folder_that_is_no_model_is_not_overwritten(
    several_paths_classifier: HARNNClassifier, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not a model folder"):
        several_paths_classifier.save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
