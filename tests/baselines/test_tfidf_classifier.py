"""What holds for every baseline on TF-IDF features, shown on the linear ones."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from baselines.linear_svm import LinearSVM
from baselines.logistic_regression import LogisticRegressionBaseline
from baselines.top_down_logistic_regression import TopDownLogisticRegression
from harnn import Taxonomy
from harnn.errors import ConfigError, DataError

MODELS = [
    pytest.param(LogisticRegressionBaseline(per="level"), id="per level"),
    pytest.param(LogisticRegressionBaseline(per="node"), id="per node"),
    pytest.param(LinearSVM(), id="SVM"),
    pytest.param(TopDownLogisticRegression(), id="top-down"),
]
every_model = pytest.mark.parametrize("model", MODELS)

TOPICS = {
    ("place", "river"): "water flows north",
    ("place", "lake"): "water deep still",
    ("person", "sport"): "runs plays wins",
    ("person", "music"): "sings plays records",
    ("work", ""): "written published printed",
}


def corpus(repeats: int = 12, seed: int = 0) -> tuple[list[str], list[list[str]]]:
    """Return texts and ragged rows of levels; each text has words of its label, and noise."""
    draw = np.random.default_rng(seed)
    rows = [list(label) for label in TOPICS for _ in range(repeats)]
    texts = []
    for label in rows:
        words = [*TOPICS[label[0], label[1]].split(), *(f"noise{n}" for n in range(3))]
        texts.append(" ".join(draw.choice(words, 6)))
    return texts, rows


def check_consistency(model: Any, texts: list[str]) -> None:
    decided, _, probabilities = model.predict_decisions(texts)
    assert np.isfinite(probabilities).all()
    assert (probabilities >= 0).all()
    assert (probabilities <= 1).all()
    assert model.taxonomy_.is_consistent(decided).all()
    parents, children = model.taxonomy_.edges.T
    assert (probabilities[:, children] <= probabilities[:, parents]).all()


@every_model
def test_learns_ragged_paths(model: Any) -> None:
    texts, rows = corpus()
    new_texts, new_rows = corpus(seed=1)
    fitted = clone(model).fit(texts, rows)
    assert fitted.score(new_texts, new_rows) > 0.8
    assert fitted.predict(["written published", "water flows"]).tolist() == [
        ["work", ""],
        ["place", "river"],
    ]
    check_consistency(fitted, new_texts)
    paths = fitted._decoder.ends(fitted.predict_proba(new_texts))
    np.testing.assert_allclose(paths.sum(axis=1), 1.0, atol=1e-5)


@every_model
def test_two_fits_give_the_same_numbers(model: Any) -> None:
    texts, rows = corpus()
    first, second = (clone(model).fit(texts, rows).predict_proba(texts) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@every_model
def test_several_paths_a_document(model: Any) -> None:
    texts, rows = corpus()
    labels = [["/".join(filter(None, row))] for row in rows]
    texts += [f"{texts[n]} {texts[-n - 1]}" for n in range(20)]
    labels += [sorted({*labels[n], *labels[59 - n]}) for n in range(20)]
    texts += ["noise1 noise2 noise3"] * 8
    labels += [[]] * 8
    fitted = clone(model).fit(texts, labels, (texts, labels))
    assert fitted.score(texts, labels) > 0.9
    assert fitted.predict(["noise2 noise1", "water flows north sings sings records"]) == [
        [],
        ["person/music", "place/river"],
    ]
    assert fitted.thresholds_.shape == (len(fitted.taxonomy_),)
    check_consistency(fitted, texts)


@every_model
def test_a_graph_with_a_category_of_two_parents(model: Any) -> None:
    texts = ["film camera", "paint brush", "stock bond", "film camera actor"] * 6
    labels = [["art/film", "trade/film"], ["art"], ["trade"], ["art/film", "trade/film"]] * 6
    taxonomy = Taxonomy.from_edges([("art", "film"), ("trade", "film")])
    fitted = clone(model).set_params(taxonomy=taxonomy).fit(texts, labels, (texts, labels))
    assert fitted.predict(["camera film", "brush"]) == [["art/film", "trade/film"], ["art"]]
    check_consistency(fitted, texts)


@every_model
def test_levels_that_are_not_known_are_learned_from_the_other_documents(model: Any) -> None:
    texts, rows = corpus()
    partly: list[list[str | None]] = [list(row) for row in rows]
    for n in range(0, len(rows), 2):
        partly[n][1] = None
    fitted = clone(model).set_params(label_form="levels").fit(texts, partly)
    assert fitted.score(*corpus(seed=1)) > 0.75


@every_model
def test_a_category_of_the_taxonomy_without_a_document_is_never_likely(model: Any) -> None:
    texts, rows = corpus()
    taxonomy = ["/".join(filter(None, label)) for label in TOPICS]
    taxonomy += ["place/sea", "person/dance", "machine/car", "machine/ship"]
    fitted = clone(model).set_params(taxonomy=taxonomy).fit(texts, rows)
    probabilities = fitted.predict_proba([*texts, "", "never seen"])
    unseen = [fitted.taxonomy_.find(path) for path in ("place/sea", "machine", "machine/ship")]
    assert probabilities[:, unseen].max() < 1e-6
    assert fitted.score(texts, rows) > 0.8


@every_model
def test_a_level_with_a_single_category(model: Any) -> None:
    texts, rows = corpus()
    deeper = [["thing", *row] for row in rows]
    fitted = clone(model).fit(texts, deeper)
    assert fitted.score(texts, deeper) > 0.8
    top = fitted.predict_proba([*texts, ""])[:, fitted.taxonomy_.find("thing")]
    np.testing.assert_allclose(top, 1.0, atol=1e-6)


@every_model
def test_a_level_of_which_nothing_is_known(model: Any) -> None:
    texts, rows = corpus()
    upper: list[list[str | None]] = [[row[0], None] for row in rows]
    taxonomy = ["place/river", "place/lake", "person/sport", "person/music", "work/book"]
    taxonomy.append("work/film")  # an only child would be known with its parent
    fitted = clone(model).set_params(taxonomy=taxonomy, label_form="levels").fit(texts, upper)
    assert (fitted.predict(texts)[:, 0] == [row[0] for row in rows]).mean() > 0.8
    check_consistency(fitted, texts)


@every_model
def test_one_document_a_class(model: Any) -> None:
    texts = list(TOPICS.values())
    rows = [list(label) for label in TOPICS]
    fitted = clone(model).set_params(min_count=1).fit(texts, rows, (texts, rows))
    assert fitted.predict(texts).tolist() == rows
    check_consistency(fitted, texts)


@every_model
def test_empty_texts_and_no_text(model: Any) -> None:
    texts, rows = corpus()
    fitted = clone(model).fit([*texts, ""], [*rows, rows[0]])
    assert len(fitted.predict(["", "unheard of"])) == 2
    check_consistency(fitted, ["", "unheard of"])
    assert len(fitted.predict([])) == 0
    assert fitted.predict_proba([]).shape == (0, len(fitted.taxonomy_))
    assert all(array.shape[0] == 0 for array in fitted.predict_decisions([]))


@every_model
def test_texts_without_a_word_are_refused(model: Any) -> None:
    with pytest.raises(DataError, match="X: "):
        clone(model).fit(["", "", ".", ""], ["a", "b", "a", "b"])


@every_model
def test_validation_labels_may_name_a_category_that_is_not_in_training(model: Any) -> None:
    texts, rows = corpus()
    with pytest.warns(UserWarning, match="place/sea"):
        fitted = clone(model).fit(texts, rows, (["salt water", *texts], [["place", "sea"], *rows]))
    assert fitted.score(texts, rows) > 0.8


@every_model
def test_stands_under_cross_val_score(model: Any) -> None:
    texts, rows = corpus()
    labels = np.array(["/".join(filter(None, row)) for row in rows])
    scores = cross_val_score(clone(model), np.array(texts, dtype=object), labels, cv=3)
    assert scores.mean() > 0.7


@every_model
def test_parameters_survive_a_clone(model: Any) -> None:
    changed = clone(model).set_params(C=3.0, max_ngram=1, min_count=3, max_features=20)
    assert clone(changed).get_params() == changed.get_params()
    fitted = changed.fit(*corpus())
    assert fitted.n_features_ <= 20
    assert all(" " not in word for word in fitted.vectorizer_.vocabulary_)


@every_model
@pytest.mark.parametrize("paths", ["one", "several"])
def test_the_strength_follows_from_how_many_paths_a_document_has(model: Any, paths: str) -> None:
    texts, rows = corpus()
    labels = [["/".join(filter(None, row))] for row in rows]
    C = (3.0, 0.2) if isinstance(model, LinearSVM) else (100.0, 3.0)
    default, same, other = (
        clone(model)
        .set_params(C=strength, paths=paths, label_form="paths")
        .fit(texts, labels, (texts, labels))
        .predict_proba(texts)
        for strength in (None, C[paths == "several"], 0.7)
    )
    np.testing.assert_array_equal(default, same)
    assert not np.allclose(default, other, atol=1e-4)


@every_model
def test_a_strength_that_is_not_positive_is_refused(model: Any) -> None:
    with pytest.raises(ConfigError, match="C must be a positive number, not -1"):
        clone(model).set_params(C=-1.0).fit(*corpus())


@every_model
def test_nothing_warns(model: Any) -> None:
    texts, rows = corpus()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clone(model).set_params(C=1e4).fit(texts, rows).predict(texts)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_ngram": 0}, "max_ngram must be a whole number of at least 1, not 0"),
        ({"max_ngram": "two"}, "max_ngram must be a whole number"),
        ({"min_count": True}, "min_count must be a whole number"),
        ({"max_features": 0.5}, "max_features must be a whole number"),
        ({"validation_fraction": 2}, "validation_fraction must be a number from 0 to below 1"),
        ({"validation_fraction": "a"}, "validation_fraction must be a number"),
        ({"C": "abc"}, "C must be a positive number, not 'abc'"),
    ],
)
def test_an_option_of_another_type_or_out_of_range_is_refused_by_name(options, said):
    texts, labels = ["apple", "stone"] * 10, ["a", "b"] * 10
    with pytest.raises(ConfigError, match=said):
        LinearSVM(**options).fit(texts, labels)


def test_texts_without_a_frequent_word_are_refused():
    texts, labels = [f"word{row}" for row in range(20)], ["a", "b"] * 10
    with pytest.raises(DataError, match=r"no word stands in 2 \(min_count\) of the 20"):
        LogisticRegressionBaseline().fit(texts, labels)
