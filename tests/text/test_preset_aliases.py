"""Everything that was made with the former name of a preset goes on with either name."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from harnn import HARNNClassifier
from harnn.text.export import ModelCard
from harnn.text.export.formats import format_named

TEXTS = ["a river in the north", "a lake", "plays tennis", "runs marathons"] * 5
LABELS = ["place/river", "place/lake", "person/tennis", "person/runner"] * 5


def classifier(preset: str, **options: Any) -> HARNNClassifier:
    sizes = dict.fromkeys(("embedding_dim", "recurrent_units", "attention_units"), 4)
    return HARNNClassifier(
        preset, **sizes, dense_units=8, epochs=2, minimum_steps=0, pretrain_epochs=1,
        random_state=0, verbose=False, **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def former(checkpoint: str) -> HARNNClassifier:
    return classifier("champion", checkpoint_dir=checkpoint).fit(TEXTS, LABELS)


def test_a_checkpoint_is_taken_up(former: HARNNClassifier, checkpoint: str) -> None:
    resumed = classifier("best", checkpoint_dir=checkpoint).fit(TEXTS, LABELS)
    assert resumed.history_ == former.history_  # with its seconds, so that nothing was fitted again
    np.testing.assert_array_equal(resumed.predict_proba(TEXTS), former.predict_proba(TEXTS))


def test_a_saved_model_is_loaded(former: HARNNClassifier, tmp_path: Path) -> None:
    former.save(tmp_path / "model")
    written = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert written["parameters"]["preset"] == "champion"
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), former.predict_proba(TEXTS))
    assert clone(loaded).resolved_options() == classifier("best").resolved_options()


def test_a_pickle_is_loaded(former: HARNNClassifier) -> None:
    loaded = pickle.loads(pickle.dumps(former))
    assert loaded.preset == "champion"
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), former.predict_proba(TEXTS))


def test_a_model_card_names_the_preset_of_today(former: HARNNClassifier) -> None:
    card = ModelCard().written(former, format_named("keras"), 0.0, 1, "one text")
    assert "preset best, " in card
    assert "champion" not in card
