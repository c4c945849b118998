"""The few scores that a comparison is about."""

from __future__ import annotations

from harnn.evaluation.evaluation import Evaluation

__all__ = ["headline_names", "headline_scores"]


def headline_names(depth: int) -> tuple[str, ...]:
    """Name the scores that models are compared by.

    Args:
        depth: The number of levels.

    Returns:
        ``all_levels_right``, ``micro_f1`` and ``macro_f1`` (over the documents all of whose
        levels are known), ``hierarchical_f1`` (over all known entries), then
        ``level_1_accuracy``, ``level_1_macro_f1``, ``level_2_accuracy``, …

    Example:
        >>> headline_names(1)[-2:]
        ('level_1_accuracy', 'level_1_macro_f1')
    """
    levels = (
        f"level_{level}_{score}"
        for level in range(1, depth + 1)
        for score in ("accuracy", "macro_f1")
    )
    return ("all_levels_right", "micro_f1", "macro_f1", "hierarchical_f1", *levels)


def headline_scores(evaluation: Evaluation) -> dict[str, float | None]:
    """Pick the headline scores of an evaluation.

    Args:
        evaluation: All scores of one set of predictions.

    Returns:
        The scores under the names of `headline_names`; None where undefined.
    """
    complete = evaluation.complete
    values = [
        complete.subset_accuracy,
        complete.micro.f1,
        complete.macro.f1,
        evaluation.hierarchical.f1,
    ]
    for level in evaluation.levels:
        values += [level.accuracy, level.macro.f1]
    return dict(zip(headline_names(len(evaluation.levels)), values, strict=True))
