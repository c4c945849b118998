from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from harnn import HARNNClassifier, Taxonomy
from harnn.errors import ConfigError, DataError, TaxonomyError


def test_learns_ragged_paths(one_path_classifier: HARNNClassifier, ragged: Any) -> None:
    _, (texts, labels) = ragged
    assert one_path_classifier.score(texts, labels) > 0.9


def test_learns_several_paths(several_paths_classifier: HARNNClassifier, several: Any) -> None:
    _, (texts, labels) = several
    assert several_paths_classifier.evaluate(texts, labels).micro.f1 > 0.9


def test_predictions_have_the_form_of_the_labels(
    one_path_classifier: HARNNClassifier,
    several_paths_classifier: HARNNClassifier,
    ragged: Any,
    several: Any,
) -> None:
    predicted = one_path_classifier.predict(ragged[1][0])
    assert predicted.dtype == object
    assert predicted.shape == (60, 3)
    assert set(predicted.ravel()) <= {"", *one_path_classifier.taxonomy_.names}
    paths = several_paths_classifier.predict(several[1][0])
    assert len(paths) == 60
    assert all(isinstance(path, str) for document in paths for path in document)
    assert any(document == [] for document in paths)


@pytest.mark.parametrize("name", ["one_path_classifier", "several_paths_classifier"])
def test_probabilities_never_grow_from_parent_to_child(
    name: str, request: pytest.FixtureRequest, ragged: Any
) -> None:
    classifier: HARNNClassifier = request.getfixturevalue(name)
    probabilities = classifier.predict_proba(ragged[1][0])
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    for child, parents in enumerate(classifier.taxonomy_.parents):
        for parent in parents:
            assert (probabilities[:, parent] >= probabilities[:, child]).all()


@pytest.mark.parametrize("name", ["one_path_classifier", "several_paths_classifier"])
def test_nothing_predicted_is_incoherent(
    name: str, request: pytest.FixtureRequest, ragged: Any, several: Any
) -> None:
    classifier: HARNNClassifier = request.getfixturevalue(name)
    _, (texts, labels) = ragged if name == "one_path_classifier" else several
    assert classifier.evaluate(texts, labels).incoherent_share == 0.0


@pytest.mark.parametrize("name", ["one_path_classifier", "several_paths_classifier"])
def test_a_saved_classifier_predicts_the_same(
    name: str, request: pytest.FixtureRequest, ragged: Any, tmp_path: Any
) -> None:
    classifier: HARNNClassifier = request.getfixturevalue(name)
    texts = ragged[1][0]
    classifier.save(tmp_path / "model")
    loaded = HARNNClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(texts), classifier.predict_proba(texts))
    assert np.array_equal(
        np.array(loaded.predict(texts), dtype=object),
        np.array(classifier.predict(texts), dtype=object),
    )
    assert loaded.get_params() == classifier.get_params()
    assert loaded.history_ == classifier.history_
    loaded.save(tmp_path / "model")  # replaces the older model
    assert HARNNClassifier.load(tmp_path / "model").taxonomy_ == classifier.taxonomy_


def test_streamed_predictions_are_the_predictions(
    one_path_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts = ragged[1][0]
    streamed = list(one_path_classifier.predict_stream(iter(texts), top_k=3))
    assert [
        [name for name in row if name] for row in one_path_classifier.predict(texts).tolist()
    ] == [chosen[0][0].split("/") for chosen, _ in streamed]
    for chosen, likeliest in streamed:
        assert len(likeliest) == 3
        assert likeliest[0] == chosen[0]
        scores = [probability for _, probability in likeliest]
        assert scores == sorted(scores, reverse=True)
        assert len(chosen) == 1


def test_the_order_and_company_of_documents_do_not_matter(
    one_path_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts = ragged[1][0]
    together = one_path_classifier.predict_proba(texts)
    backwards = one_path_classifier.predict_proba(texts[::-1])[::-1]
    alone = np.concatenate([one_path_classifier.predict_proba([text]) for text in texts[:5]])
    np.testing.assert_allclose(together, backwards, atol=1e-6)
    np.testing.assert_allclose(together[:5], alone, atol=1e-6)


def test_odd_documents_are_read_as_documented(one_path_classifier: HARNNClassifier) -> None:
    unknown, empty, blank, long, shorter, odd = one_path_classifier.predict_proba(
        ["qwertz", "", " \n\t", "water " * 100_000, "water " * 200, "\ud800"]
    )
    np.testing.assert_allclose(empty, unknown, atol=1e-6)
    np.testing.assert_allclose(blank, unknown, atol=1e-6)
    np.testing.assert_allclose(odd, unknown, atol=1e-6)
    np.testing.assert_allclose(long, shorter, atol=1e-6)
    assert one_path_classifier.predict([]).shape == (0, 3)


def test_unseen_categories_count_as_missed_with_a_warning(
    one_path_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts, labels = ragged[1]
    changed = labels.copy()
    changed[0] = ["place", "ocean", ""]
    with pytest.warns(UserWarning, match="place/ocean"):
        share = one_path_classifier.score(texts, changed)
    right = (one_path_classifier.predict(texts) == labels).all(axis=1)
    assert share == pytest.approx(right[1:].sum() / len(texts))


def test_unknown_levels_take_no_part_in_the_score(
    one_path_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts, labels = ragged[1]
    hidden = labels.copy()
    hidden[1:, 1:] = None
    evaluation = one_path_classifier.evaluate(texts, hidden)
    assert evaluation.levels[0].support == 60
    assert evaluation.levels[2].support == 1
    assert evaluation.complete.documents == 1


def test_same_seed_same_model(ragged: Any, small: Any) -> None:
    (texts, labels), _ = ragged
    first, second = (
        HARNNClassifier(**small, epochs=1, word_dropout=0.2).fit(texts, labels) for _ in range(2)
    )
    np.testing.assert_array_equal(first.predict_proba(texts), second.predict_proba(texts))


def test_a_killed_fit_resumes_to_the_same_end(ragged: Any, small: Any, tmp_path: Any) -> None:
    (texts, labels), _ = ragged
    options = {**small, "epochs": 3, "checkpoint_dir": str(tmp_path)}
    whole = HARNNClassifier(**{**options, "checkpoint_dir": None}).fit(texts, labels)

    class Killed(Exception):
        pass

    from harnn.training import loop
    from harnn.training.checkpoint import FitState

    original = loop._one_epoch

    def dying(*arguments: Any) -> None:
        state = next(one for one in arguments if isinstance(one, FitState))
        if state.epoch == 2:
            raise Killed
        original(*arguments)

    loop._one_epoch = dying
    try:
        with pytest.raises(Killed):
            HARNNClassifier(**options).fit(texts, labels)
    finally:
        loop._one_epoch = original
    with pytest.raises(ValueError, match="other options or other data"):
        HARNNClassifier(**options).fit(texts[1:], labels[1:])
    resumed = HARNNClassifier(**options).fit(texts, labels)
    assert [e["epoch"] for e in resumed.history_] == [1, 2, 3]
    np.testing.assert_array_equal(resumed.predict_proba(texts), whole.predict_proba(texts))
    again = HARNNClassifier(**options).fit(texts, labels)  # complete: there is nothing left to do
    assert again.history_ == resumed.history_
    np.testing.assert_array_equal(again.predict_proba(texts), whole.predict_proba(texts))


def test_ctrl_c_keeps_the_best_so_far(
    ragged: Any, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (texts, labels), _ = ragged
    from harnn.training.progress import FitProgress

    def interrupted(self: Any, epoch: int, loss: float) -> None:
        if epoch == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(FitProgress, "step", interrupted)
    classifier = HARNNClassifier(**small, epochs=5).fit(texts, labels)
    assert classifier.interrupted_
    assert classifier.best_epoch_ == 1
    assert len(classifier.predict(texts[:2])) == 2


def test_is_a_scikit_learn_estimator(ragged: Any, small: Any) -> None:
    (texts, labels), _ = ragged
    texts, labels = texts[:60], labels[:60]
    classifier = HARNNClassifier(**small, epochs=1)
    assert clone(classifier).get_params() == classifier.get_params()
    pipeline = Pipeline([("strip", FunctionTransformer(_strip)), ("harnn", classifier)])
    scores = cross_val_score(pipeline, texts, labels, cv=2)
    assert ((scores >= 0) & (scores <= 1)).all()
    grid = {"harnn__dense_units": np.array([8])}
    search = GridSearchCV(pipeline, grid, cv=KFold(2), refit=False).fit(texts, labels)
    assert search.best_params_ == {"harnn__dense_units": 8}


def _strip(texts: list[str]) -> list[str]:
    return [text.strip() for text in texts]


def test_dataframes_series_and_given_taxonomies(ragged: Any, small: Any) -> None:
    (texts, labels), _ = ragged
    frame = pd.DataFrame(labels, columns=["top", "middle", "bottom"])
    taxonomy = {"place": ["river", "lake", "sea"],
                "person": {"poet": None, "athlete": ["tennis", "runner"]}}  # fmt: skip
    classifier = HARNNClassifier(**small, epochs=1, taxonomy=taxonomy)
    predicted = classifier.fit(pd.Series(texts), frame).predict(pd.Series(texts[:3]))
    assert isinstance(predicted, pd.DataFrame)
    assert list(predicted.columns) == ["top", "middle", "bottom"]
    assert "place/sea" in classifier.classes_
    assert classifier.predict_proba(texts[:3]).shape == (3, 9)


@pytest.mark.parametrize(
    ("texts", "labels", "options", "error", "message"),
    [
        ([], [], {}, DataError, "no document"),
        (["a b"], ["x"], {}, DataError, "same label"),
        (["a b", "a c"], ["x", "x"], {}, DataError, "same label"),
        ("a text", ["x"], {}, DataError, "list of texts"),
        (["a", b"b"], ["x", "y"], {}, DataError, "row 1: .*bytes"),
        (["a", None], ["x", "y"], {}, DataError, "row 1"),
        (["a", 3.5], ["x", "y"], {}, DataError, "row 1"),
        (["a"], ["x", "y"], {}, DataError, "1 documents, y has labels for 2"),
        (["a", "b"], [["x", "y"], ["x"]], {"label_form": "levels"}, DataError, "row 1: 1 levels"),
        (["a", "b"], [["x", "y"], ["z", "y"]], {}, DataError, "label_form="),
        (["a", "b"], [["x", 3], ["z", "y"]], {"label_form": "levels"}, DataError, "column 1"),
        (["a", "b"], [["x/y"], ["x/y", "z/y"]], {"paths": "one"}, DataError, "row 1: 2 paths"),
        (["a", "b"], [None, float("nan")], {}, DataError, "no document has a label"),
        (["a", "b"], ["x", "y"], {"taxonomy": {"x": None, "q": None}}, TaxonomyError, "row 1: 'y'"),
        (["a", "b"], ["x", "y"], {"epochs": 0}, ConfigError, "epochs"),
        (["a", "b"], ["x", "y"], {"preset": "bess"}, ConfigError, "'adapted'"),
        (["a", "b"], ["x", "y"], {"dependency": "papers"}, ConfigError, "dependency"),
        (["a", "b"], ["x", "y"], {"min_count": 5}, DataError, "min_count"),
        (["a b"], [["x/y"]], {}, DataError, "same label"),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_learned_and_says_why(
    texts: Any, labels: Any, options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        HARNNClassifier(**{"min_count": 1, **options}).fit(texts, labels)


def test_validation_data_that_is_no_pair_is_refused() -> None:
    with pytest.raises(DataError, match="validation_data must be a pair"):
        HARNNClassifier(min_count=1).fit(["a", "b"], ["x", "y"], validation_data=["a", "b", "c"])


def test_a_cycle_in_the_taxonomy_is_named() -> None:
    with pytest.raises(TaxonomyError, match="a -> b -> a"):
        Taxonomy.from_edges([("a", "b"), ("b", "a")])


def test_a_softmax_needs_one_path() -> None:
    with pytest.raises(DataError, match="softmax"):
        HARNNClassifier(activation="softmax", min_count=1).fit(
            ["a", "b", "c"], [["x/y", "z/y"], ["x/y"], []]
        )


def test_fits_labels_where_a_graph_has_a_category_under_two_parents(small: Any) -> None:
    taxonomy = Taxonomy.from_edges([("a", "c"), ("b", "c"), ("a", "d")])
    texts = ["one two", "three four"] * 20
    labels = [["a/c"], ["a/d"]] * 20
    classifier = HARNNClassifier(**small, taxonomy=taxonomy, epochs=8, learning_rate=0.02)
    predicted = classifier.fit(texts, labels).predict(["one two", "three four"])
    assert predicted == [["a/c", "b/c"], ["a/d"]]


def test_decisions_as_arrays_are_the_predictions(
    one_path_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts = ragged[1][0]
    decisions, each_level, probabilities = one_path_classifier.predict_decisions(texts)
    written = one_path_classifier._codec.decode(decisions)
    assert written.tolist() == one_path_classifier.predict(texts).tolist()
    np.testing.assert_array_equal(probabilities, one_path_classifier.predict_proba(texts))
    # The first level has nothing above it that could contradict it.
    first = one_path_classifier.taxonomy_.level_slices[0]
    assert each_level[:, first].sum(axis=1).tolist() == [1] * len(texts)


def test_no_document_has_no_decisions(one_path_classifier: HARNNClassifier) -> None:
    categories = len(one_path_classifier.taxonomy_)
    for array in one_path_classifier.predict_decisions([]):
        assert array.shape == (0, categories)
