from __future__ import annotations

import pytest

from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.report import Results
from harnn.evaluation.report.answer import answer
from harnn.evaluation.significance import PairedDifference


def with_difference(results: Results, difference: PairedDifference) -> Results:
    changed = results.pairs[0].model_copy(update={"differences": {"all_levels_right": difference}})
    return results.model_copy(update={"pairs": (changed, *results.pairs[1:])})


def without_scores(results: Results, *names: str) -> Results:
    models = []
    for model in results.models:
        scores = {
            name: score.model_copy(update={"mean": None, "std": None, "interval": None})
            if name in names
            else score
            for name, score in model.scores.items()
        }
        models.append(model.model_copy(update={"scores": scores}))
    return results.model_copy(update={"models": tuple(models)})


def test_a_win_is_told_with_its_evidence(results):
    tested = PairedDifference(0.0349, Interval(0.024, 0.046), 0.0001)
    mean = results.models[0].scores["all_levels_right"].mean
    assert answer(with_difference(results, tested)) == (
        f"HARNN, averaged over 3 seeds, gets {100 * mean:.2f} % of 2,484 test documents right at "
        "all levels, 3.49 points more than the best rival, Linear SVM (95 % interval +2.40 to "
        "+4.60, p < 0.001). 1 of 6 models failed."
    )


def test_a_defeat_is_told_as_plainly(results):
    tested = PairedDifference(-0.021, Interval(-0.03, -0.012), 0.002)
    told = answer(with_difference(results, tested))
    assert "2.10 points less than the best rival, Linear SVM (95 % interval −3.00 to −1.20" in told
    assert "p = 0.002)" in told
    assert "not significant" not in told


@pytest.mark.parametrize("difference", [0.003, -0.003])
def test_a_difference_that_may_be_chance_is_called_so(results, difference):
    tested = PairedDifference(difference, Interval(-0.01, 0.012), 0.412)
    told = answer(with_difference(results, tested))
    assert "a difference that is not significant (95 % interval −1.00 to +1.20, p = 0.412)" in told


def test_equal_scores_are_the_same_and_neither_more_nor_less(results):
    told = answer(with_difference(results, PairedDifference(0.0, Interval(-0.01, 0.01), 1.0)))
    assert "the same as the best rival, Linear SVM" in told


def test_an_untested_difference_is_not_called_significant(results):
    told = answer(results.model_copy(update={"pairs": ()}))
    assert "points more than the best rival, Linear SVM; the difference was not tested." in told


def test_an_interval_without_a_p_value_is_told(results):
    told = answer(with_difference(results, PairedDifference(0.02, Interval(0.01, 0.03), None)))
    assert "without a p-value (95 % interval +1.00 to +3.00)" in told


def test_without_a_reference_the_best_model_is_named_and_nothing_was_tested(results):
    models = (
        results.models[0].model_copy(update={"error": "out of memory", "runs": (), "scores": {}}),
        *results.models[1:],
    )
    told = answer(results.model_copy(update={"reference": None, "models": models, "pairs": ()}))
    assert told.startswith("Linear SVM gets ")
    assert "There is no reference model" in told
    assert "no difference was tested" in told
    assert told.endswith("2 of 6 models failed.")


def test_a_lone_model_has_no_rival(results):
    alone = results.model_copy(update={"models": results.models[:1], "pairs": ()})
    assert answer(alone).endswith("There is no rival with a score to compare it with.")


def test_without_a_complete_document_the_hierarchical_f1_answers(results):
    told = answer(without_scores(results, "all_levels_right", "micro_f1", "macro_f1"))
    assert "in hierarchical F1 on 2,500 test documents" in told
    assert "No test document has all of its levels known." in told


def test_if_every_model_failed_that_is_the_answer(results):
    failed = tuple(
        model.model_copy(update={"error": "no", "runs": (), "scores": {}})
        for model in results.models
    )
    told = answer(results.model_copy(update={"models": failed, "reference": None, "pairs": ()}))
    assert told == "No model has a score: every one of them failed."


def with_main_score(results: Results, name: str, mean: float) -> Results:
    models = []
    for model in results.models:
        if model.name == name:
            score = model.scores["all_levels_right"].model_copy(update={"mean": mean})
            scores = {**model.scores, "all_levels_right": score}
            model = model.model_copy(update={"scores": scores})
        models.append(model)
    return results.model_copy(update={"models": tuple(models), "pairs": ()})


def test_a_floor_is_no_best_rival_and_a_model_that_is_no_better_is_told_of(results):
    told = answer(with_main_score(results, "majority", 0.99))
    assert "than the best rival, Linear SVM" in told
    assert "It is no better than the floor, Majority path." in told
    assert "no better" not in answer(results)


def test_a_floor_that_is_the_only_rival_is_called_the_floor(results):
    models = (results.models[0], results.models[-1])
    told = answer(results.model_copy(update={"models": models, "pairs": ()}))
    assert "points more than the floor, Majority path" in told


def test_a_floor_is_not_the_best_where_there_is_no_reference(results):
    told = answer(with_main_score(results, "majority", 0.99).model_copy(update={"reference": None}))
    assert told.startswith("HARNN")
