from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from baselines.top_down_logistic_regression import TopDownLogisticRegression

TEXTS = ["river flows", "lake deep", "lake water flows", "plays tennis", "runs far", "runs plays"]
LABELS = ["place/river", "place/lake", "place/lake", "person/tennis", "person/run", "person/run"]


def local(
    model: TopDownLogisticRegression, texts: list[str], truth: list[Any], multinomial: bool = True
) -> np.ndarray:
    """Return a parent's probabilities of its children, by scikit-learn, for the texts of TEXTS."""

    def augmented(documents: list[str]) -> np.ndarray:
        features = model.vectorizer_.transform(documents).toarray().astype(np.float64)
        return np.column_stack([features, np.ones(len(documents))])

    # Of two classes scikit-learn weighs one, so that the penalty is twice that of a softmax.
    factor = 2 if multinomial and len(set(truth)) == 2 else 1
    reference = LogisticRegression(C=factor * 5.0, fit_intercept=False, tol=1e-8, max_iter=2000)
    return reference.fit(augmented(texts), truth).predict_proba(augmented(TEXTS))


def by_path(model: TopDownLogisticRegression) -> dict[str, np.ndarray]:
    return dict(zip(model.classes_, model.predict_proba(TEXTS).T, strict=True))


def test_a_probability_is_the_product_of_the_conditional_ones_down_the_path() -> None:
    model = TopDownLogisticRegression(min_count=1, C=5.0).fit(TEXTS, LABELS)
    top = local(model, TEXTS, [label.split("/")[0] for label in LABELS])  # person, place
    lake = local(model, TEXTS[:3], LABELS[:3])[:, 0]
    run = local(model, TEXTS[3:], LABELS[3:])[:, 0]
    found = by_path(model)
    np.testing.assert_allclose(found["place"], top[:, 1], atol=0.02)
    np.testing.assert_allclose(found["place/lake"], top[:, 1] * lake, atol=0.02)
    np.testing.assert_allclose(found["person/tennis"], top[:, 0] * (1 - run), atol=0.02)


def test_that_the_path_ends_is_one_more_child() -> None:
    texts, labels = [*TEXTS, "tall high", "high place"], [*LABELS, "place", "place"]
    model = TopDownLogisticRegression(min_count=1, C=5.0).fit(texts, labels)
    top = local(model, texts, [label.split("/")[0] for label in labels])
    below = local(model, [*texts[:3], *texts[6:]], [*labels[:3], *labels[6:]])
    found = by_path(model)
    np.testing.assert_allclose(found["place/lake"], top[:, 1] * below[:, 1], atol=0.02)
    ends = found["place"] - found["place/lake"] - found["place/river"]
    np.testing.assert_allclose(ends, top[:, 1] * below[:, 0], atol=0.02)
    assert model.predict(["tall high"]).tolist() == ["place"]
    # person has no end of its own
    np.testing.assert_allclose(
        found["person"], found["person/run"] + found["person/tennis"], atol=1e-6
    )


def test_paths_that_end_on_different_levels_share_no_probability() -> None:
    texts = ["one", "two two", "three three three", "four", "five six"] * 2
    labels = ["a", "a/b", "a/b/c", "d", "e/f"] * 2
    model = TopDownLogisticRegression(min_count=1).fit(texts, labels)
    assert model.predict(texts).tolist() == labels
    ends = model._decoder.ends(model.predict_proba([*texts, "one three", ""]))
    np.testing.assert_allclose(ends.sum(axis=1), 1.0, atol=1e-6)
    for levels in model._level_outputs(texts):
        for level in levels:
            assert level.sum(axis=1) == pytest.approx(1.0, abs=1e-6)
        paths = model._decoder.path_probabilities(levels)
        np.testing.assert_allclose(paths, model._decoder.ends(model.predict_proba(texts)))


def test_an_only_child_is_as_probable_as_its_parent() -> None:
    texts, labels = [*TEXTS, "printed book", "book"], [*LABELS, "work/book", "work/book"]
    model = TopDownLogisticRegression(min_count=1).fit(texts, labels)
    found = by_path(model)
    np.testing.assert_array_equal(found["work"], found["work/book"])
    assert model.n_parameters_ == (3 + 2 + 2) * (model.n_features_ + 1)


def test_a_document_of_no_category_takes_the_end_at_the_top() -> None:
    texts, labels = [*TEXTS, "hello", "hello you"], [*([label] for label in LABELS), [], []]
    model = TopDownLogisticRegression(min_count=1, paths="one").fit(texts, labels)
    assert model.predict(["hello", "lake deep"]) == [[], ["place/lake"]]
    assert model.predict_proba(["hello"])[0, :2].sum() < 0.5


def test_several_paths_multiply_binary_regressions_learned_among_siblings() -> None:
    texts = [*TEXTS, "runs along river", "river runs"]
    labels = [*([label] for label in LABELS), *[["place/river", "person/run"]] * 2]
    model = TopDownLogisticRegression(min_count=1, C=5.0).fit(texts, labels, (texts, labels))
    is_place = [any(path.startswith("place") for path in label) for label in labels]
    place = local(model, texts, is_place, multinomial=False)[:, 1]
    rows = np.flatnonzero(is_place)
    is_river = [any(path == "place/river" for path in labels[row]) for row in rows]
    river = local(model, [texts[row] for row in rows], is_river, multinomial=False)[:, 1]
    found = by_path(model)
    np.testing.assert_allclose(found["place/river"], place * river, atol=0.02)
    assert model.predict(["river runs"]) == [["person/run", "place/river"]]


def test_a_parent_without_documents_divides_its_probability_evenly() -> None:
    taxonomy = [*dict.fromkeys(LABELS), "work/book", "work/film"]
    model = TopDownLogisticRegression(min_count=1, taxonomy=taxonomy).fit(TEXTS, LABELS)
    found = by_path(model)
    np.testing.assert_allclose(found["work/book"], found["work"] / 2, rtol=1e-5)
    assert found["work"].max() < 1e-6
