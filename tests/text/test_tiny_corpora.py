"""The default preset on corpora of a few documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier
from harnn.errors import DataError

# The default preset, with a network that is small and quick.
TINY: dict[str, Any] = {
    "embedding_dim": 8,
    "recurrent_units": 4,
    "attention_units": 4,
    "dense_units": 8,
    "epochs": 1,
    "minimum_steps": 0,
    "pretrain_epochs": 1,
    "random_state": 0,
    "verbose": False,
}
TEXTS = ["a river in the north", "a deep lake", "plays tennis well", "runs long marathons"]
LABELS = ["place/river", "place/lake", "person/tennis", "person/runner"]
ROWS = [path.split("/") for path in LABELS]
UNKNOWN = [["place", None], ["person", None]]

# Without validation data `fit` holds out at least one document, whose words may be unknown then.
pytestmark = pytest.mark.filterwarnings("ignore::harnn.errors.UnknownWordsWarning")


@pytest.mark.parametrize(
    ("texts", "labels", "options"),
    [
        (TEXTS[:2], LABELS[:2], {"min_count": 1}),
        ((TEXTS * 3)[:10], (LABELS * 3)[:10], {}),
        (TEXTS * 3, ["x", "y"] * 6, {}),
        (["river", "lake", "tennis", "run"] * 3, LABELS * 3, {}),
        (["", "river lake", "  ", "tennis tennis"] * 3, LABELS * 3, {}),
        (TEXTS * 3, [[LABELS[0], LABELS[2]], [LABELS[1]], [], [LABELS[3]]] * 3, {}),
        (TEXTS * 3, [["x"], []] * 6, {"label_form": "paths"}),
        (TEXTS * 5, ROWS + UNKNOWN * 8, {"label_form": "levels"}),
    ],
    ids=[
        "two documents",
        "ten documents",
        "one level",
        "documents of one word",
        "documents without a word",
        "several paths",
        "one category or none",
        "a level unknown for most documents",
    ],
)
def test_a_tiny_corpus_is_learnt(
    texts: list[str], labels: list[Any], options: dict[str, Any]
) -> None:
    fitted = HARNNClassifier(**TINY, **options).fit(texts, labels)
    asked = [*texts[:2], "", "words unheard of"]
    probabilities = fitted.predict_proba(asked)
    assert len(fitted.predict(asked)) == 4
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert fitted.evaluate(texts, labels).incoherent_share == 0.0


def test_a_model_without_pairs_of_words_and_without_words_in_names_is_saved_and_loaded(
    tmp_path: Path,
) -> None:
    texts, labels = ["river", "lake", "tennis", "run"] * 3, ["(", ")", "[", "]"] * 3
    fitted = HARNNClassifier(**TINY).fit(texts, labels)
    assert fitted.model_.get_layer("terms").pairs == 0
    assert "names" not in {layer.name for layer in fitted.model_.layers}
    fitted.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(texts), fitted.predict_proba(texts))


def test_validation_data_of_one_document_are_enough() -> None:
    fitted = HARNNClassifier(**TINY).fit(TEXTS * 3, LABELS * 3, (TEXTS[:1], LABELS[:1]))
    assert fitted.predict(TEXTS[:1]).tolist() in [[label] for label in LABELS]
    with pytest.raises(DataError, match=r"at least 9 validation documents .* and there are 1"):
        fitted.predict_sets(TEXTS, coverage=0.9)


@pytest.mark.parametrize(
    ("texts", "labels", "options", "said"),
    [
        (TEXTS[:1], LABELS[:1], {}, "every document has the same label"),
        (TEXTS * 3, ["x"] * 12, {}, "every document has the same label"),
        (TEXTS * 3, [[]] * 12, {"label_form": "paths"}, "no document has a category"),
        (TEXTS[::2], ["x", "y"], {}, "no word occurs 2 times .* min_count=1 keeps every word"),
        (["", " "] * 4, ["%", "§"] * 4, {"min_count": 1}, "there is no word in the"),
    ],
    ids=["one document", "one category", "no category", "no frequent word", "no word"],
)
def test_what_cannot_be_learnt_is_refused_with_the_reason(
    texts: list[str], labels: list[Any], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        HARNNClassifier(**TINY, **options).fit(texts, labels)
