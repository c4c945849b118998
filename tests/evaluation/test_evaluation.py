from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from harnn.errors import ConfigError, DataError
from harnn.evaluation import Evaluation, Hierarchy, ancestor_closure, evaluate_predictions

HIERARCHY = Hierarchy(
    np.array([0, 0, 1, 1, 1]),
    ((), (), (0,), (0,), (1,)),
    ("A", "B", "A/a", "A/b", "B/c"),
)


def random_arguments(seed, documents=25):
    rng = np.random.default_rng(seed)
    shape = (documents, 5)
    y_true, y_pred = (
        ancestor_closure(rng.random(shape) < 0.3, HIERARCHY.parents) for _ in range(2)
    )
    known = np.column_stack([np.ones(documents, bool), rng.random(documents) < 0.6])
    known[0] = True
    return {"y_true": y_true, "y_pred": y_pred, "known": known, "scores": rng.random(shape)}


def numbers(value) -> Iterator[object]:
    """The values at the leaves of what ``to_dict`` returns."""
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from numbers(entry)
    else:
        yield value


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_known_entries_of_all_documents_and_complete_documents_are_kept_apart(seed):
    arguments = random_arguments(seed)
    y_true, y_pred, known, scores = arguments.values()
    evaluation = evaluate_predictions(**arguments, hierarchy=HIERARCHY)
    entries = known[:, [0, 0, 1, 1, 1]]
    assert evaluation.documents == 25
    assert evaluation.micro.f1 == pytest.approx(f1_score(y_true[entries], y_pred[entries]))
    assert evaluation.auprc_micro == pytest.approx(
        average_precision_score(y_true[entries], scores[entries])
    )
    # Both sets come closed, and on known levels their ancestors are known too.
    assert evaluation.hierarchical == pytest.approx(evaluation.micro)

    complete = known.all(axis=1)
    truth, guess = y_true[complete], y_pred[complete]
    assert evaluation.complete.documents == complete.sum()
    assert evaluation.complete.subset_accuracy == pytest.approx(accuracy_score(truth, guess))
    if (truth | guess).any():
        assert evaluation.complete.micro.f1 == pytest.approx(
            f1_score(truth, guess, average="micro", zero_division=0)
        )
    assert [level.support for level in evaluation.levels] == known.sum(axis=0).tolist()


def test_each_average_stands_under_its_own_name():
    arguments = random_arguments(7)
    y_true, y_pred, _, scores = arguments.values()
    evaluation = evaluate_predictions(**(arguments | {"known": None}), hierarchy=HIERARCHY)
    averages = ("micro", "macro", "samples", "weighted")
    ours = [getattr(evaluation, average).f1 for average in averages]
    assert ours == pytest.approx(
        [f1_score(y_true, y_pred, average=average, zero_division=0) for average in averages]
    )
    assert len({round(score, 6) for score in ours}) == 4
    areas = [evaluation.auprc_micro, evaluation.auprc_macro]
    assert areas == pytest.approx(
        [average_precision_score(y_true, scores, average=average) for average in averages[:2]]
    )


def test_an_unknown_level_changes_nothing_whatever_stands_there():
    arguments = random_arguments(3)
    changed = {name: array.copy() for name, array in arguments.items()}
    changed["y_true"][:, 2:] ^= ~arguments["known"][:, 1:]
    assert evaluate_predictions(**arguments, hierarchy=HIERARCHY) == evaluate_predictions(
        **changed, hierarchy=HIERARCHY
    )


def test_everything_is_known_by_default():
    arguments = random_arguments(4)
    everything = arguments | {"known": np.ones((25, 2), bool)}
    assert evaluate_predictions(
        **(arguments | {"known": None}), hierarchy=HIERARCHY
    ) == evaluate_predictions(**everything, hierarchy=HIERARCHY)


def test_without_scores_what_is_measured_on_them_is_undefined():
    labels = np.array([[1, 0, 1, 0, 0]], bool)
    evaluation = evaluate_predictions(labels, labels, HIERARCHY, k=[1, 2])
    assert evaluation.auprc_micro is evaluation.auprc_macro is None
    assert evaluation.precision_at_k == {1: None, 2: None}
    assert evaluation.micro == (1, 1, 1)


def test_perfect_predictions_score_one_everywhere():
    y_true = random_arguments(5)["y_true"] | [True, False, True, False, False]
    scores = y_true.astype(np.float32)
    evaluation = evaluate_predictions(y_true, y_true, HIERARCHY, scores=scores, k=[1, 2])
    values = evaluation.to_dict()
    assert values.pop("incoherent_share") == 0
    for level in values["levels"]:
        assert level.pop("support") == 25
        level.pop("level")
    assert values.pop("documents") == values["complete"].pop("documents") == 25
    assert set(numbers(values)) == {1.0}


def test_with_nothing_known_every_score_of_the_truth_is_none_and_printed_as_a_dash():
    arguments = random_arguments(6) | {"known": np.zeros((25, 2), bool)}
    evaluation = evaluate_predictions(**arguments, hierarchy=HIERARCHY)
    values = evaluation.to_dict()
    assert values.pop("incoherent_share") == 0
    assert values.pop("documents") == 25
    assert values["complete"].pop("documents") == 0
    for level in values["levels"]:
        assert level.pop("support") == 0
        level.pop("level")
    assert set(numbers(values)) == {None}
    scores = [line for line in evaluation.text().splitlines() if line.startswith("   ")]
    assert not any("0.0" in line for line in scores if "incoherent" not in line)
    assert sum(line.count("\N{EN DASH}") for line in scores) == len(list(numbers(values)))


def test_no_document_at_all_is_undefined_and_no_error():
    nothing = np.zeros((0, 5), bool)
    evaluation = evaluate_predictions(nothing, nothing, HIERARCHY, scores=np.zeros((0, 5)))
    assert evaluation.documents == 0
    assert evaluation.incoherent_share is evaluation.micro.f1 is None


def test_one_category_is_a_hierarchy():
    y_true, y_pred = np.array([[1], [1], [0]], bool), np.array([[1], [0], [0]], bool)
    single = Hierarchy(np.array([0]), ((),), ("only",))
    evaluation = evaluate_predictions(y_true, y_pred, single, scores=y_pred.astype(float))
    assert evaluation.micro == evaluation.macro == pytest.approx((1, 0.5, 2 / 3))
    assert evaluation.levels[0].accuracy == pytest.approx(2 / 3)
    assert evaluation.precision_at_k == {1: pytest.approx(2 / 3), 3: None, 5: None}


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6), documents=st.integers(1, 4))
def test_an_evaluation_survives_strict_json(seed, documents):
    evaluation = evaluate_predictions(**random_arguments(seed, documents), hierarchy=HIERARCHY)
    text = json.dumps(evaluation.to_dict(), allow_nan=False)
    assert Evaluation.from_dict(json.loads(text)) == evaluation


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"micr0": 1}, "evaluation has an unknown key 'micr0'; did you mean 'micro'"),
        ({"complete": {"documents": 1}}, "evaluation.complete lacks the key 'subset_accuracy'"),
        ({"macro": 0.5}, "evaluation.macro is 0.5; a mapping"),
        ({"auprc_micro": float("nan")}, "evaluation.auprc_micro is nan; a number between"),
        ({"auprc_micro": "0.5"}, "evaluation.auprc_micro is '0.5'; a number between"),
        ({"documents": 1.5}, "evaluation.documents is 1.5; a whole number"),
        ({"precision_at_k": {"one": 1.0}}, "evaluation.precision_at_k is"),
        ({"levels": None}, "evaluation.levels is None; a list"),
        ({"levels": [3]}, r"evaluation.levels\[0\] is 3; a mapping"),
    ],
)
def test_a_dictionary_that_is_no_evaluation_is_refused_with_the_place(change, message):
    data = evaluate_predictions(**random_arguments(1), hierarchy=HIERARCHY).to_dict()
    with pytest.raises(DataError, match=message):
        Evaluation.from_dict(data | change)


def test_a_missing_key_is_named():
    data = evaluate_predictions(**random_arguments(1), hierarchy=HIERARCHY).to_dict()
    del data["samples"]
    with pytest.raises(DataError, match="evaluation lacks the key 'samples'"):
        Evaluation.from_dict(data)


def test_the_text_shows_each_level_and_the_numbers_in_narrow_lines():
    evaluation = evaluate_predictions(**random_arguments(2), hierarchy=HIERARCHY)
    text = evaluation.text()
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    for number in (evaluation.micro.f1, evaluation.complete.subset_accuracy):
        assert f"{number:.4f}" in text
    for title in ("known entries", "all levels known", "level 1", "level 2", "precision at 5"):
        assert title in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y_true": np.ones((25, 4), bool)}, r"y_true has shape \(25, 4\); \(documents, 5\)"),
        ({"y_pred": np.ones((24, 5), bool)}, r"y_pred has shape \(24, 5\); \(25, 5\)"),
        ({"known": np.ones((25, 5), bool)}, r"known has shape \(25, 5\); \(25, 2\)"),
        ({"scores": np.full((25, 5), np.nan)}, "scores has nan at row 0, column 0"),
    ],
)
def test_a_wrong_array_is_refused_by_name(change, message):
    with pytest.raises(DataError, match=message):
        evaluate_predictions(**(random_arguments(0) | change), hierarchy=HIERARCHY)


def test_a_wrong_k_is_refused_even_without_scores():
    labels = np.ones((1, 5), bool)
    with pytest.raises(ConfigError, match="k is 0"):
        evaluate_predictions(labels, labels, HIERARCHY, k=[0])


def test_the_text_is_the_same_in_a_notebook(monkeypatch):
    evaluation = evaluate_predictions(**random_arguments(0), hierarchy=HIERARCHY)
    outside = evaluation.text()
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert evaluation.text() == outside
    assert "micro" in outside


def test_hierarchical_scores_share_the_row_of_the_micro_average_where_they_are_the_same():
    hierarchy = Hierarchy(np.array([0, 1, 1]), ((), (0,), (0,)), ("a", "b", "c"))
    y_true = np.array([[True, True, False], [True, False, True]])
    closed = np.array([[True, True, False], [True, True, False]])
    same = evaluate_predictions(y_true, closed, hierarchy)
    assert "micro and hierarchical" in same.text()
    assert same.text().count("hierarchical") == 1
    assert "hierarchical" in same.to_dict()
    # A prediction without its ancestor: the two differ, and both are shown.
    other = evaluate_predictions(y_true, closed & [[False, True, True]], hierarchy)
    assert other.hierarchical != other.micro
    assert "micro and hierarchical" not in other.text()
    assert "hierarchical" in other.text()
