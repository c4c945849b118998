"""What a comparison found, in a sentence."""

from __future__ import annotations

from harnn.evaluation.report import numbers
from harnn.evaluation.report.order import (
    best_first,
    judged,
    main_score,
    mean_score,
    score_phrase,
    with_scores,
)
from harnn.evaluation.report.results import ModelRecord, Results
from harnn.evaluation.significance import PairedDifference

__all__ = ["SIGNIFICANT", "answer"]

# Below this p-value a difference is called significant.
SIGNIFICANT = 0.05


def answer(results: Results) -> str:
    """Say how the reference fares against its best rival, and whether that may be chance.

    Args:
        results: What was found.

    Returns:
        A few sentences, the first of which is the answer.
    """
    score = main_score(results)
    ranked = [model for model in best_first(results) if mean_score(model, score) is not None]
    # A floor is never called the best: it comes last, whatever its score.
    ranked.sort(key=lambda model: model.floor)
    if not ranked:
        failed = sum(model.error is not None for model in results.models)
        if failed == len(results.models):
            return "No model has a score: every one of them failed."
        return f"No model has a score: no {results.part} document has a known level."
    reference = next((model for model in ranked if model.name == results.reference), None)
    if reference is None:
        sentence = _without_reference(results, ranked[0], score)
    else:
        sentence = _with_reference(results, reference, ranked, score)
    if not any(mean_score(model, "all_levels_right") is not None for model in ranked):
        sentence += f" No {results.part} document has all of its levels known."
    failed = len(results.models) - len(with_scores(results))
    if failed:
        sentence += f" {failed} of {len(results.models)} models failed."
    return sentence


def _without_reference(results: Results, best: ModelRecord, score: str) -> str:
    return (
        f"{_claim(results, best, score)}, the best of the models that have a score. There is no "
        "reference model: it was not fitted, failed or has no score; so no difference was tested."
    )


def _with_reference(
    results: Results, reference: ModelRecord, ranked: list[ModelRecord], score: str
) -> str:
    claim = _claim(results, reference, score)
    rivals = [model for model in ranked if model.name != reference.name]
    if not rivals:
        return f"{claim}. There is no rival with a score to compare it with."
    rival = rivals[0]
    called = f"the floor, {rival.title}" if rival.floor else f"the best rival, {rival.title}"
    pair = next((pair for pair in results.pairs if pair.rival == rival.name), None)
    tested = pair.differences.get(score) if pair else None
    own, other = mean_score(reference, score), mean_score(rival, score)
    assert own is not None
    assert other is not None
    difference = own - other if tested is None else tested.difference
    size = numbers.points(abs(difference)).removeprefix("+")
    if float(size) == 0:
        compared = f"the same as {called}, to the digits shown"
    else:
        word = "more" if difference > 0 else "less"
        compared = f"{size} points {word} than {called}"
    return f"{claim}, {compared}{_evidence(tested)}.{_not_above(rivals, own, score)}"


def _not_above(rivals: list[ModelRecord], own: float, score: str) -> str:
    """Say so if a floor, though no rival to speak of, scores as high as the reference."""
    above = [
        model for model in rivals[1:] if model.floor and (mean_score(model, score) or 0) >= own
    ]
    return f" It is no better than the floor, {above[0].title}." if above else ""


def _claim(results: Results, model: ModelRecord, score: str) -> str:
    value = mean_score(model, score)
    assert value is not None
    name = model.title
    if len(model.runs) > 1:
        name += f", averaged over {len(model.runs)} seeds,"
    if score == "all_levels_right":
        over = numbers.documents(judged(results), results.part)
        return f"{name} gets {numbers.percent(value)} of {over} right at all levels"
    over = numbers.documents(model.runs[0].evaluation.documents, results.part)
    return f"{name} reaches {numbers.percent(value)} in {score_phrase(score)} on {over}"


def _evidence(tested: PairedDifference | None) -> str:
    if tested is None or (tested.interval is None and tested.p_value is None):
        return "; the difference was not tested"
    facts = []
    if tested.interval is not None:
        facts.append(f"95 % interval {numbers.points_interval(tested.interval)}")
    if tested.p_value is not None:
        written = numbers.p_value(tested.p_value)
        facts.append(f"p {written}" if written.startswith("<") else f"p = {written}")
    significant = tested.p_value is not None and tested.p_value < SIGNIFICANT
    doubt = "" if significant else ", a difference that is not significant"
    if tested.p_value is None:
        doubt = ", without a p-value"
    return f"{doubt} ({', '.join(facts)})"
