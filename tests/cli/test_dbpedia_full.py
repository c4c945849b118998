"""The deck's experiment at full size, run on a small folder laid out as the hub's data set is."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from harnn import generate_corpus
from harnn.text.options import PRESETS

CONFIG = Path(__file__).parents[2] / "configs" / "dbpedia_full.yaml"


@pytest.fixture(scope="module")
def hub_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated corpus as CSV files of the names and columns of DBPedia_Classes."""
    corpus = generate_corpus(documents=120, categories=(2, 4, 6), validation=40, test=40)
    folder = tmp_path_factory.mktemp("DBPedia_Classes")
    for part, name in (("train", "train"), ("validation", "val"), ("test", "test")):
        split = corpus.parts[part]
        with (folder / f"DBPEDIA_{name}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["text", "l1", "l2", "l3"])
            rows.writerows(
                [text, *labels]
                for text, labels in zip(split.texts, split.labels.tolist(), strict=True)
            )
    return folder


def test_it_runs_whole_on_a_folder_of_that_layout(
    harnn: Any, hub_folder: Path, tmp_path: Path
) -> None:
    small = {
        "epochs": 1, "minimum_steps": 0, "pretrain_epochs": 1, "embedding_dim": 8,
        "recurrent_units": 4, "attention_units": 4, "dense_units": 8,
    }  # fmt: skip
    overrides = [f"model.{name}={value}" for name, value in small.items()]
    folder = tmp_path / "run"
    result = harnn(
        "fit", CONFIG, f"corpus.source={hub_folder}", f"output.folder={folder}", *overrides
    )
    assert result.exit_code == 0, result.output
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    assert set(scores) == {"validation", "test"}
    model = json.loads((folder / "model" / "model.json").read_text(encoding="utf-8"))
    assert model["options"]["network"]["path_softmax"] is True
    assert model["options"]["vectors"]["pretrain"] == PRESETS["best"].vectors.pretrain
    assert model["calibration"]["kind"] == "temperature"
