"""Which models there are, in which order they stand, and by which score they are compared."""

from __future__ import annotations

from collections.abc import Sequence

from harnn.evaluation.headline import headline_names
from harnn.evaluation.report.results import ModelRecord, Results

__all__ = [
    "best_first",
    "floors",
    "hierarchical_is_micro",
    "judged",
    "main_score",
    "mean_score",
    "score_phrase",
    "score_title",
    "with_scores",
]

TITLES = {
    "all_levels_right": "All levels right",
    "micro_f1": "Micro-F1",
    "macro_f1": "Macro-F1",
    "hierarchical_f1": "Hierarchical F1",
}


def score_title(name: str) -> str:
    """Say what a headline score is called.

    Args:
        name: One of `harnn.evaluation.headline.headline_names`.

    Returns:
        Its title.

    Example:
        >>> score_title("micro_f1"), score_title("level_2_macro_f1")
        ('Micro-F1', 'Level 2 macro-F1')
    """
    if name in TITLES:
        return TITLES[name]
    return name.replace("_macro_f1", "_macro-F1").replace("_", " ").capitalize().replace("f1", "F1")


def score_phrase(name: str) -> str:
    """Say what a headline score is called within a sentence.

    Args:
        name: As for `score_title`.

    Returns:
        Its title, which begins with a small letter.

    Example:
        >>> score_phrase("hierarchical_f1")
        'hierarchical F1'
    """
    title = score_title(name)
    return title[0].lower() + title[1:]


def mean_score(model: ModelRecord, name: str) -> float | None:
    """Look up a headline score.

    Args:
        model: The model.
        name: The score.

    Returns:
        Its mean over the seeds; None where there is none.
    """
    score = model.scores.get(name)
    return None if score is None else score.mean


def with_scores(results: Results) -> tuple[ModelRecord, ...]:
    """List the models that did not fail, in the order they were given.

    Args:
        results: What was found.

    Returns:
        The models.
    """
    return tuple(model for model in results.models if model.error is None and model.runs)


def main_score(results: Results) -> str:
    """Choose the score that models are ordered by: the first headline score that any has.

    All levels right comes first where a document has one path; where it may have several, to get
    every one of them right says too little, and the micro-F1 comes first. Where no document has
    all levels known, the hierarchical F1, which is over all known entries, comes next.

    Args:
        results: What was found.

    Returns:
        The name of the score.
    """
    first = ("all_levels_right", "hierarchical_f1", "micro_f1", "macro_f1")
    if not results.corpus.one_path:
        first = ("micro_f1", "hierarchical_f1", "all_levels_right", "macro_f1")
    names = sorted(
        headline_names(len(results.corpus.levels)),
        key=lambda name: first.index(name) if name in first else len(first),
    )
    for name in names:
        if any(mean_score(model, name) is not None for model in results.models):
            return name
    return names[0]


def floors(models: Sequence[ModelRecord]) -> list[bool]:
    """Say which models are floors, in the order given.

    Args:
        models: The models.

    Returns:
        A truth value for each.
    """
    return [model.floor for model in models]


def best_first(results: Results, score: str | None = None) -> tuple[ModelRecord, ...]:
    """Order the models by a score; those without it come after, those that failed last.

    Args:
        results: What was found.
        score: The score; the main one if not given.

    Returns:
        All models.
    """
    name = main_score(results) if score is None else score

    def key(model: ModelRecord) -> tuple[int, float]:
        if model.error is not None or not model.runs:
            return 2, 0.0
        value = mean_score(model, name)
        return (1, 0.0) if value is None else (0, -value)

    return tuple(sorted(results.models, key=key))


def hierarchical_is_micro(results: Results) -> bool:
    """Say whether the hierarchical scores of all models are their micro average.

    They are where every level of every document is known, and predictions have their ancestors.

    Args:
        results: What was found.

    Returns:
        Whether precision, recall and F1 coincide in all runs; no if there are no scores.
    """
    runs = [run.evaluation for model in with_scores(results) for run in model.runs]
    return any(evaluation.hierarchical.f1 is not None for evaluation in runs) and all(
        evaluation.hierarchical == evaluation.complete.micro for evaluation in runs
    )


def judged(results: Results) -> int:
    """Count the judged documents that have all levels known.

    Args:
        results: What was found.

    Returns:
        Their number; 0 if no model was judged.
    """
    models = with_scores(results)
    return models[0].runs[0].evaluation.complete.documents if models else 0
