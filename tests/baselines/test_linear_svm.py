from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.svm import LinearSVC

from baselines.linear_svm import LinearSVM

TEXTS = ["river flows", "lake deep", "lake water flows", "plays tennis", "runs far", "runs plays"]
LABELS = ["place/river", "place/lake", "place/lake", "person/tennis", "person/run", "person/run"]


def test_margins_are_those_of_scikit_learn_and_the_largest_one_decides_a_level() -> None:
    model = LinearSVM(min_count=1).fit(TEXTS, LABELS, (TEXTS, LABELS))
    features = model.vectorizer_.transform(TEXTS)
    svm = LinearSVC(C=3.0, random_state=0, tol=1e-6).fit(features, LABELS)
    margins = svm.decision_function(features)
    order = [list(svm.classes_).index(path) for path in model.classes_[2:]]
    (levels,) = model._level_outputs(TEXTS)
    expected = softmax(margins[:, order] / model.calibration_[1], axis=1)
    np.testing.assert_allclose(levels[1], expected, atol=0.02)
    _, separate, _ = model.predict_decisions(TEXTS)
    np.testing.assert_array_equal(separate[:, 2:].argmax(axis=1), margins[:, order].argmax(axis=1))


def test_the_common_factor_has_the_least_log_loss_of_consistent_probabilities() -> None:
    texts = TEXTS * 4
    wrong = [*LABELS, *LABELS, *LABELS, *reversed(LABELS)]
    model = LinearSVM(min_count=1).fit(TEXTS, LABELS, (texts, wrong))
    column = {path: n for n, path in enumerate(model.classes_)}

    def loss() -> float:
        logs = np.log(model.predict_proba(texts))
        return -sum(
            float(logs[row, column[path]])
            for row, label in enumerate(wrong)
            for path in (label, label.split("/")[0])
        )

    best, fitted = loss(), list(model.calibration_)
    for factor in (0.8, 1.25):
        model.calibration_ = [temperature * factor for temperature in fitted]
        assert loss() > best


def test_worse_validation_labels_make_less_certain_probabilities() -> None:
    right = LinearSVM(min_count=1).fit(TEXTS, LABELS, (TEXTS, LABELS))
    wrong = LinearSVM(min_count=1).fit(TEXTS, LABELS, (TEXTS, LABELS[::-1]))
    assert wrong.predict_proba(TEXTS).max(axis=1).mean() < right.predict_proba(TEXTS).max(1).mean()


def test_holds_documents_out_where_none_are_given() -> None:
    model = LinearSVM(min_count=1, validation_fraction=0.5).fit(TEXTS * 5, LABELS * 5)
    assert model.calibration_ != [1.0, 1.0]
    without = LinearSVM(min_count=1, validation_fraction=0.0).fit(TEXTS * 5, LABELS * 5)
    assert without.calibration_ == [1.0, 1.0]


def test_several_paths_have_a_sigmoid_a_level() -> None:
    labels = [[label] for label in LABELS] + [["place/river", "person/run"]]
    texts = [*TEXTS, "runs along the river"]
    model = LinearSVM(min_count=1).fit(texts, labels, (texts, labels))
    assert len(model.calibration_) == 2
    assert all(slope > 0 for slope, _ in model.calibration_)
    assert model.predict(texts[-1:]) == [["person/run", "place/river"]]


def test_parameters_are_a_weight_a_feature_and_a_bias_for_each_category() -> None:
    model = LinearSVM(min_count=1, max_ngram=1).fit(TEXTS, LABELS, (TEXTS, LABELS))
    words = {word for text in TEXTS for word in text.split()}
    assert model.n_parameters_ == (2 + 4) * (len(words) + 1)


@pytest.mark.parametrize("known", [["place", None], [None, None]])
def test_validation_documents_of_unknown_level_say_nothing_of_it(known: list[str | None]) -> None:
    rows = [label.split("/") for label in LABELS]
    model = LinearSVM(min_count=1, label_form="levels").fit(TEXTS, rows, (["river"], [known]))
    without = LinearSVM(min_count=1, label_form="levels", validation_fraction=0.0).fit(TEXTS, rows)
    ratio = model.calibration_[1] / without.calibration_[1]  # the common factor is all there is
    assert 1.0 <= ratio < 10.0
