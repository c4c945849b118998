from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from baselines import LinearSVM, MajorityPath, XGBoostTrees
from harnn import HARNNClassifier, compare, load_corpus
from harnn.errors import ConfigError, DataError
from harnn.evaluation.report import read_results


@pytest.fixture
def quick(corpus: Any, tmp_path: Any) -> Any:
    """Return a function that compares models on the corpus, in this process."""

    def run(models: dict[str, Any], **options: Any) -> Any:
        given = {"folder": tmp_path, "own_process": False, "verbose": False, "resamples": 50}
        return compare(models, **{"corpus": corpus, **given, **options})

    return run


def counting(kind: type) -> tuple[type, list[Any]]:
    """Return a subclass that notes the parameters of every fit."""
    fits: list[Any] = []

    class Counting(kind):
        def fit(self, X: Any, y: Any, **arguments: Any) -> Any:
            fits.append(self.get_params())
            return super().fit(X, y, **arguments)

    Counting.__name__ = kind.__name__
    return Counting, fits


def test_a_comparison_ends_at_a_report_that_holds_what_it_returns(quick, keyword, tmp_path):
    comparison = quick({"right": keyword(), "majority": MajorityPath()})
    assert comparison.report == tmp_path / "report.html"
    assert read_results(tmp_path / "results.json") == comparison.results
    assert comparison.scores().index.tolist() == ["right", "majority"]
    assert comparison.scores()["all_levels_right"]["right"] == 1.0
    assert {path.name for path in (tmp_path / "predictions").iterdir()} == {
        "documents.parquet", "majority.parquet", "right-seed-0.parquet",
    }  # fmt: skip


def test_a_model_that_fails_has_a_row_that_says_why_and_the_others_stand(quick, keyword):
    class Failing(keyword):
        def fit(self, X: Any, y: Any) -> Any:
            raise MemoryError("not enough for 9 billion trees")

    results = quick({"failing": Failing(), "right": keyword()}).results
    failing, right = results.models
    assert failing.error == "seed 0: MemoryError: not enough for 9 billion trees"
    assert right.scores["micro_f1"].mean == 1.0
    assert results.reference is None


def test_the_traceback_of_a_failed_model_is_kept_until_it_succeeds(quick, keyword, tmp_path):
    class Failing(keyword):
        broken = True

        def fit(self, X: Any, y: Any) -> Any:
            if Failing.broken:
                raise ValueError("once")
            return super().fit(X, y)

    quick({"model": Failing()})
    file = tmp_path / "models" / "model" / "seed-0" / "error.txt"
    assert "in fit" in file.read_text()
    Failing.broken = False
    quick({"model": Failing()})
    assert not file.exists()


def test_a_model_that_predicts_too_few_documents_fails_alone(quick, keyword):
    class Short(keyword):
        def predict(self, X: Any) -> Any:
            return super().predict(X)[:1]

    short, right = quick({"short": Short(), "right": keyword()}).results.models
    assert short.error == "seed 0: DataError: predict returned 1 labels for 12 texts"
    assert right.error is None


def test_what_cut_the_test_part_off_does_not_cut_the_validation_part_too(quick, keyword):
    rows = {"text": [f"apple {row}" for row in range(300)], "l1": ["a", "b"] * 150}
    for fraction in (0.1, 0.2):
        corpus = load_corpus(pd.DataFrame({**rows, "l2": ["x"] * 300}), test_fraction=fraction)
        parts = {
            part.name: part
            for part in quick(
                {"model": MajorityPath()}, corpus=corpus, refit=["model"]
            ).results.corpus.parts
        }
        assert parts["validation"].documents > 15
        assert sum(part.documents for part in parts.values()) == 300


def test_a_model_with_other_settings_is_left_out_where_only_others_are_fitted(quick, keyword):
    quick({"one": keyword(error=0.1), "two": keyword()})
    results = quick({"one": keyword(error=0.2), "two": keyword()}, only=["two"]).results
    assert [model.name for model in results.models] == ["two"]


def test_a_finished_model_is_not_fitted_again_unless_asked(quick, keyword):
    kind, fits = counting(keyword)
    first = quick({"model": kind()}).results
    again = quick({"model": kind()}).results
    assert len(fits) == 1
    assert again.models == first.models
    quick({"model": kind()}, refit=["model"])
    assert len(fits) == 2


def test_a_model_that_failed_is_tried_again(quick, keyword):
    class Failing(keyword):
        broken = True

        def fit(self, X: Any, y: Any) -> Any:
            if Failing.broken:
                raise ValueError("once")
            return super().fit(X, y)

    assert quick({"model": Failing()}).results.models[0].error is not None
    Failing.broken = False
    assert quick({"model": Failing()}).results.models[0].error is None


def test_ctrl_c_keeps_the_models_that_are_finished(quick, keyword):
    class Interrupted(keyword):
        def fit(self, X: Any, y: Any) -> Any:
            raise KeyboardInterrupt

    kind, fits = counting(keyword)
    with pytest.raises(KeyboardInterrupt):
        quick({"first": kind(), "second": Interrupted()})
    quick({"first": kind(), "second": keyword()})
    assert len(fits) == 1


def test_a_resumed_fit_says_that_its_time_is_not_the_whole(quick, keyword, tmp_path):
    checkpoint = tmp_path / "models" / "model" / "seed-0" / "checkpoint"
    checkpoint.mkdir(parents=True)
    (checkpoint / "state").touch()
    (run,) = quick({"model": keyword()}).results.models[0].runs
    assert run.notes == (
        "the fit was stopped and resumed: its time is that of the last part alone",
    )
    assert not checkpoint.exists()


def test_only_those_asked_for_are_fitted_and_those_fitted_before_are_reported(quick, keyword):
    kind, fits = counting(keyword)
    models = {"one": kind(error=0.1), "two": kind(error=0.2), "three": kind(error=0.3)}
    results = quick(models, only=["two"]).results
    assert [model.name for model in results.models] == ["two"]
    results = quick(models, only=["one"]).results
    assert [model.name for model in results.models] == ["one", "two"]
    assert [fit["error"] for fit in fits] == [0.2, 0.1]


def test_every_seed_is_a_run_of_a_model_that_draws_and_the_others_run_once(quick, keyword):
    results = quick({"draws": keyword(error=0.3), "majority": MajorityPath()}, seeds=(3, 4)).results
    draws, majority = results.models
    assert [run.seed for run in draws.runs] == [3, 4]
    assert draws.scores["all_levels_right"].std is not None
    assert [run.seed for run in majority.runs] == [None]
    more = quick({"draws": keyword(error=0.3)}, seeds=(4, 5)).results.models[0]
    assert more.runs[0] == draws.runs[1]


def test_a_fit_with_other_settings_is_not_taken_for_this_one(quick, keyword, corpus):
    quick({"model": keyword(error=0.1)})
    with pytest.raises(
        ConfigError, match=r"holds 'model' fitted with other settings.*--refit model"
    ):
        quick({"model": keyword(error=0.2)})
    smaller = replace(corpus, train=corpus.train.take(30))
    with pytest.raises(ConfigError, match="other settings or data, or by another version"):
        quick({"model": keyword(error=0.1)}, corpus=smaller)
    quick({"model": keyword(error=0.2)}, refit=["model"])


def test_the_reference_is_the_first_harnn_or_the_one_asked_for(quick, keyword, monkeypatch):
    class Stand(keyword):
        pass

    models = {"one": keyword(), "two": keyword(error=0.5)}
    assert quick(models).results.reference == "one"
    asked = quick(models, reference="two").results
    assert asked.reference == "two"
    assert [pair.rival for pair in asked.pairs] == ["one"]
    # The module: the package's attribute of that name is the function.
    module = sys.modules["harnn.comparison.compare"]
    monkeypatch.setattr(module, "HARNNClassifier", Stand)
    assert quick({**models, "three": Stand()}).results.reference == "three"


def test_without_a_validation_part_a_tenth_is_set_apart_for_all_alike(quick, keyword, corpus):
    seen: list[Any] = []

    class Asking(keyword):
        def fit(self, X: Any, y: Any, validation_data: Any = None) -> Any:
            seen.append((list(X), list(validation_data[0])))
            return super().fit(X, y)

    quick({"one": Asking(), "two": Asking()}, corpus=replace(corpus, validation=None))
    (train, validation), second = seen
    assert second == (train, validation)
    assert sorted(train + validation) == sorted(corpus.train.texts)
    assert 0 < len(validation) < 12


def test_while_tuning_the_test_part_is_not_judged_by(quick, keyword, corpus, tmp_path):
    results = quick({"model": keyword()}, part="validation").results
    assert results.part == "validation"
    assert read_results(tmp_path / "validation" / "results.json") == results
    assert not (tmp_path / "results.json").exists()
    assert results.models[0].runs[0].evaluation.documents == len(corpus.validation)
    # It is there when its time comes, and nothing is fitted again.
    assert quick({"model": keyword()}).results.models[0].runs[0].evaluation.documents == 20


def test_a_corpus_without_the_part_is_refused_with_what_would_help(quick, keyword, corpus):
    with pytest.raises(DataError, match=r"no test part.*test_fraction=0\.1"):
        quick({"model": keyword()}, corpus=replace(corpus, test=None))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"only": ["modle"]}, "only: there is no model 'modle'; did you mean 'model'"),
        ({"refit": ["x"]}, "refit: there is no model 'x'"),
        ({"reference": "x"}, "reference: there is no model 'x'"),
        ({"seeds": ()}, "at least one is needed"),
        ({"seeds": 2}, "the seeds themselves"),
        ({"part": "train"}, "part must be 'test' or 'validation'"),
        ({"only": "model"}, r"only must be a list of names, such as \['model'\]"),
        ({"models": {"a": MajorityPath}}, "model 'a' is a class, not an object"),
        ({"models": {"a": "linear_svm"}}, "model 'a' is 'linear_svm': a scikit-learn estimator"),
        ({"models": [MajorityPath()]}, "must be a mapping of names to estimators"),
        ({"seeds": (1, 1)}, "none twice"),
        ({"models": {}}, "with one at least"),
        ({"models": {"a/b": MajorityPath()}}, "model 'a/b': a name becomes a folder"),
        ({"models": {"../up": MajorityPath()}}, "a name becomes a folder"),
    ],
)
def test_wrong_names_and_seeds_are_refused_before_anything_is_fitted(quick, keyword, options, said):
    models = options.pop("models", {"model": keyword()})
    with pytest.raises(ConfigError, match=said):
        quick(models, **options)


def test_a_label_of_the_test_part_alone_counts_as_missed_by_all(quick, keyword, corpus):
    texts, labels = list(corpus.test.texts), corpus.test.labels.tolist()
    labels[0] = ["a", "unheard of"]
    train = (list(corpus.train.texts), corpus.train.labels.tolist())
    other = load_corpus(train[0], labels=train[1], test=(texts, labels), label_form="levels")
    results = quick({"right": keyword()}, corpus=other).results
    assert results.corpus.unseen == ("a/unheard of",)
    assert results.models[0].scores["all_levels_right"].mean == 19 / 20


def test_a_level_of_one_class_and_classes_of_one_document_are_compared_and_reported(
    quick, tmp_path
):
    rows = [("b", "apple pear")] * 8 + [("c", "stone sand")] * 8 + [("once", "only here")]
    texts = [f"{words} {number}" for number, (_, words) in enumerate(rows)]
    labels = [["root", name, name + " below"] for name, _ in rows]
    test = (["apple pear", "sand", "here"], [labels[0], labels[8], labels[16]])
    corpus = load_corpus(texts, labels=labels, validation=test, test=test, label_form="levels")
    models = {"svm": LinearSVM(), "trees": XGBoostTrees(rounds=3), "majority": MajorityPath()}
    results = quick(models, corpus=corpus).results
    assert [model.error for model in results.models] == [None] * 3
    assert {model.scores["level_1_accuracy"].mean for model in results.models} == {1.0}
    assert results.models[0].scores["all_levels_right"].mean == 1.0
    counted = {category.path: category.documents for category in results.corpus.categories}
    assert counted["root/once"] == {"train": 1, "validation": 1, "test": 1}
    assert "root/once/once below" in (tmp_path / "report.md").read_text()


def test_documents_of_several_paths_are_compared_and_reported(quick, tmp_path):
    texts = ["apple", "stone", "apple stone", "nothing"] * 10
    labels = [["a/x"], ["b/z"], ["a/x", "b/z"], []] * 10
    corpus = load_corpus(
        texts,
        labels=labels,
        validation=(texts[:8], labels[:8]),
        test=(texts[:12], labels[:12]),
        label_form="paths",
    )
    models = {"svm": LinearSVM(), "majority": MajorityPath()}
    results = quick(models, corpus=corpus).results
    assert not results.corpus.one_path
    assert results.models[0].scores["all_levels_right"].mean == 1.0
    assert 0 < results.models[1].scores["all_levels_right"].mean < 1
    assert results.models[0].calibration[0].count == 24  # every document and category of the level


def test_results_say_what_repeats_them(quick, keyword, tmp_path):
    quick({"model": keyword()}, command="harnn compare x.yaml", config={"seed": 0})
    written = json.loads((tmp_path / "results.json").read_text())
    assert (written["command"], written["config"]) == ("harnn compare x.yaml", {"seed": 0})
    assert {"python", "harnn", "numpy"} <= set(written["versions"])


def test_a_network_in_its_own_process_leaves_its_model_its_curve_and_its_memory(corpus, tmp_path):
    options = {
        "preset": "adapted", "epochs": 2, "batch_size": 8, "embedding_dim": 4, "recurrent_units": 4,
        "attention_units": 4, "dense_units": 4, "min_count": 1,
    }  # fmt: skip
    models = {"harnn": HARNNClassifier(**options)}
    results = compare(models, corpus, folder=tmp_path, resamples=50, verbose=False).results
    (run,) = results.models[0].runs
    assert len(run.history) == 2
    assert run.cost.peak_memory_bytes > 100_000_000
    assert results.models[0].parameters["alpha"] == 0.5
    folder = tmp_path / "models" / "harnn" / "seed-0"
    assert {path.name for path in folder.iterdir()} == {"model", "run.json", "predictions.npz"}
    model = HARNNClassifier.load(folder / "model")
    assert run.cost.parameters == model.model_.count_params()
    evaluation = model.evaluate(*corpus.test)
    assert evaluation.micro == run.evaluation.micro
