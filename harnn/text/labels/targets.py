"""What the losses of the levels compare the network's outputs with."""

from __future__ import annotations

import numpy as np

from harnn.text.labels.label_codec import Targets
from harnn.text.taxonomy import Taxonomy

__all__ = ["level_targets", "path_targets"]


def level_targets(
    targets: Targets, taxonomy: Taxonomy, level_sizes: tuple[int, ...], activation: str
) -> list[np.ndarray]:
    """Turn the known categories of documents into one array a level.

    Args:
        targets: What is known of the documents.
        taxonomy: The categories.
        level_sizes: Outputs of the network a level: one more than the level's categories where
            "the path has ended" is one of them.
        activation: ``"softmax"`` or ``"sigmoid"``.

    Returns:
        For a softmax the number of the category ``(documents,)``, −1 where it is not known; for
        sigmoids ``(documents, outputs)`` of 1 and 0, −1 where not known.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["a/b", "c"])
        >>> targets = Targets(np.array([[False, True, False]]), np.ones((1, 2), dtype=bool))
        >>> [ids.tolist() for ids in level_targets(targets, taxonomy, (2, 2), "softmax")]
        [[1], [1]]
        >>> [hot.tolist() for hot in level_targets(targets, taxonomy, (2, 2), "sigmoid")]
        [[[0, 1]], [[0, 1]]]
    """
    arrays = []
    for level, (columns, size) in enumerate(zip(taxonomy.level_slices, level_sizes, strict=True)):
        hot = targets.indicator[:, columns]
        if size > hot.shape[1]:
            hot = np.column_stack([hot, ~hot.any(axis=1)])
        known = targets.known[:, level]
        if activation == "softmax":
            arrays.append(np.where(known, hot.argmax(axis=1), -1).astype(np.int32))
        else:
            # One byte an entry: the loss casts a batch at a time.
            arrays.append(np.where(known[:, None], hot, -1).astype(np.int8))
    return arrays


def path_targets(levels: list[np.ndarray], outputs: np.ndarray) -> np.ndarray:
    """Say which paths a document may have.

    Args:
        levels: One array a level ``(documents, outputs)`` of 1 and 0, −1 where not known.
        outputs: The output of each level that each path takes ``(paths, levels)``.

    Returns:
        ``(documents, paths)``: 1 the document's path, where that is known; else −1 for each that
        it may be; 0 for the others.

    Example:
        >>> levels = [np.array([[1, 0], [1, 0]]), np.array([[0, 1, 0], [-1, -1, -1]])]
        >>> path_targets(levels, np.array([[0, 0], [0, 1], [1, 2]])).tolist()
        [[0, 1, 0], [-1, -1, 0]]
    """
    possible = np.ones((len(levels[0]), len(outputs)), dtype=bool)
    for level, taken in zip(levels, outputs.T, strict=True):
        possible &= level[:, taken] != 0
    alone = possible.sum(axis=1, keepdims=True) == 1
    return np.where(possible, np.where(alone, 1, -1), 0).astype(np.int8)
