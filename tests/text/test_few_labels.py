from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier, Taxonomy
from harnn.errors import FewLabelsWarning
from harnn.text.few_labels import FEW, warn_of_few_labels
from harnn.text.labels.label_codec import Targets
from harnn.text.options import HARNNOptions

TREE = Taxonomy.from_paths(["a/b", "a/c", "a/d"])
OPTIONS = HARNNOptions.resolve("adapted")


def _targets(*counts: int) -> Targets:
    rows = np.repeat(np.eye(3, dtype=bool), counts, axis=0)
    return Targets(np.column_stack([np.ones(len(rows), dtype=bool), rows]), np.ones((len(rows), 2)))


@pytest.mark.parametrize("counts", [(1, 1, 1), (0, FEW, 10 * FEW), (FEW, 1, FEW)])
def test_few_documents_in_half_of_the_categories_are_told(counts: tuple[int, ...]) -> None:
    with pytest.warns(FewLabelsWarning, match=f"at most {int(np.median(counts))} training"):
        warn_of_few_labels(_targets(*counts), TREE, OPTIONS)


def test_the_rarest_is_named() -> None:
    with pytest.warns(FewLabelsWarning, match=r"the rarest has 2 \(a/c\)"):
        warn_of_few_labels(_targets(5, 2, 7), TREE, OPTIONS)


@pytest.mark.parametrize(
    ("options", "unlabelled", "named", "not_named"),
    [
        (
            {},
            False,
            ["pretrain", "vectors_file", "name_documents, name_matches", "preset 'best'"],
            [],
        ),
        ({}, True, ["learns from the unlabelled texts"], []),
        ({"pretrain": "word2vec"}, False, ["(unlabelled)", "preset 'best'"], ["vectors_file"]),
        ({"pretrain": "word2vec"}, True, ["name_matches"], ["unlabelled", "vectors_file"]),
        ({"vectors_file": "v.txt"}, False, ["name_matches"], ["unlabelled", "pretrain"]),
        (
            {"vectors_file": "v.txt", "name_matches": True},
            False,
            ["(name_documents)", "preset 'best'"],
            ["name_matches"],
        ),
        (
            {"pretrain": "fasttext", "name_matches": True, "name_documents": 4},
            True,
            ["more labelled documents per category"],
            ["preset 'best'", "unlabelled", "name_documents", "vectors_file"],
        ),
    ],
)
def test_what_helps_is_named_as_far_as_the_options_lack_it(
    options: dict[str, Any], unlabelled: bool, named: list[str], not_named: list[str]
) -> None:
    chosen = HARNNOptions.resolve("adapted", **options)
    with pytest.warns(FewLabelsWarning) as caught:
        warn_of_few_labels(_targets(1, 1, 1), TREE, chosen, unlabelled)
    helps = str(caught[0].message).partition("What helps: ")[2]
    assert helps.startswith("more labelled documents per category")
    assert [name for name in named if name not in helps] == []
    assert [name for name in not_named if name in helps] == []


def test_many_documents_in_most_categories_are_enough() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_few_labels(_targets(1, FEW + 1, FEW + 1), TREE, OPTIONS)


def test_a_fit_on_one_document_a_category_says_so_and_learns_it() -> None:
    texts = ["a river in the north", "a lake", "plays tennis", "runs marathons"]
    labels = ["place/river", "place/lake", "person/tennis", "person/runner"]
    clf = HARNNClassifier(
        "best", epochs=3, minimum_steps=240, min_count=1, pretrain="none",
        name_matches=False, embedding_dim=16, recurrent_units=8, dense_units=16, batch_size=4,
        word_dropout=0.0, random_state=0, verbose=False,
    )  # fmt: skip
    with pytest.warns(FewLabelsWarning, match="half have at most 1 training documents"):
        clf.fit(texts, labels, validation_data=(texts, labels))
    assert clf.predict(texts).tolist() == labels
    assert len(clf.history_) == 3
