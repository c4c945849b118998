"""What ``fit`` was given, read and checked: documents to train on and documents to validate on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.text.documents import check_texts
from harnn.text.documents.text_views import SelectedTexts
from harnn.text.labels import Labels, read_labels
from harnn.text.labels.ground_truth import GroundTruth
from harnn.text.labels.label_codec import LabelCodec, Targets
from harnn.text.labels.unknown_levels import warn_of_nan
from harnn.text.taxonomy import Taxonomy

__all__ = ["TrainingDocuments", "check_lengths", "read_training_documents"]


@dataclass(frozen=True)
class TrainingDocuments:
    """Documents with their labels, as a classifier learns from them.

    Attributes:
        codec: The categories, and the form of the labels.
        texts: Training texts.
        targets: What is known of them.
        validation_texts: Texts to judge by; none if none were asked for.
        validation: What is true of those.
    """

    codec: LabelCodec
    texts: Sequence[str]
    targets: Targets
    validation_texts: Sequence[str]
    validation: GroundTruth


def read_training_documents(
    X: Sequence[str],
    y: Any,
    validation_data: Any = None,
    *,
    taxonomy: Any = None,
    label_form: str = "auto",
    paths: str = "auto",
    validation_fraction: float = 0.0,
    validate_one_path: bool = True,
    level_names: Sequence[str] | None = None,
    seed: int = 0,
) -> TrainingDocuments:
    """Read and check the arguments of ``fit``.

    Args:
        X: The texts.
        y: Their labels, in any of the forms of `harnn.text.labels`.
        validation_data: ``(texts, labels)`` to validate on.
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        validation_fraction: Without ``validation_data``, the share of the documents to hold out.
        validate_one_path: Whether to hold out documents also where each has one path, so that
            there are no thresholds to tune.
        level_names: The names of the levels; by default the columns of ``y``, if it is a table.
        seed: Of that draw.

    Returns:
        The documents.

    Raises:
        DataError: If texts or labels cannot be used as they are, or there is nothing to learn.

    Example:
        >>> documents = read_training_documents(["one", "two", "three"], ["a/b", "a/b", "c"])
        >>> documents.codec.taxonomy.path_strings, len(documents.texts)
        (('a', 'c', 'a/b'), 3)
    """
    texts = check_texts(X)
    labels = read_labels(y, label_form)
    check_lengths(texts, labels)
    warn_of_nan(labels, stacklevel=3)
    codec = LabelCodec.infer(
        labels, None if taxonomy is None else Taxonomy.read(taxonomy), paths, level_names
    )
    if len(labels.distinct) == 1 and len(codec.taxonomy.terminals) == 1:
        raise DataError("y: every document has the same label: there is nothing to learn")
    if validation_data is not None:
        validation_texts, validation_labels = _pair(validation_data)
        held_out_texts: Sequence[str] = check_texts(
            validation_texts, name="the texts of validation_data"
        )
        held_out_labels = read_labels(
            validation_labels, codec.template.form, name="the labels of validation_data"
        )
        warn_of_nan(held_out_labels, "the labels of validation_data", stacklevel=3)
        check_lengths(held_out_texts, held_out_labels)
    elif validation_fraction and (validate_one_path or not codec.one_path):
        held_out = _hold_out(len(texts), validation_fraction, seed)
        held_out_texts, held_out_labels = (
            SelectedTexts(texts, np.flatnonzero(held_out)),
            labels.take(held_out),
        )
        texts, labels = SelectedTexts(texts, np.flatnonzero(~held_out)), labels.take(~held_out)
    else:
        held_out_texts, held_out_labels = [], labels.take(np.empty(0, dtype=np.int64))
    validation = GroundTruth(codec, held_out_labels)
    validation.warn_of_unseen(stacklevel=4)
    return TrainingDocuments(codec, texts, codec.encode(labels), held_out_texts, validation)


def check_lengths(texts: Sequence[str], labels: Labels) -> None:
    """Refuse texts and labels of different number, or none at all."""
    if len(texts) == 0:
        raise DataError("X: there is no document")
    if len(texts) != len(labels):
        raise DataError(f"X has {len(texts)} documents, y has labels for {len(labels)}")


def _pair(validation_data: Any) -> tuple[Any, Any]:
    """Return texts and labels, or refuse what is no pair of them."""
    try:
        texts, labels = validation_data
    except (TypeError, ValueError):
        raise DataError("validation_data must be a pair: (texts, labels)") from None
    return texts, labels


def _hold_out(documents: int, fraction: float, seed: int) -> np.ndarray:
    """Draw the documents to validate on, at least one, and leave at least one to train on."""
    if documents < 2:
        raise DataError(
            "X: a single document leaves nothing to validate on: give more, or validation_data"
        )
    count = min(max(1, round(documents * fraction)), documents - 1)
    held_out = np.zeros(documents, dtype=bool)
    held_out[np.random.default_rng(seed).permutation(documents)[:count]] = True
    return held_out
