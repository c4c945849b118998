from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
import xgboost as xgb
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import log_loss

from baselines.xgboost_trees import XGBoostTrees
from harnn.errors import ConfigError

WORDS = {
    "art/film": "actor scene camera",
    "art/music": "song chord melody",
    "sport/film": "match recording camera",
    "sport/tennis": "racket court serve",
}
SMALL = {"rounds": 6, "max_leaves": 4, "learning_rate": 0.5, "n_jobs": 1}


def corpus(documents: int = 120, seed: int = 0) -> tuple[list[str], list[str]]:
    """Make documents with a word of their own category more often than one of another."""
    random = np.random.default_rng(seed)
    everything = sorted({word for words in WORDS.values() for word in words.split()})
    paths = [list(WORDS)[number] for number in random.integers(len(WORDS), size=documents)]
    texts = [
        " ".join([*random.choice(WORDS[path].split(), 2), *random.choice(everything, 2)])
        for path in paths
    ]
    return texts, paths


def several(documents: int = 150, seed: int = 0) -> tuple[list[str], list[list[str]]]:
    """Make documents with one or two paths each."""
    texts, paths = corpus(documents, seed)
    more, others = corpus(documents, seed + 100)
    both = np.random.default_rng(seed).random(documents) < 0.4
    return (
        [f"{a} {b}" if two else a for a, b, two in zip(texts, more, both, strict=True)],
        [sorted({p, q}) if two else [p] for p, q, two in zip(paths, others, both, strict=True)],
    )


def fitted(*arguments: Any, **settings: Any) -> XGBoostTrees:
    return XGBoostTrees(**{**SMALL, **settings}).fit(*arguments)


def by_hand(model: XGBoostTrees, rounds: int, **objective: Any) -> xgb.XGBClassifier:
    return xgb.XGBClassifier(
        n_estimators=rounds,
        learning_rate=model.learning_rate,
        max_depth=model.max_depth,
        max_bin=model.max_bin,
        min_child_weight=model.min_child_weight,
        reg_lambda=model.reg_lambda,
        max_delta_step=model.max_delta_step,
        tree_method="hist",
        n_jobs=1,
        **objective,
    )


def test_a_level_is_what_xgboost_makes_of_the_documents_of_which_it_is_known() -> None:
    texts, labels = corpus()
    held_out, truth = corpus(40, seed=1)
    rows = [
        path.split("/") if number % 3 else [path.split("/")[0], None]
        for number, path in enumerate(labels)
    ]
    model = fitted(
        texts,
        rows,
        (held_out, [path.split("/") for path in truth]),
        label_form="levels",
        max_leaves=0,
        max_depth=2,
    )
    vectorizer = TfidfVectorizer(min_df=2, sublinear_tf=True, dtype=np.float32)
    features = vectorizer.fit_transform(texts)
    [levels] = model._level_outputs(held_out)
    known = [np.arange(len(texts)), np.flatnonzero(np.arange(len(texts)) % 3)]
    for number, rounds in enumerate(model.best_rounds_):
        names = ["/".join(path.split("/")[: number + 1]) for path in labels]
        classes = sorted(set(names))
        target = np.array([classes.index(name) for name in names])
        reference = by_hand(model, rounds, objective="multi:softprob", num_class=len(classes))
        reference.fit(features[known[number]], target[known[number]])
        expected = reference.predict_proba(vectorizer.transform(held_out))
        np.testing.assert_allclose(levels[number], expected, atol=1e-5)


def test_it_learns_better_than_the_most_frequent_path() -> None:
    model = fitted(*corpus(), corpus(40, seed=1))
    held_out, truth = corpus(100, seed=2)
    assert model.score(held_out, truth) > 0.6
    probabilities = model.predict_proba(held_out)
    np.testing.assert_allclose(probabilities[:, :2].sum(axis=1), 1.0, atol=1e-5)


def test_the_same_seed_gives_the_same_trees_whatever_the_number_of_levels_at_once() -> None:
    held_out, _ = corpus(40, seed=1)
    draws = {"subsample": 0.5, "colsample_bytree": 0.5}
    one, again, other = (
        fitted(*corpus(), **draws, **settings).predict_proba(held_out)
        for settings in ({}, {"n_jobs": 2}, {"random_state": 1})
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_history_is_the_validation_log_loss_of_every_round() -> None:
    held_out, truth = corpus(40, seed=1)
    model = fitted(*corpus(), (held_out, truth), patience=100)
    assert [entry["round"] for entry in model.history_] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    [levels] = model._level_outputs(held_out)
    for number, (outputs, rounds) in enumerate(zip(levels, model.best_rounds_, strict=True)):
        names = np.array(["/".join(path.split("/")[: number + 1]) for path in truth])
        expected = log_loss(names, outputs)
        losses = [entry[f"level_{number + 1}"] for entry in model.history_]
        assert losses[rounds - 1] == pytest.approx(expected, abs=1e-4)
        assert rounds == np.argmin(losses) + 1


def test_a_level_stops_when_it_no_longer_improves_and_keeps_its_best_rounds() -> None:
    random = np.random.default_rng(0)
    texts, labels = corpus(60)
    noise, truth = corpus(60, seed=1)
    shuffled = [truth[row] for row in random.permutation(len(truth))]
    model = fitted(texts, labels, (noise, shuffled), rounds=40, patience=3)
    for number, rounds in enumerate(model.best_rounds_, start=1):
        losses = [e[f"level_{number}"] for e in model.history_ if f"level_{number}" in e]
        assert len(losses) == rounds + 3 < 40
        assert np.argmin(losses) == rounds - 1


def test_without_validation_documents_of_a_level_it_runs_all_rounds() -> None:
    held_out, truth = corpus(30, seed=1)
    unknown = [[path.split("/")[0], None] for path in truth]
    texts, labels = corpus()
    model = fitted(
        texts,
        [path.split("/") for path in labels],
        (held_out, unknown),
        label_form="levels",
        patience=1,
        rounds=10,
    )
    assert model.best_rounds_[1] == 10
    assert all("level_2" not in entry for entry in model.history_)


def test_paths_that_end_early_are_predicted_as_ended() -> None:
    texts, labels = corpus()
    labels = ["sport" if path == "sport/tennis" else path for path in labels]
    model = fitted(texts, labels, validation_fraction=0.0)
    assert model.predict(["racket court serve racket"]).tolist() == ["sport"]
    assert model.predict(["song chord melody"]).tolist() == ["art/music"]


def test_a_category_that_no_document_has_is_never_predicted() -> None:
    texts, labels = corpus()
    model = fitted(texts, labels, taxonomy=[*WORDS, "art/dance"])
    probabilities = dict(zip(model.classes_, model.predict_proba(texts).max(axis=0), strict=True))
    assert probabilities["art/dance"] < 1e-6
    assert probabilities["art/film"] > 0.5


def test_a_category_seen_once_is_learned_with_the_others() -> None:
    texts, labels = corpus()
    model = fitted([*texts, "waltz waltz"], [*labels, "art/dance"], validation_fraction=0.0)
    assert "art/dance" in model.classes_
    assert np.isfinite(model.predict_proba(["waltz"])).all()


def test_a_level_of_one_category_is_certain() -> None:
    texts, labels = corpus()
    model = fitted(texts, [f"all/{path}" for path in labels])
    np.testing.assert_allclose(model.predict_proba(texts)[:, 0], 1.0, atol=1e-5)
    assert model.best_rounds_[0] == 0
    assert min(model.best_rounds_[1:]) > 0


def test_a_level_of_which_nothing_is_known_is_a_guess() -> None:
    texts, labels = corpus()
    tops = [[path.split("/")[0], None] for path in labels]
    model = fitted(texts, tops, taxonomy=list(WORDS), label_form="levels")
    assert model.best_rounds_[1] == 0
    [levels] = model._level_outputs(texts[:5])
    np.testing.assert_allclose(levels[1], 1 / len(WORDS))


def test_a_validation_category_that_training_lacks_does_not_stop_it() -> None:
    texts, labels = corpus()
    with pytest.warns(UserWarning, match="art/dance"):
        model = fitted(texts, labels, (["waltz", "song chord"], ["art/dance", "art/music"]))
    assert "art/dance" not in model.classes_
    assert all(np.isfinite(entry["level_2"]) for entry in model.history_)


def test_several_paths_are_learned_side_by_side() -> None:
    model = fitted(*several(), several(60, seed=1), rounds=15)
    held_out, truth = several(100, seed=2)
    evaluation = model.evaluate(held_out, truth)
    assert evaluation.micro.f1 is not None
    assert evaluation.micro.f1 > 0.75
    assert {len(paths) for paths in model.predict(held_out)} >= {1, 2}


def test_a_category_of_several_paths_is_xgboost_on_it_alone() -> None:
    texts, labels = several()
    held_out, _ = several(40, seed=1)
    model = fitted(texts, labels, validation_fraction=0.0, max_leaves=0, max_depth=2)
    vectorizer = TfidfVectorizer(min_df=2, sublinear_tf=True, dtype=np.float32)
    features = vectorizer.fit_transform(texts)
    column = list(model.classes_).index("art/music")
    present = np.array(["art/music" in paths for paths in labels]).astype(int)
    reference = by_hand(model, rounds=6).fit(features, present)
    [levels] = model._level_outputs(held_out)
    expected = reference.predict_proba(vectorizer.transform(held_out))[:, 1]
    np.testing.assert_allclose(np.hstack(levels)[:, column], expected, atol=1e-5)


def test_a_category_that_all_or_none_of_the_documents_have_is_constant() -> None:
    texts, labels = several()
    everywhere = [[*(f"all/{path}" for path in paths), "all"] for paths in labels]
    model = fitted(texts, everywhere, taxonomy=[*(f"all/{p}" for p in WORDS), "all/art/dance"])
    shares = dict(zip(model.classes_, model.predict_proba(texts).T, strict=True))
    np.testing.assert_array_equal(shares["all"], 1.0)
    np.testing.assert_array_equal(shares["all/art/dance"], 0.0)
    assert 0.0 < shares["all/art"].min() < shares["all/art"].max() < 1.0


def test_parameters_are_the_splits_and_leaves_of_the_trees_that_are_kept() -> None:
    # One word tells the two categories apart: a split and two leaves, for each of two outputs.
    texts, labels = ["yes sir", "no sir"] * 20, ["a", "b"] * 20
    model = fitted(texts, labels, validation_fraction=0.0, rounds=3)
    assert model.n_parameters_ == 3 * 2 * 3


def test_an_option_that_is_too_small_is_refused() -> None:
    texts, labels = corpus(20)
    with pytest.raises(ConfigError, match="rounds must be a whole number of at least 1, not 0"):
        fitted(texts, labels, rounds=0)
    with pytest.raises(ConfigError, match="patience must be a whole number of at least 1, not 0"):
        fitted(texts, labels, patience=0)


def test_progress_is_shown_only_if_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    texts, labels = corpus()
    fitted(texts, labels)
    assert capfd.readouterr() == ("", "")
    fitted(texts, labels, verbose=True)
    assert "level 2: round 6/6, log-loss" in capfd.readouterr().err


def test_it_survives_pickling_and_cloning() -> None:
    texts, labels = corpus()
    model = fitted(texts, labels)
    # As scikit-learn sends an estimator to its worker processes; no file is loaded so.
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(texts), model.predict_proba(texts))
    assert clone(model).get_params() == model.get_params()
