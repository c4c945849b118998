from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace

import numpy as np
import pytest

from baselines import MajorityPath
from harnn import HARNNClassifier, load_corpus
from harnn.comparison.fitting import FittedModel, settings
from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.comparison.run_store import StoredRun, fingerprint
from harnn.errors import DataError
from harnn.evaluation.report import Cost
from harnn.text.options import PRESETS, HARNNOptions


@pytest.fixture
def fitted() -> FittedModel:
    return FittedModel(
        {"test": Predictions(np.array([[True, False, True]]))},
        Cost(
            fit_seconds=1.5,
            predict_seconds=0.5,
            documents_per_second=2.0,
            peak_memory_bytes=None,
            parameters=3,
            disk_bytes=None,
        ),
        {"alpha": 0.5, "words": ["a"]},
        ({"epoch": 1.0, "loss": 0.25},),
        1,
        ("a note",),
    )


def test_a_stored_fit_comes_back_the_same(tmp_path, fitted):
    store = StoredRun.of(tmp_path, "model", 3)
    assert store.fingerprint is None
    store.write(fitted, "print")
    again = StoredRun.of(tmp_path, "model", 3)
    assert again.fingerprint == "print"
    back = again.read(categories=3)
    np.testing.assert_array_equal(
        back.predictions["test"].decisions, fitted.predictions["test"].decisions
    )
    for field in ("cost", "settings", "history", "best_epoch", "notes"):
        assert getattr(back, field) == getattr(fitted, field)


def test_a_cleared_fit_is_forgotten(tmp_path, fitted):
    store = StoredRun.of(tmp_path, "model", None)
    store.write(fitted, "print")
    store.clear()
    assert store.fingerprint is None
    with pytest.raises(DataError, match="holds no finished fit"):
        store.read(3)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"fingerprint": 3}', b"\xff\x00"])
def test_a_damaged_record_is_refused_with_what_to_do(tmp_path, fitted, damage):
    store = StoredRun.of(tmp_path, "model", None)
    store.write(fitted, "print")
    (store.folder / "run.json").write_bytes(damage)
    with pytest.raises(DataError, match=r"run\.json: damaged: .*--refit model.*or delete"):
        _ = store.fingerprint


@pytest.mark.parametrize("keep", [0, 10, 100])
def test_truncated_predictions_are_refused_with_what_to_do(tmp_path, fitted, keep):
    store = StoredRun.of(tmp_path, "model", None)
    store.write(fitted, "print")
    file = store.folder / "predictions.npz"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(DataError, match=r"predictions\.npz: truncated or altered.*--refit model"):
        store.read(3)


def test_predictions_of_another_fit_or_none_are_refused(tmp_path, fitted):
    store, other = StoredRun.of(tmp_path, "model", None), StoredRun.of(tmp_path, "other", None)
    store.write(fitted, "print")
    said = {"test": Predictions(np.array([[False, False, True]]))}
    other.write(replace(fitted, predictions=said), "print")
    shutil.copy(other.folder / "predictions.npz", store.folder)
    with pytest.raises(DataError, match="truncated or altered"):
        store.read(3)
    (store.folder / "predictions.npz").unlink()
    with pytest.raises(DataError, match="is missing"):
        store.read(3)


def test_pickled_predictions_are_not_opened(tmp_path, fitted):
    store = StoredRun.of(tmp_path, "model", None)
    store.write(fitted, "print")
    objects = np.array([{"code": "would run"}], dtype=object)
    file = store.folder / "predictions.npz"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    np.savez(file, **{"test.decisions": objects})
    record = store.folder / "run.json"
    after = hashlib.sha256(file.read_bytes()).hexdigest()
    record.write_text(record.read_text().replace(before, after))
    with pytest.raises(DataError, match="damaged"):
        store.read(3)


def test_the_fingerprint_depends_on_model_settings_seed_and_data():
    judge = Judge.of(load_corpus(["1", "2"], labels=[["a"], ["b"]], label_form="levels"))
    other = Judge.of(load_corpus(["1", "3"], labels=[["a"], ["b"]], label_form="levels"))
    model = HARNNClassifier(epochs=3)
    first = fingerprint(model, 0, judge)
    assert first == fingerprint(HARNNClassifier(epochs=3, verbose=False), 0, judge)
    assert first == fingerprint(HARNNClassifier(epochs=3, checkpoint_dir="here"), 0, judge)
    different = [
        fingerprint(HARNNClassifier(epochs=4), 0, judge),
        fingerprint(MajorityPath(), 0, judge),
        fingerprint(model, 1, judge),
        fingerprint(model, 0, other),
    ]
    assert len({first, *different}) == 5


def test_unlabelled_texts_count_for_the_models_that_read_them():
    corpus = load_corpus(["1", "2"], labels=[["a"], ["b"]], label_form="levels")
    plain, more = (
        Judge.of(replace(corpus, unlabelled=part))
        for part in (None, load_corpus(["3"], labels=[["a"]], label_form="levels").train)
    )
    network, majority = HARNNClassifier(), MajorityPath()
    assert fingerprint(network, 0, plain) != fingerprint(network, 0, more)
    assert fingerprint(majority, 0, plain) == fingerprint(majority, 0, more)


def test_a_fit_of_another_version_is_another_fit(monkeypatch):
    judge = Judge.of(load_corpus(["one", "two"], labels=["a", "b"]))
    before = fingerprint(MajorityPath(), None, judge)
    monkeypatch.setattr("harnn.__version__", "0.0.0")
    assert fingerprint(MajorityPath(), None, judge) != before


def test_a_preset_that_says_something_else_now_is_another_model(monkeypatch):
    judge = Judge.of(load_corpus(["one", "two"], labels=["a", "b"]))
    before = fingerprint(HARNNClassifier("adapted"), 0, judge)
    assert fingerprint(HARNNClassifier("adapted", epochs=10), 0, judge) == before
    changed = HARNNOptions.resolve("adapted", epochs=11)
    monkeypatch.setitem(PRESETS, "adapted", changed)
    assert fingerprint(HARNNClassifier("adapted"), 0, judge) != before
    assert fingerprint(HARNNClassifier("adapted", epochs=10), 0, judge) == before


@pytest.mark.parametrize(("alias", "name"), [("champion", "best"), ("reference", "paper")])
def test_a_fit_is_found_under_both_names_of_its_preset(monkeypatch, alias, name):
    judge = Judge.of(load_corpus(["one", "two"], labels=["a", "b"]))
    keys = {fingerprint(HARNNClassifier(preset), 0, judge) for preset in (alias, name)}
    assert len(keys) == 1
    # Before the presets were renamed, the settings in the key had the name that is an alias now.
    former = settings(HARNNClassifier(name)) | {"preset": alias}
    monkeypatch.setattr("harnn.comparison.run_store.settings", lambda model: former)
    monkeypatch.setattr("harnn.comparison.run_store._FIRST_NAMES", {})
    assert fingerprint(HARNNClassifier(name), 0, judge) in keys


def test_a_wrong_option_is_left_for_the_fit_to_refuse():
    judge = Judge.of(load_corpus(["one", "two"], labels=["a", "b"]))
    wrong = fingerprint(HARNNClassifier(epochs=0), 0, judge)
    assert wrong != fingerprint(HARNNClassifier(epochs=-1), 0, judge)
