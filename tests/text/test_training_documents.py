from __future__ import annotations

import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.training_documents import read_training_documents

TEXTS = [f"text {row}" for row in range(20)]
LABELS = [["a", "b"] if row % 2 else ["c", "d"] for row in range(20)]


def read(*arguments, **options):
    return read_training_documents(*arguments, label_form="levels", **options)


def test_without_a_fraction_every_document_is_for_training():
    documents = read(TEXTS, LABELS)
    assert list(documents.texts) == TEXTS
    assert (len(documents.validation_texts), len(documents.validation)) == (0, 0)


def test_a_fraction_is_held_out_with_its_labels_and_the_rest_keeps_its_own():
    documents = read(TEXTS, LABELS, validation_fraction=0.25, seed=3)
    held_out = list(documents.validation_texts)
    assert len(held_out) == 5
    assert sorted([*documents.texts, *held_out]) == sorted(TEXTS)
    columns = documents.codec.taxonomy.path_strings
    targets = documents.validation.model_targets()
    for texts, part in ((documents.texts, documents.targets), (held_out, targets)):
        for text, row in zip(texts, part.indicator, strict=True):
            expected = "a/b" if int(text.split()[1]) % 2 else "c/d"
            assert expected in {columns[c] for c in np.flatnonzero(row)}
    assert list(read(TEXTS, LABELS, validation_fraction=0.25, seed=3).texts) == list(
        documents.texts
    )
    assert list(read(TEXTS, LABELS, validation_fraction=0.25, seed=4).texts) != list(
        documents.texts
    )


def test_where_each_document_has_one_path_nothing_is_held_out_if_nothing_is_to_be_chosen():
    one = read(TEXTS, LABELS, validation_fraction=0.25, validate_one_path=False)
    assert len(one.validation_texts) == 0
    several = read_training_documents(
        TEXTS,
        [["a/b", "c"] if row % 2 else ["c"] for row in range(20)],
        label_form="paths",
        validation_fraction=0.25,
        validate_one_path=False,
    )
    assert len(several.validation_texts) == 5


def test_validation_documents_of_an_unseen_category_are_not_known_on_its_level():
    with pytest.warns(UserWarning, match="1 category has no training document.*a/new"):
        documents = read(TEXTS, LABELS, (["x", "y"], [["a", "new"], ["a", "b"]]))
    targets = documents.validation.model_targets()
    assert targets.known.tolist() == [[True, False], [True, True]]
    assert targets.indicator.sum(axis=1).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], []), "there is no document"),
        ((TEXTS, LABELS[:-1]), "X has 20 documents, y has labels for 19"),
        ((TEXTS, LABELS, (TEXTS, LABELS[:-1])), "X has 20 documents, y has labels for 19"),
        ((TEXTS, LABELS, TEXTS), "must be a pair"),
        ((TEXTS, [["a", "b"]] * 20), "nothing to learn"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(arguments, said):
    with pytest.raises(DataError, match=said):
        read(*arguments)
