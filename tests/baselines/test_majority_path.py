from __future__ import annotations

import numpy as np
import pytest

from baselines import MajorityPath


def test_predicts_the_most_frequent_whole_label_in_the_form_of_fit() -> None:
    labels = [["a", "b"], ["a", None], ["a", None], ["c", "d"], ["c", "d"], ["a", "e"]]
    floor = MajorityPath(label_form="levels").fit(["x"] * 6, labels)
    assert floor.predict(["y", "z"]).tolist() == [["c", "d"], ["c", "d"]]


def test_probabilities_are_the_frequencies_among_documents_whose_level_is_known() -> None:
    floor = MajorityPath().fit(["x"] * 4, [["a", "b"], ["a", "e"], ["a", "e"], ["a", None]])
    by_path = dict(zip(floor.taxonomy_.path_strings, floor.predict_proba(["y"])[0], strict=True))
    assert by_path == pytest.approx({"a": 1.0, "a/b": 1 / 3, "a/e": 2 / 3})


def test_documents_with_several_paths_get_the_most_frequent_set() -> None:
    labels = [["a/b", "c"], ["a/b", "c"], ["c"], []]
    floor = MajorityPath().fit(["x"] * 4, labels)
    assert [set(paths) for paths in floor.predict(["y"])] == [{"a/b", "c"}]


def test_its_evaluation_is_coherent() -> None:
    floor = MajorityPath().fit(["x"] * 3, ["a/b", "a/b", "c"])
    evaluation = floor.evaluate(["y", "z"], ["a/b", "c"])
    assert evaluation.complete.subset_accuracy == 0.5
    assert evaluation.incoherent_share == 0.0
    assert np.isclose(evaluation.micro.recall, 2 / 3)


def test_its_sets_hold_the_truth_as_often_as_asked_for_and_it_is_sure_of_nothing() -> None:
    generator = np.random.default_rng(0)
    labels = generator.choice(["a/b", "a/c", "d/e", "d/f"], size=900, p=[0.4, 0.3, 0.2, 0.1])
    texts = ["x"] * 300
    floor = MajorityPath().fit(texts, labels[:300], (texts, labels[300:600]))
    sets = floor.predict_sets(texts, coverage=0.8)
    held = np.mean([true in found for true, found in zip(labels[600:], sets, strict=True)])
    assert sets[0] == ["a/b", "a/c", "d/e"]
    assert held > 0.8
    assert floor.predict(["x"], stop="confident", precision=0.9).tolist() == [None]
