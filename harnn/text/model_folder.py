"""A classifier as a folder: weights, JSON and a vocabulary; nothing in it is ever executed.

================== =========================================================================
file               what it holds
================== =========================================================================
model.json         see `harnn.model_archive`; parameters, options, label form, history
network.weights.h5 the weights, as Keras writes them
vocabulary.txt     the words, one a line
================== =========================================================================

and what `harnn.text.prediction.saved_decisions` writes: categories, thresholds, held-out answers.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from harnn.errors import ModelFolderError
from harnn.model_archive import read_archive, rebuilding, write_archive
from harnn.text.decisions.decoding import ThresholdDecoder
from harnn.text.documents.tokenizer import WORDS_VERSION
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.name_words import NameWords
from harnn.text.options import HARNNOptions
from harnn.text.prediction.saved_decisions import (
    describe_decisions,
    read_codec,
    restore_decisions,
    write_decisions,
)

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["load_classifier", "save_classifier"]

Classifier = TypeVar("Classifier", bound="HARNNClassifier")

FORMAT = "harnn-classifier"
VERSION = 1


def save_classifier(classifier: HARNNClassifier, path: str | os.PathLike[str]) -> None:
    """Write a fitted classifier: see `HARNNClassifier.save`."""

    def write_files(folder: Path) -> None:
        classifier.model_.save_weights(folder / "network.weights.h5")
        classifier.vocabulary_.save(folder / "vocabulary.txt")
        write_decisions(classifier, folder)

    description = {
        "classifier": type(classifier).__name__,
        "parameters": _plain_parameters(classifier),
        "options": classifier.options_.model_dump(),
        "words_version": WORDS_VERSION,
        **describe_decisions(classifier),
        "history": classifier.history_,
        "best_epoch": classifier.best_epoch_,
        "interrupted": classifier.interrupted_,
    }
    write_archive(path, FORMAT, VERSION, description, write_files)


def load_classifier(kind: type[Classifier], path: str | os.PathLike[str]) -> Classifier:
    """Read what ``save_classifier`` wrote: see `HARNNClassifier.load`."""
    folder = Path(path)
    description = read_archive(folder, FORMAT, VERSION)
    with rebuilding(folder):
        written = description.get("classifier", "HARNNClassifier")
        if written != kind.__name__:
            raise ModelFolderError(
                f"{folder}: the model of a {written}: load it with {written}.load, "
                f"not {kind.__name__}.load"
            )
        return _rebuilt(kind, folder, description)


def _rebuilt(kind: type[Classifier], folder: Path, description: dict[str, Any]) -> Classifier:
    options = HARNNOptions.model_validate(description["options"])
    classifier = kind(**description["parameters"])
    classifier._set_network(read_codec(folder, description), options)
    classifier.vocabulary_ = Vocabulary.load(
        folder / "vocabulary.txt",
        max_length=options.vocabulary.max_length,
        words_version=description.get("words_version", 1),
    )
    classifier.history_ = description["history"]
    classifier.best_epoch_ = description["best_epoch"]
    classifier.interrupted_ = description["interrupted"]
    restore_decisions(classifier, folder, description)
    if isinstance(classifier._decoder, ThresholdDecoder):
        classifier.thresholds_ = classifier._decoder.thresholds
    classifier.model_ = classifier._network_builder()(
        options.network,
        len(classifier.vocabulary_),
        classifier._decoder.level_sizes,
        classifier._activation,
        names=NameWords.of(
            classifier.taxonomy_, classifier._decoder.level_sizes, classifier.vocabulary_
        ),
    )
    try:
        classifier.model_.load_weights(folder / "network.weights.h5")
    except (OSError, ValueError) as error:
        raise ModelFolderError(f"{folder / 'network.weights.h5'}: {error}") from None
    return classifier


def _plain_parameters(classifier: HARNNClassifier) -> dict[str, Any]:
    """Return the parameters that JSON can hold: the taxonomy stands in its own file."""
    parameters = classifier.get_params(deep=False)
    parameters["taxonomy"] = None
    if not isinstance(parameters["random_state"], int | None):
        parameters["random_state"] = None
    return parameters
