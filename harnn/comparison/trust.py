"""How far each model can be trusted: what it is sure of, and what its sets and stops give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.errors import DataError
from harnn.evaluation import risk_coverage
from harnn.evaluation.report import SetRecord, StopRecord
from harnn.text.decisions.confident_stop import confidence_thresholds, given_part
from harnn.text.decisions.conformal import choices, coverage_threshold, prediction_sets
from harnn.text.decisions.held_out import HeldOut

__all__ = ["trust_records"]

COVERAGES = (0.9, 0.95)
PRECISIONS = (0.9, 0.95, 0.99)


def trust_records(
    predictions: dict[str, Predictions], judge: Judge, part: str
) -> dict[str, tuple[Any, ...]]:
    """Measure risk and coverage, prediction sets, and stopping where a model is not sure.

    Sets and stops are chosen on the validation part and judged on the other one: where the
    validation part itself is judged, there are none.

    Args:
        predictions: What one fit of a model says of each part.
        judge: What is true.
        part: The part to judge by.

    Returns:
        What a `ModelRecord` calls ``selective``, ``sets`` and ``stops``; nothing of a model
        without probabilities.
    """
    said = predictions[part]
    if said.probabilities is None:
        return {}
    depth = judge.codec.taxonomy.n_levels
    judged = _held_out(said, judge, part)
    records: dict[str, tuple[Any, ...]] = {
        "selective": tuple(
            risk_coverage(judged.confidence[rows], judged.right[rows], level=level)
            for level in range(depth)
            for rows in [judged.level == level]
        )
    }
    if part != "validation" and "validation" in predictions:
        kept = _held_out(predictions["validation"], judge, "validation")
        records["sets"] = tuple(_sets(kept, judged, said, judge))
        records["stops"] = tuple(_stops(kept, said, judge, part))
    return records


def _held_out(said: Predictions, judge: Judge, part: str) -> HeldOut:
    assert said.probabilities is not None
    return HeldOut.of(
        judge.codec.taxonomy,
        judge.codec.one_path,
        said.probabilities,
        said.decisions,
        judge.targets[part],
    )


def _sets(kept: HeldOut, judged: HeldOut, said: Predictions, judge: Judge) -> Iterator[SetRecord]:
    codec = judge.codec
    assert said.probabilities is not None
    for level in range(codec.taxonomy.n_levels):
        known = ~np.isnan(judged.true[:, level])
        scores = choices(
            codec.taxonomy, said.probabilities[known], level, codec.one_path, codec.may_be_empty
        )
        for coverage in COVERAGES:
            try:
                threshold = coverage_threshold(kept.true[:, level], coverage)
            except DataError:  # too few validation documents for this coverage
                continue
            sets = prediction_sets(scores, threshold, codec.one_path)
            # What is true is in the set if nothing that is in it is less probable.
            least = np.where(sets, scores, np.inf).min(axis=1, initial=threshold)
            covered = judged.true[known, level] >= least
            sizes = sets.sum(axis=1)
            yield SetRecord(
                level=level,
                target=coverage,
                documents=int(known.sum()),
                coverage=float(covered.mean()) if len(covered) else None,
                size=float(sizes.mean()) if len(sizes) else None,
                single=float((sizes == 1).mean()) if len(sizes) else None,
            )


def _stops(kept: HeldOut, said: Predictions, judge: Judge, part: str) -> Iterator[StopRecord]:
    codec, targets = judge.codec, judge.targets[part]
    taxonomy = codec.taxonomy
    assert said.probabilities is not None
    answers = _held_out(said, judge, part)
    for precision in PRECISIONS:
        try:
            thresholds = confidence_thresholds(kept, precision, taxonomy.n_levels)
        except DataError:  # too few validation documents for this precision
            continue
        given, depths = given_part(
            taxonomy, codec.one_path, said.probabilities, said.decisions, thresholds
        )
        for level in range(taxonomy.n_levels):
            here = answers.level == level
            if codec.one_path:
                shown = (depths > level)[targets.known[:, level]]
            else:
                shown = given[said.decisions & targets.known[:, taxonomy.levels]][here]
            right = answers.right[here][shown]
            yield StopRecord(
                level=level,
                target=precision,
                answers=len(shown),
                given=float(shown.mean()) if len(shown) else None,
                precision=float(right.mean()) if len(right) else None,
            )
