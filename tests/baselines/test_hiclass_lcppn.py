from __future__ import annotations

import logging
import pickle
import sys

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from baselines.hiclass_lcppn import HiClassLCPPN
from harnn.errors import DataError

WORDS = {
    ("art", "film"): "actor scene camera",
    ("art", "music"): "song chord melody",
    ("sport", "film"): "match recording camera",
    ("sport", "tennis"): "racket court serve",
}


def corpus(documents: int = 80, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Make documents with a word of their own category more often than one of another."""
    random = np.random.default_rng(seed)
    everything = sorted({word for words in WORDS.values() for word in words.split()})
    paths = [list(WORDS)[number] for number in random.integers(len(WORDS), size=documents)]
    texts = [
        " ".join([*random.choice(WORDS[path].split(), 2), *random.choice(everything, 3)])
        for path in paths
    ]
    return texts, np.array(paths)


def by_hand(texts: list[str], labels: np.ndarray, asked: list[str], **settings: int) -> np.ndarray:
    hiclass = pytest.importorskip("hiclass")
    vectorizer = TfidfVectorizer(min_df=2, sublinear_tf=True, dtype=np.float32)
    model = hiclass.LocalClassifierPerParentNode(
        LogisticRegression(C=10.0, max_iter=200), verbose=logging.WARNING
    )
    model.fit(vectorizer.fit_transform(texts), labels)
    return model.predict(vectorizer.transform(asked))


def test_predictions_are_those_of_hiclass_called_by_hand() -> None:
    texts, labels = corpus()
    asked, truth = corpus(40, seed=1)
    predicted = HiClassLCPPN(label_form="levels").fit(texts, labels).predict(asked)
    expected = by_hand(texts, labels, asked)
    assert predicted.tolist() == expected.tolist()
    assert (predicted != truth).any(), "too easy to tell two classifiers apart"


def test_where_paths_end_early_predictions_are_those_of_hiclass() -> None:
    texts, labels = corpus()
    labels = np.column_stack([labels, np.where(labels[:, 1] == "music", "jazz", "")])
    labels[labels[:, 1] == "tennis", 1] = ""
    asked, _ = corpus(40, seed=1)
    predicted = HiClassLCPPN(label_form="levels").fit(texts, labels).predict(asked)
    assert predicted.tolist() == by_hand(texts, labels, asked).tolist()
    assert {"", "jazz"} == set(predicted[:, 2])


def test_a_hierarchy_of_one_level_is_one_classifier() -> None:
    texts, labels = corpus()
    asked, _ = corpus(40, seed=1)
    predicted = HiClassLCPPN(label_form="levels").fit(texts, labels[:, :1]).predict(asked)
    assert predicted[:, 0].tolist() == np.ravel(by_hand(texts, labels[:, :1], asked)).tolist()


def test_probabilities_are_decisions() -> None:
    texts, labels = corpus()
    model = HiClassLCPPN(label_form="levels").fit(texts, labels)
    decisions, each_level, probabilities = model.predict_decisions(texts)
    np.testing.assert_allclose(probabilities, decisions, atol=1e-6)
    np.testing.assert_array_equal(each_level, decisions)


def test_documents_with_unknown_levels_are_left_out_with_a_warning() -> None:
    texts, labels = corpus()
    partial = labels.astype(object)
    partial[:15, 1] = None
    with pytest.warns(UserWarning, match="15 of 80 documents are left out"):
        model = HiClassLCPPN(label_form="levels").fit(texts, partial)
    asked, _ = corpus(40, seed=1)
    # The words and their weights are those of all documents, the classifiers those of the known.
    whole = HiClassLCPPN(label_form="levels").fit(texts, labels)
    assert model.n_features_ == whole.n_features_
    assert model.predict(asked).tolist() != whole.predict(asked).tolist()


def test_without_a_document_of_which_all_is_known_there_is_nothing_to_learn() -> None:
    texts, labels = corpus()
    partial = labels.astype(object)
    partial[:, 1] = None
    with pytest.raises(DataError, match="no document has all its levels known"):
        HiClassLCPPN(
            label_form="levels", taxonomy={"art": ["film", "music"], "sport": ["film", "tennis"]}
        ).fit(texts, partial)


def test_documents_without_a_category_are_not_learned_from() -> None:
    texts, labels = corpus()
    paths = ["/".join(row) for row in labels]
    with_empty = [*([path] for path in paths), [], []]
    model = HiClassLCPPN(label_form="paths").fit([*texts, "actor actor", "song song"], with_empty)
    asked, _ = corpus(40, seed=1)
    assert all(len(predicted) == 1 for predicted in model.predict(asked))


def test_several_paths_are_refused() -> None:
    with pytest.raises(DataError, match="several paths"):
        HiClassLCPPN().fit(["one two", "two one"], [["a/b", "c"], ["c"]])


def test_parameters_are_weights_and_biases_of_the_local_classifiers() -> None:
    texts, labels = corpus()
    model = HiClassLCPPN(label_form="levels").fit(texts, labels)
    # One at the top and one below each of its two categories, all binary.
    assert model.n_parameters_ == 3 * (model.n_features_ + 1)


def test_a_category_with_one_child_needs_no_parameter() -> None:
    texts, labels = corpus()
    kept = ~((labels[:, 0] == "sport") & (labels[:, 1] == "film"))
    texts = [text for text, keep in zip(texts, kept, strict=True) if keep]
    model = HiClassLCPPN(label_form="levels").fit(texts, labels[kept])
    assert model.n_parameters_ == 2 * (model.n_features_ + 1)


def test_a_missing_package_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    texts, labels = corpus()
    monkeypatch.setitem(sys.modules, "hiclass", None)
    with pytest.raises(ImportError, match=r"pip install harnn\[hiclass\]"):
        HiClassLCPPN(label_form="levels").fit(texts, labels)


def test_it_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    texts, labels = corpus()
    HiClassLCPPN(label_form="levels").fit(texts, labels).predict(texts)
    assert capfd.readouterr() == ("", "")


def test_it_survives_pickling() -> None:
    texts, labels = corpus()
    model = HiClassLCPPN(label_form="levels").fit(texts, labels)
    # As scikit-learn sends an estimator to its worker processes; no file is loaded so.
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(texts).tolist() == model.predict(texts).tolist()
