"""``export_classifier``: a classifier in a form that is served without this package's training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.errors import ExportError
from harnn.model_archive import write_archive
from harnn.text.documents import check_texts
from harnn.text.documents.tokenizer import WORDS_VERSION
from harnn.text.export.formats import Said, archive_format, check_export, format_named
from harnn.text.export.keras_format import said_by
from harnn.text.export.model_card import ModelCard
from harnn.text.export.probe_texts import probe_texts
from harnn.text.prediction.saved_decisions import describe_decisions, write_decisions

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["Exported", "export_classifier"]

_VERSION = 1


@dataclass(frozen=True)
class Exported:
    """A finished export.

    Attributes:
        path: The folder.
        format: Its format.
        compared: On what it was compared with the classifier.
        documents: How many documents that is.
        difference: The largest difference of a probability.
        same_paths: Of how many of them it predicts the same paths.
        bytes: The size of all its files.
    """

    path: Path
    format: str
    compared: str
    documents: int
    difference: float
    same_paths: int
    bytes: int


def export_classifier(
    classifier: HARNNClassifier,
    path: str | os.PathLike[str],
    format: str,
    texts: Sequence[str] | None = None,
    card: ModelCard | None = None,
) -> Exported:
    """Write a fitted classifier in a format: see `HARNNClassifier.export`."""
    check_export(path, format)
    chosen = format_named(format)
    made_up = texts is None
    texts = check_texts(probe_texts(classifier.vocabulary_) if texts is None else texts)
    if not len(texts):
        raise ExportError("no texts: an export is compared with the classifier on some")
    description: dict[str, Any] = {
        "levels": classifier.taxonomy_.n_levels,
        "max_length": classifier.vocabulary_.max_length,
        "words_version": WORDS_VERSION,
        **describe_decisions(classifier),
    }
    compared = f"{len(texts):,} {'texts made of its words' if made_up else 'documents'}"
    own = said_by(classifier)(texts)
    found: list[tuple[float, int]] = []

    def write_files(folder: Path) -> None:
        chosen.write(classifier, folder)
        classifier.vocabulary_.save(folder / "vocabulary.txt")
        write_decisions(classifier, folder)
        files = [file.name for file in folder.iterdir()]
        said = chosen.reader(folder, {**description, "files": files})(texts)
        difference = _difference(said, own, chosen.TOLERANCE)
        same = sum(a == b for a, b in zip(said.paths, own.paths, strict=True))
        if same < chosen.SAME_PATHS * len(texts):
            raise ExportError(
                f"the export predicts the classifier's own paths for {same} of {len(texts)} "
                f"documents; at least {chosen.SAME_PATHS:.0%} are needed; nothing was written"
            )
        (folder / "README.md").write_text(
            (card or ModelCard()).written(classifier, chosen, difference, same, compared),
            encoding="utf-8",
        )
        found.append((difference, same))

    write_archive(path, archive_format(format), _VERSION, description, write_files)
    size = sum(file.stat().st_size for file in Path(path).rglob("*") if file.is_file())
    return Exported(Path(path), format, compared, len(texts), *found[0], size)


def _difference(said: Said, own: Said, tolerance: float) -> float:
    """Return the largest difference of a probability, and refuse one that is too large."""
    if said.probabilities.shape != own.probabilities.shape:
        raise ExportError(
            f"the export gives {said.probabilities.shape} probabilities, "
            f"the classifier {own.probabilities.shape}"
        )
    differences = np.abs(said.probabilities.astype(np.float64) - own.probabilities)
    largest = float(differences.max())
    if not largest <= tolerance:  # so that NaN is refused, too
        document, category = np.unravel_index(int(np.argmax(differences)), differences.shape)
        raise ExportError(
            f"the export differs from the classifier: document {document}, category {category}: "
            f"{said.probabilities[document, category]:.6f}, not "
            f"{own.probabilities[document, category]:.6f}; nothing was written"
        )
    return largest
