from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from baselines import MajorityPath
from harnn import HARNNClassifier
from harnn.comparison.fitting import Task, fit_model, settings
from harnn.comparison.judge import Judge
from harnn.text.options import HARNNOptions


def task_of(model: Any, corpus: Any, **options: Any) -> Task:
    held_out = {"validation": corpus.validation, "test": corpus.test}
    return Task(model, corpus.train, corpus.validation, held_out, Judge.of(corpus), **options)


def test_one_of_ours_gives_decisions_probabilities_and_each_level(corpus):
    fitted = fit_model(task_of(MajorityPath(label_form="levels"), corpus))
    assert set(fitted.predictions) == {"validation", "test"}
    said = fitted.predictions["test"]
    majority = MajorityPath(label_form="levels").fit(*corpus.train)
    np.testing.assert_array_equal(
        said.probabilities, majority.predict_proba(corpus.test.texts).astype(np.float32)
    )
    assert said.decisions.shape == said.each_level.shape == (20, 6)


def test_any_estimator_on_texts_and_labels_can_take_part(corpus, keyword):
    fitted = fit_model(task_of(keyword(), corpus))
    judge = Judge.of(corpus)
    said = fitted.predictions["test"]
    np.testing.assert_array_equal(said.decisions, judge.targets["test"].indicator)
    assert (said.each_level, said.probabilities) == (None, None)
    assert (fitted.cost.parameters, fitted.history, fitted.best_epoch) == (None, (), None)


def test_a_model_that_learns_from_unlabelled_texts_gets_them(corpus, keyword):
    class Reader(keyword):
        def fit(self, X: Any, y: Any, *, unlabelled: Any = ()) -> Any:
            self.seen_ = list(unlabelled)
            return super().fit(X, y)

    given, none = Reader(), Reader()
    fit_model(task_of(given, corpus, unlabelled=corpus.test))
    fit_model(task_of(none, corpus))
    assert given.seen_ == list(corpus.test.texts)
    assert none.seen_ == []


def test_costs_are_measured(corpus):
    own, shared = (
        fit_model(task_of(MajorityPath(label_form="levels"), corpus, own_process=own)).cost
        for own in (True, False)
    )
    assert own.fit_seconds > 0
    assert own.documents_per_second == pytest.approx(20 / own.predict_seconds)
    assert own.disk_bytes is not None
    assert own.disk_bytes > 100
    assert own.peak_memory_bytes is not None
    assert own.peak_memory_bytes > 10_000_000
    assert shared.peak_memory_bytes is None


def test_warnings_of_a_fit_become_notes_and_are_not_repeated(corpus, keyword):
    class Warning_(keyword):
        def fit(self, X: Any, y: Any) -> Any:
            for _ in range(2):
                warnings.warn("few documents", UserWarning, stacklevel=1)
            warnings.warn("of no interest to a reader", DeprecationWarning, stacklevel=1)
            return super().fit(X, y)

    assert fit_model(task_of(Warning_(), corpus)).notes == ("few documents",)


def test_half_a_fit_is_no_result(corpus, keyword):
    class Interrupted(keyword):
        interrupted_ = True

    with pytest.raises(KeyboardInterrupt):
        fit_model(task_of(Interrupted(), corpus))


def test_validation_documents_go_to_models_that_ask_for_them(corpus, keyword):
    class Asking(keyword):
        def fit(self, X: Any, y: Any, validation_data: Any = None) -> Any:
            self.seen_ = validation_data
            return super().fit(X, y)

    model = Asking()
    fit_model(task_of(model, corpus))
    texts, labels = model.seen_
    assert list(texts) == list(corpus.validation.texts)
    assert labels.tolist() == corpus.validation.labels.tolist()


def test_settings_are_plain_and_leave_out_what_changes_nothing(keyword):
    model = HARNNClassifier(epochs=np.int64(3), taxonomy=["a/b"], checkpoint_dir="x", verbose=False)
    told = settings(model)
    assert (told["epochs"], told["taxonomy"], told["alpha"]) == (3, ["a/b"], 0.5)  # by the preset
    assert not {"checkpoint_dir", "verbose"} & set(told)
    assert settings(keyword(error=keyword))["error"].startswith("<class")


def test_settings_call_a_preset_by_its_current_name():
    assert settings(HARNNClassifier("champion")) == settings(HARNNClassifier("best"))
    assert settings(HARNNClassifier("reference"))["preset"] == "paper"
    wrong = settings(HARNNClassifier("champion", epochs=0))  # its fit refuses it
    assert (wrong["preset"], wrong["epochs"]) == ("champion", 0)


def test_settings_of_a_fitted_network_say_what_it_was_fitted_with():
    model = HARNNClassifier(epochs=3)
    model.options_ = HARNNOptions.resolve("adapted", epochs=3, alpha=0.25)
    told = settings(model)
    assert (told["epochs"], told["alpha"]) == (3, 0.25)
