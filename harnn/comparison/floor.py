"""Models that learn nothing from the texts: the floor that the others are to do better than."""

from __future__ import annotations

from typing import Any

__all__ = ["is_floor"]


def is_floor(model: Any) -> bool:
    """Return whether a model says of itself that it learns nothing.

    That is the tag ``poor_score`` of scikit-learn, which ``DummyClassifier`` has, too.

    Args:
        model: An estimator.

    Example:
        >>> from sklearn.dummy import DummyClassifier
        >>> from sklearn.svm import LinearSVC
        >>> is_floor(DummyClassifier()), is_floor(LinearSVC())
        (True, False)
    """
    if not hasattr(model, "__sklearn_tags__"):
        return False
    tags = model.__sklearn_tags__().classifier_tags
    return tags is not None and bool(tags.poor_score)
