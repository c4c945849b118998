from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from baselines.logistic_regression import LogisticRegressionBaseline
from harnn.errors import ConfigError

TEXTS = ["river flows", "lake deep", "lake water flows", "plays tennis", "runs far", "runs plays"]
LABELS = ["place/river", "place/lake", "place/lake", "person/tennis", "person/run", "person/run"]


def fitted(**settings: object) -> LogisticRegressionBaseline:
    return LogisticRegressionBaseline(min_count=1, **settings).fit(TEXTS, LABELS)


def test_a_level_is_the_multinomial_regression_of_scikit_learn() -> None:
    model = fitted(C=5.0)
    features = model.vectorizer_.transform(TEXTS).astype(np.float64)
    # The intercept is penalised like a weight: the weight of a feature that is always one.
    augmented = np.column_stack([features.toarray(), np.ones(len(TEXTS))])
    (levels,) = model._level_outputs(TEXTS)
    for level, C in ((0, 10.0), (1, 5.0)):
        # Of two classes scikit-learn weighs one, so that the penalty is twice that of a softmax.
        truth = ["/".join(label.split("/")[: level + 1]) for label in LABELS]
        reference = LogisticRegression(C=C, fit_intercept=False, tol=1e-8, max_iter=1000)
        # Classes are in the order of their names, as in the taxonomy.
        expected = reference.fit(augmented, truth).predict_proba(augmented)
        np.testing.assert_allclose(levels[level], expected, atol=0.02)


def test_a_node_is_the_binary_regression_of_scikit_learn() -> None:
    model = fitted(per="node", C=5.0)
    features = model.vectorizer_.transform(TEXTS).astype(np.float64)
    augmented = np.column_stack([features.toarray(), np.ones(len(TEXTS))])
    (levels,) = model._level_outputs(TEXTS)
    for column, name in enumerate(["person", "place"]):
        truth = [label.startswith(name) for label in LABELS]
        reference = LogisticRegression(C=5.0, fit_intercept=False, tol=1e-8, max_iter=1000)
        expected = reference.fit(augmented, truth).predict_proba(augmented)[:, 1]
        np.testing.assert_allclose(levels[0][:, column], expected, atol=0.02)


def test_outputs_of_a_level_sum_to_one_and_those_of_nodes_need_not() -> None:
    for level in next(fitted()._level_outputs(["runs flows"])):
        assert level.sum() == pytest.approx(1.0)
    sums = [level.sum() for level in next(fitted(per="node")._level_outputs(["runs flows"]))]
    assert sums != pytest.approx([1.0, 1.0])


def test_parameters_are_a_weight_a_feature_and_a_bias_for_each_output() -> None:
    words = {word for text in TEXTS for word in text.split()}
    pairs = {"river flows", "lake deep", "lake water", "water flows", "plays tennis", "runs far"}
    features = len(words) + len(pairs | {"runs plays"})
    for per in ("level", "node"):
        assert fitted(per=per).n_parameters_ == (2 + 4) * (features + 1)


def test_an_output_that_cannot_be_learned_has_no_parameters() -> None:
    taxonomy = [*dict.fromkeys(LABELS), "person/dance"]
    for per in ("level", "node"):
        model = fitted(per=per, taxonomy=taxonomy)
        assert model.n_parameters_ == (2 + 4) * (model.n_features_ + 1)


def test_the_end_of_a_path_is_an_output_of_its_own() -> None:
    texts, labels = [*TEXTS, "printed book", "book"], [*LABELS, "work", "work"]
    for per in ("level", "node"):
        model = LogisticRegressionBaseline(per=per, min_count=1).fit(texts, labels)
        assert model.n_parameters_ == (3 + 5) * (model.n_features_ + 1)
        assert model.predict(["a book"]).tolist() == ["work"]


def test_a_node_learns_from_documents_of_which_only_the_level_above_is_known() -> None:
    rows = [label.split("/") for label in LABELS]
    texts = [*TEXTS, "flows runs fast", "fast fast"]
    partly = [*rows, ["person", None], ["person", None]]
    models = [
        LogisticRegressionBaseline(per="node", min_count=1, label_form="levels").fit(*data)
        for data in ((texts, partly), (TEXTS, rows))
    ]
    river = models[0].taxonomy_.find("place/river")
    outputs = [next(m._level_outputs(["fast flows"]))[1][0, river - 2] for m in models]
    assert outputs[0] < outputs[1]


def test_another_word_for_per_is_refused() -> None:
    with pytest.raises(ConfigError, match="per must be 'level' or 'node', not 'leaf'"):
        fitted(per="leaf")
