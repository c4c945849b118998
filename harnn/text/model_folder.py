"""A classifier as a folder: weights, JSON and a vocabulary; nothing in it is ever executed.

================== =========================================================================
file               what it holds
================== =========================================================================
model.json         see `harnn.model_archive`; parameters, options, label form, history
network.weights.h5 the weights, as Keras writes them
taxonomy.json      the categories, as `Taxonomy.save` writes them
vocabulary.txt     the words, one a line
thresholds.npy     the thresholds, where a document may have several paths
held_out.npz       how sure and how right the model was on its validation documents
================== =========================================================================
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from harnn.errors import DataError, ModelFolderError
from harnn.model_archive import read_archive, write_archive
from harnn.text.calibration import calibration_from_dict
from harnn.text.decoding import ThresholdDecoder
from harnn.text.held_out import HeldOut
from harnn.text.label_codec import LabelCodec
from harnn.text.labels import LABEL_FORMS, Labels
from harnn.text.options import HARNNOptions
from harnn.text.taxonomy import Taxonomy
from harnn.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["load_classifier", "save_classifier"]

Classifier = TypeVar("Classifier", bound="HARNNClassifier")

FORMAT = "harnn-classifier"
VERSION = 1


def save_classifier(classifier: HARNNClassifier, path: str | os.PathLike[str]) -> None:
    """Write a fitted classifier: see `HARNNClassifier.save`."""
    template = classifier._codec.template

    def write_files(folder: Path) -> None:
        classifier.model_.save_weights(folder / "network.weights.h5")
        classifier.taxonomy_.save(folder / "taxonomy.json")
        classifier.vocabulary_.save(folder / "vocabulary.txt")
        if isinstance(classifier._decoder, ThresholdDecoder):
            np.save(folder / "thresholds.npy", classifier.thresholds_, allow_pickle=False)
        if classifier._held_out is not None:
            np.savez(
                folder / "held_out.npz", allow_pickle=False, **classifier._held_out.to_arrays()
            )

    calibration = classifier._calibration
    description = {
        "classifier": type(classifier).__name__,
        "parameters": _plain_parameters(classifier),
        "options": classifier.options_.model_dump(),
        "labels": {
            "form": template.form,
            "columns": None if template.columns is None else list(map(str, template.columns)),
            "names_as_tuples": template.names_as_tuples,
            "width": template.width,
            "one_path": classifier._codec.one_path,
            "may_be_empty": classifier._codec.may_be_empty,
        },
        "calibration": None if calibration is None else calibration.to_dict(),
        "history": classifier.history_,
        "best_epoch": classifier.best_epoch_,
        "interrupted": classifier.interrupted_,
    }
    write_archive(path, FORMAT, VERSION, description, write_files)


def load_classifier(kind: type[Classifier], path: str | os.PathLike[str]) -> Classifier:
    """Read what ``save_classifier`` wrote: see `HARNNClassifier.load`."""
    folder = Path(path)
    description = read_archive(folder, FORMAT, VERSION)
    try:
        written = description.get("classifier", "HARNNClassifier")
        if written != kind.__name__:
            raise ModelFolderError(
                f"{folder}: the model of a {written}: load it with {written}.load, "
                f"not {kind.__name__}.load"
            )
        classifier = _rebuilt(kind, folder, description)
    except ModelFolderError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFolderError(
            f"{folder / 'model.json'}: not a model that this version reads: {error!r}"
        ) from None
    return classifier


def _rebuilt(kind: type[Classifier], folder: Path, description: dict[str, Any]) -> Classifier:
    options = HARNNOptions.model_validate(description["options"])
    written = description["labels"]
    if written["form"] not in LABEL_FORMS:
        raise DataError(f"label form {written['form']!r}")
    columns = written["columns"]
    template = Labels(
        written["form"],
        (),
        np.empty(0, dtype=np.int64),
        None if columns is None else tuple(columns),
        written["names_as_tuples"],
        written["width"],
    )
    codec = LabelCodec(
        Taxonomy.load(folder / "taxonomy.json"),
        template,
        written["one_path"],
        written["may_be_empty"],
    )
    classifier = kind(**description["parameters"])
    classifier._set_network(codec, options)
    classifier.vocabulary_ = Vocabulary.load(
        folder / "vocabulary.txt", max_length=options.vocabulary.max_length
    )
    classifier.history_ = description["history"]
    classifier.best_epoch_ = description["best_epoch"]
    classifier.interrupted_ = description["interrupted"]
    if isinstance(classifier._decoder, ThresholdDecoder):
        thresholds = np.load(folder / "thresholds.npy", allow_pickle=False)
        if thresholds.shape != (len(codec.taxonomy),):
            raise DataError(f"thresholds of shape {thresholds.shape}")
        classifier.thresholds_ = classifier._decoder.thresholds = thresholds
    # Folders of an earlier version have neither.
    if description.get("calibration") is not None:
        classifier._calibration = calibration_from_dict(description["calibration"])
    if "held_out.npz" in description["files"]:
        with np.load(folder / "held_out.npz", allow_pickle=False) as arrays:
            classifier._held_out = HeldOut.from_arrays(dict(arrays), codec.taxonomy.n_levels)
    classifier.model_ = classifier._network_builder()(
        options.network,
        len(classifier.vocabulary_),
        classifier._decoder.level_sizes,
        classifier._activation,
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
