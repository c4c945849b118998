"""What the metrics ask of their arrays, checked at the border."""

from __future__ import annotations

import numpy as np

from harnn.errors import ConfigError, DataError

__all__ = ["check_k", "check_known_levels", "check_labels", "check_levels", "check_scores"]


def check_labels(
    labels: np.ndarray, name: str, *, shape: tuple[int | None, int | None] = (None, None)
) -> np.ndarray:
    """Return ``labels`` if it is a bool array ``(documents, categories)``.

    Args:
        labels: The array: true labels, predicted labels, or a mask of known entries.
        name: The argument's name, for the error message.
        shape: The shape it must have; None where any size will do.

    Returns:
        The array.

    Raises:
        DataError: If its dtype or its shape is another.

    Example:
        >>> check_labels(np.array([True, False]), "y_true", shape=(None, 2))
        Traceback (most recent call last):
            ...
        harnn.errors.DataError: y_true has shape (2,); (documents, 2) is needed
    """
    labels = np.asarray(labels)
    if labels.dtype != np.bool_:
        raise DataError(
            f"{name} has dtype {labels.dtype}; a bool array (documents, categories) is needed"
        )
    _check_shape(labels, name, shape)
    return labels


def check_scores(scores: np.ndarray, *, shape: tuple[int, int]) -> np.ndarray:
    """Return ``scores`` if it is a finite float array ``(documents, categories)``.

    Args:
        scores: The array.
        shape: The shape of the labels that it scores.

    Returns:
        The array.

    Raises:
        DataError: If its dtype or its shape is another, or a score is NaN or infinite.

    Example:
        >>> check_scores(np.array([[0.5, np.nan]]), shape=(1, 2))
        Traceback (most recent call last):
            ...
        harnn.errors.DataError: scores has nan at row 0, column 1; every score must be finite
    """
    scores = np.asarray(scores)
    if not np.issubdtype(scores.dtype, np.floating):
        raise DataError(
            f"scores has dtype {scores.dtype}; a float array (documents, categories) is needed"
        )
    _check_shape(scores, "scores", shape)
    finite = np.isfinite(scores)
    if not finite.all():
        row, column = np.unravel_index(int(np.argmin(finite)), finite.shape)
        raise DataError(
            f"scores has {scores[row, column]} at row {row}, column {column}; "
            "every score must be finite"
        )
    return scores


def check_levels(levels: np.ndarray) -> np.ndarray:
    """Return ``levels`` if it gives every category a level, and every level a category.

    Args:
        levels: int ``(categories,)``, the 0-based level of each category.

    Returns:
        The array.

    Raises:
        DataError: If it is empty, not of integers, negative somewhere, or skips a level.

    Example:
        >>> check_levels(np.array([0, 0, 2]))
        Traceback (most recent call last):
            ...
        harnn.errors.DataError: levels has no category on level 1, but some on level 2
    """
    levels = np.asarray(levels)
    if levels.ndim != 1 or levels.size == 0 or not np.issubdtype(levels.dtype, np.integer):
        raise DataError(
            f"levels has dtype {levels.dtype} and shape {levels.shape}; "
            "an int array (categories,) of at least one category is needed"
        )
    if levels.min() < 0:
        place = int(levels.argmin())
        raise DataError(f"levels has {levels[place]} at index {place}; the first level is 0")
    used = np.unique(levels)
    if used.size <= used[-1]:
        missing = int(np.argmax(used != np.arange(used.size)))
        raise DataError(
            f"levels has no category on level {missing}, but some on level {used[missing]}"
        )
    return levels


def check_k(k: int) -> int:
    """Return ``k`` if a ranking can be as long.

    Args:
        k: A number of categories.

    Returns:
        The number, as a Python int.

    Raises:
        ConfigError: If it is no whole number, or less than 1.

    Example:
        >>> check_k(0)
        Traceback (most recent call last):
            ...
        harnn.errors.ConfigError: k is 0; a whole number of at least 1 is needed
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise ConfigError(f"k is {k!r}; a whole number of at least 1 is needed")
    return int(k)


def check_known_levels(
    known: np.ndarray | None, *, documents: int, levels: np.ndarray
) -> np.ndarray:
    """Return ``known`` if it is a bool array ``(documents, levels)``.

    Args:
        known: The array; all levels are known if None.
        documents: The number of documents.
        levels: int ``(categories,)``, the 0-based level of each category.

    Returns:
        The array.

    Raises:
        DataError: If its dtype or its shape is another.

    Example:
        >>> check_known_levels(np.ones((2, 3), bool), documents=2, levels=np.array([0, 1]))
        Traceback (most recent call last):
            ...
        harnn.errors.DataError: known has shape (2, 3); (2, 2) is needed: (documents, levels)
    """
    shape = (documents, int(levels.max()) + 1)
    if known is None:
        return np.ones(shape, dtype=bool)
    known = np.asarray(known)
    if known.dtype != np.bool_:
        raise DataError(
            f"known has dtype {known.dtype}; a bool array (documents, levels) is needed"
        )
    if known.shape != shape:
        raise DataError(f"known has shape {known.shape}; {shape} is needed: (documents, levels)")
    return known


def _check_shape(array: np.ndarray, name: str, shape: tuple[int | None, int | None]) -> None:
    if array.ndim == 2 and all(
        size in (None, actual) for size, actual in zip(shape, array.shape, strict=True)
    ):
        return
    sizes = [
        axis if size is None else str(size)
        for size, axis in zip(shape, ("documents", "categories"), strict=True)
    ]
    raise DataError(f"{name} has shape {array.shape}; ({', '.join(sizes)}) is needed")
