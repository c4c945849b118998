"""The names of the levels stay with the model and stand in its scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from baselines import LinearSVM, MajorityPath
from harnn import HARNNClassifier, load_corpus
from harnn.errors import ConfigError
from harnn.evaluation import Evaluation
from harnn.text.labels.level_names import telling_names

TEXTS = ["a river", "a lake", "he plays", "she runs"] * 9
ROWS = [["place", "river"], ["place", "lake"], ["person", "tennis"], ["person", "runner"]] * 9
NAMES = ("section", "topic")


@pytest.mark.parametrize(
    ("labels", "option", "names"),
    [
        (pd.DataFrame(ROWS, columns=list(NAMES)), None, NAMES),
        (pl.DataFrame(ROWS, schema=list(NAMES), orient="row"), None, NAMES),
        (pd.DataFrame(ROWS, columns=["l1", "l2"]), None, None),
        (pd.DataFrame(ROWS), None, None),
        (ROWS, None, None),
        (ROWS, NAMES, NAMES),
        (["/".join(row) for row in ROWS], ["section", "topic"], NAMES),
        (pd.DataFrame(ROWS, columns=list(NAMES)), ["a", "b"], ("a", "b")),
    ],
)
def test_names_come_from_columns_or_from_the_argument(
    labels: Any, option: Any, names: tuple[str, ...] | None
) -> None:
    form = "levels" if labels is ROWS else "auto"
    model = MajorityPath(label_form=form).fit(TEXTS, labels, level_names=option)
    assert model.level_names_ == names
    evaluation = model.evaluate(TEXTS, labels)
    assert [level.name for level in evaluation.levels] == list(names or [None, None])
    lines = [line.strip() for line in evaluation.text().splitlines()]
    for number, name in enumerate(names or ("", ""), 1):
        head = f"level {number}, {name} " if names else f"level {number} "
        assert any(line.startswith(head) for line in lines)
    written = json.loads(json.dumps(evaluation.to_dict()))
    assert ("name" in written["levels"][0]) == (names is not None)
    assert Evaluation.from_dict(written) == evaluation


def test_a_corpus_names_its_levels() -> None:
    frame = pd.DataFrame(ROWS, columns=list(NAMES)).assign(text=TEXTS)
    corpus = load_corpus(frame, labels=list(NAMES))
    model = LinearSVM().fit(*corpus.train, level_names=corpus.levels)
    assert model.level_names_ == NAMES


@pytest.mark.parametrize("names", [["one"], ["one", "one"], "ab", [1, 2], ["a", " "], 3])
def test_what_names_no_levels_is_refused(names: Any) -> None:
    with pytest.raises(ConfigError, match="level_names must"):
        MajorityPath(label_form="levels").fit(TEXTS, ROWS, level_names=names)


def test_names_that_only_count_the_levels_say_nothing() -> None:
    assert telling_names(["l1", "l2"]) is telling_names(["level 1", "level 2"]) is None
    assert telling_names([0, 1]) is telling_names(["a", "a"]) is telling_names(None) is None
    assert telling_names(["l1", "topic"]) == ("l1", "topic")


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_a_saved_model_keeps_the_names_and_the_kind_of_table(tmp_path: Path, library: Any) -> None:
    labels = library({name: [row[level] for row in ROWS] for level, name in enumerate(NAMES)})
    model = HARNNClassifier(
        "adapted",
        epochs=1,
        embedding_dim=4,
        recurrent_units=2,
        min_count=1,
        random_state=0,
        verbose=False,
    ).fit(TEXTS, labels)
    model.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    assert loaded.level_names_ == NAMES
    again = loaded.predict(TEXTS[:3])
    assert type(again) is library
    assert again.equals(model.predict(TEXTS[:3]))
    description = json.loads((tmp_path / "model" / "model.json").read_text())
    assert description["labels"]["library"] == ("pandas" if library is pd.DataFrame else "polars")
