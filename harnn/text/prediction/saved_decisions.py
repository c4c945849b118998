"""What a predictor needs beside what says its levels, as files: no model, no code.

================== =========================================================================
file               what it holds
================== =========================================================================
taxonomy.json      the categories, as `Taxonomy.save` writes them
thresholds.npy     the thresholds, where a document may have several paths
held_out.npz       how sure and how right the model was on its validation documents
================== =========================================================================

The form of labels and the calibration are JSON.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.text.decisions.calibration import calibration_from_dict
from harnn.text.decisions.decoding import ThresholdDecoder
from harnn.text.decisions.held_out import HeldOut
from harnn.text.labels import LABEL_FORMS, Labels
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor
from harnn.text.taxonomy import Taxonomy

__all__ = ["describe_decisions", "read_codec", "restore_decisions", "write_decisions"]


def describe_decisions(predictor: HierarchicalPredictor) -> dict[str, Any]:
    """Return what JSON can hold of the form of labels and the calibration."""
    template = predictor._codec.template
    calibration = predictor._calibration
    return {
        "labels": {
            "form": template.form,
            "columns": None if template.columns is None else list(map(str, template.columns)),
            "names_as_tuples": template.names_as_tuples,
            "width": template.width,
            "library": template.library,
            "level_names": None if template.given_names is None else list(template.given_names),
            "one_path": predictor._codec.one_path,
            "may_be_empty": predictor._codec.may_be_empty,
        },
        "calibration": None if calibration is None else calibration.to_dict(),
    }


def write_decisions(predictor: HierarchicalPredictor, folder: Path) -> None:
    """Write the files."""
    predictor.taxonomy_.save(folder / "taxonomy.json")
    if isinstance(predictor._decoder, ThresholdDecoder):
        np.save(folder / "thresholds.npy", predictor._decoder.thresholds, allow_pickle=False)
    if predictor._held_out is not None:
        arrays = predictor._held_out.to_arrays()
        np.savez(folder / "held_out.npz", allow_pickle=False, **arrays)


def read_codec(folder: Path, description: dict[str, Any]) -> LabelCodec:
    """Read the categories and the form of labels.

    Raises:
        DataError: If they are no such thing.
    """
    written = description["labels"]
    if written["form"] not in LABEL_FORMS:
        raise DataError(f"label form {written['form']!r}")
    columns = written["columns"]
    names = written.get("level_names")
    template = Labels(
        written["form"],
        (),
        np.empty(0, dtype=np.int64),
        None if columns is None else tuple(columns),
        written["names_as_tuples"],
        written["width"],
        # Folders of an earlier version have neither; their tables were of pandas.
        library=written.get("library", None if columns is None else "pandas"),
        given_names=None if names is None else tuple(names),
    )
    taxonomy = Taxonomy.load(folder / "taxonomy.json")
    return LabelCodec(taxonomy, template, written["one_path"], written["may_be_empty"])


def restore_decisions(
    predictor: HierarchicalPredictor, folder: Path, description: dict[str, Any]
) -> None:
    """Give a predictor that has its codec thresholds, calibration and held-out answers.

    Raises:
        DataError: If they are no such thing.
    """
    taxonomy = predictor.taxonomy_
    if isinstance(predictor._decoder, ThresholdDecoder):
        thresholds = np.load(folder / "thresholds.npy", allow_pickle=False)
        if thresholds.shape != (len(taxonomy),):
            raise DataError(f"thresholds of shape {thresholds.shape}")
        predictor._decoder.thresholds = thresholds
    # Folders of an earlier version have neither.
    if description.get("calibration") is not None:
        predictor._calibration = calibration_from_dict(description["calibration"])
    if "held_out.npz" in description["files"]:
        with np.load(folder / "held_out.npz", allow_pickle=False) as arrays:
            predictor._held_out = HeldOut.from_arrays(dict(arrays), taxonomy.n_levels)
