"""A few documents with what is true of them and what a model says, to look at."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harnn.text.corpora import Split

__all__ = ["worked_predictions"]

WIDTH = 76


def worked_predictions(classifier: Any, split: Split, number: int, seed: int = 0) -> Iterator[str]:
    """Show a model's predictions beside the truth.

    Args:
        classifier: A fitted `HARNNClassifier`.
        split: Documents that it was not trained on.
        number: How many of them, drawn by ``seed``.
        seed: Of the draw.

    Yields:
        A few lines a document: how it begins, its true path, and the predicted path with the
        probability of each level.
    """
    texts, labels = split.take(min(number, len(split)), seed)
    probabilities = classifier.predict_proba(texts)
    predictions = classifier.predict_stream(texts)
    for text, label, row, (chosen, _) in zip(
        texts, labels, probabilities, predictions, strict=True
    ):
        beginning = textwrap.shorten(text, WIDTH, placeholder=" …")
        lines = [f"“{beginning}”"]
        lines += [f"  true       {path}" for path in _true_paths(label)]
        lines += [
            f"  predicted  {_with_probabilities(classifier.taxonomy_, path, row)}"
            for path, _ in chosen
        ] or ["  predicted  no category"]
        yield "\n".join(lines)


def _true_paths(label: Sequence[Any] | None) -> list[str]:
    """Spell a row of levels, or the paths of a document; None if nothing is known of it."""
    from harnn.text.labels.label_cells import read_paths

    if label is None:
        return ["?"]
    paths = read_paths(label, "a document") if isinstance(label, list) else [tuple(label)]
    spelled = [
        " / ".join("?" if name is None else name for name in path if name != "") for path in paths
    ]
    return [path for path in spelled if path] or ["no category"]


def _with_probabilities(taxonomy: Any, path: str, probabilities: Any) -> str:
    from harnn.text.taxonomy.path import split_path

    names = split_path(path)
    levels = [taxonomy.find(names[:depth]) for depth in range(1, len(names) + 1)]
    return " / ".join(
        f"{name} ({probabilities[category]:.2f})"
        for name, category in zip(names, levels, strict=True)
    )
