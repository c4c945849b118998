from __future__ import annotations

import numpy as np
import pytest

from harnn import load_corpus
from harnn.comparison.assemble import Contestant, judge_model, pair_records
from harnn.comparison.fitting import FittedModel
from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.evaluation import evaluate_predictions, headline_scores
from harnn.evaluation.report import Cost

COST = Cost(
    fit_seconds=1.0,
    predict_seconds=1.0,
    documents_per_second=1.0,
    peak_memory_bytes=None,
    parameters=None,
    disk_bytes=None,
)


@pytest.fixture
def judge() -> Judge:
    """Return a judge of 40 test documents of a/b or a/c, one in four without its second level."""
    labels = [["a", "b"] if row % 2 else ["a", "c"] for row in range(40)]
    test = [[first, None if row % 4 == 0 else second] for row, (first, second) in enumerate(labels)]
    texts = [f"text {row}" for row in range(40)]
    return Judge.of(load_corpus(texts, labels=labels, test=(texts, test), label_form="levels"))


def fitted(judge: Judge, wrong: int, with_levels: bool = True) -> FittedModel:
    """Return predictions that take one sibling for the other in the first so many documents."""
    decisions = np.tile([True, False, False], (40, 1))
    decisions[1::2, 1] = decisions[::2, 2] = True
    decisions[:wrong, 1:] = ~decisions[:wrong, 1:]
    probabilities = decisions.astype(np.float32)
    said = Predictions(decisions, decisions if with_levels else None, probabilities)
    return FittedModel({"test": said}, COST, {"wrong": wrong})


def test_scores_are_the_means_over_seeds_of_the_evaluations_of_each(judge):
    runs = {seed: fitted(judge, wrong) for seed, wrong in enumerate((2, 6, 10))}
    record = judge_model(Contestant("m", "M", "", runs), judge, "test", 200).record
    truth = judge.targets["test"]
    for name, score in record.scores.items():
        each = [
            headline_scores(
                evaluate_predictions(
                    truth.indicator,
                    run.predictions["test"].decisions,
                    judge.hierarchy,
                    known=truth.known,
                )
            )[name]
            for run in runs.values()
        ]
        assert score.seeds == tuple(each)
        assert score.mean == pytest.approx(np.mean(each))
        assert score.std == pytest.approx(np.std(each, ddof=1))
        assert score.interval.low <= score.mean <= score.interval.high
    assert record.raw_scores["micro_f1"].mean == record.scores["micro_f1"].mean


def test_one_seed_has_no_deviation_and_a_model_without_levels_no_raw_scores(judge):
    contestant = Contestant("m", "M", "", {None: fitted(judge, 3, with_levels=False)})
    record = judge_model(contestant, judge, "test", 50).record
    assert record.scores["micro_f1"].std is None
    assert record.raw_scores == {}


def test_what_documents_were_mistaken_is_told_with_their_rows(judge):
    record = judge_model(
        Contestant("m", "M", "", {None: fitted(judge, 8)}), judge, "test", 50
    ).record
    assert {(c.true, c.predicted) for c in record.confusions} == {("a/b", "a/c"), ("a/c", "a/b")}
    assert record.worst[0].f1 == min(category.f1 for category in record.worst)
    assert record.calibration[0].ece == 0.0


def test_a_failed_model_keeps_its_reason_and_has_no_scores(judge):
    failed = judge_model(Contestant("m", "M", "", {}, "MemoryError: no"), judge, "test", 50)
    assert (failed.record.error, failed.record.scores) == ("MemoryError: no", {})


def test_pairs_compare_the_same_documents_and_leave_out_what_failed(judge):
    better, worse, failed = (
        judge_model(Contestant(name, name, "", runs, error), judge, "test", 400)
        for name, runs, error in (
            ("better", {None: fitted(judge, 0)}, None),
            ("worse", {None: fitted(judge, 20)}, None),
            ("failed", {}, "no"),
        )
    )
    (pair,) = pair_records(better, [worse, failed])
    assert pair.rival == "worse"
    # Of the first 20 documents, 5 have no second level to be judged by.
    assert (pair.mcnemar.only_first, pair.mcnemar.only_second) == (15, 0)
    assert pair.mcnemar.p_value == pytest.approx(2 * 0.5**15)
    difference = pair.differences["all_levels_right"]
    assert difference.difference == pytest.approx(0.5)
    assert difference.interval.low > 0.25
    assert difference.p_value < 0.01


def test_without_a_complete_document_there_is_no_mcnemar_but_levels_are_compared():
    texts = ["one", "two", "three"]
    labels = [["a", "b"], ["a", "c"], ["d", "e"]]
    unknown = [[first, None] for first, _ in labels]
    unknown[2] = [None, None]
    corpus = load_corpus(texts, labels=labels, test=(texts, unknown), label_form="levels")
    judge = Judge.of(corpus)
    decisions = judge.targets["train"].indicator
    judged = judge_model(
        Contestant("m", "M", "", {None: FittedModel({"test": Predictions(decisions)}, COST, {})}),
        judge,
        "test",
        50,
    )
    assert judged.record.scores["all_levels_right"].mean is None
    assert judged.record.scores["all_levels_right"].interval is None
    assert judged.record.scores["level_1_accuracy"].mean == 1.0
    (pair,) = pair_records(judged, [judged])
    assert (pair.mcnemar, pair.p_holm) == (None, None)
    assert "all_levels_right" not in pair.differences
