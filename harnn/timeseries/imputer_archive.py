"""A fitted imputer as a folder: weights, numbers and JSON.

================== =========================================================================
file               what it holds
================== =========================================================================
model.json         see `harnn.model_archive`; parameters, sensors, readings, history
network.weights.h5 the weights, as Keras writes them
numbers.npz        means and deviations of the sensors, and how wide bands must be
================== =========================================================================
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from harnn.errors import ModelFolderError
from harnn.model_archive import read_archive, write_archive
from harnn.timeseries.bands import Bands
from harnn.timeseries.options import RecurrentOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.reconstruction_network import build_reconstruction_network
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.scaling import Scaling

if TYPE_CHECKING:
    from harnn.timeseries.imputer import RecurrentImputer

Imputer = TypeVar("Imputer", bound="RecurrentImputer")

__all__ = ["load_imputer", "save_imputer"]

FORMAT, VERSION = "harnn-imputer", 1
_WEIGHTS, _NUMBERS = "network.weights.h5", "numbers.npz"


def save_imputer(imputer: RecurrentImputer, path: str | os.PathLike[str]) -> None:
    """Write a fitted imputer: see `RecurrentImputer.save`."""

    def write_files(folder: Path) -> None:
        imputer.model_.save_weights(folder / _WEIGHTS)
        np.savez(
            folder / _NUMBERS,
            allow_pickle=False,
            mean=imputer.scaling_.mean,
            scale=imputer.scaling_.scale,
            deviation=imputer.deviation_,
            quantiles=imputer.bands_.quantiles,
        )

    parameters = imputer.get_params(deep=False)
    if not isinstance(parameters["random_state"], int | None):
        parameters["random_state"] = None
    description = {
        "parameters": parameters,
        "sensors": list(imputer.feature_names_in_),
        "readings": asdict(imputer._reconstructor.readings),
        "history": imputer.history_,
        "best_epoch": imputer.best_epoch_,
        "interrupted": imputer.interrupted_,
    }
    write_archive(path, FORMAT, VERSION, description, write_files)


def load_imputer(kind: type[Imputer], path: str | os.PathLike[str]) -> Imputer:
    """Read what ``save_imputer`` wrote: see `RecurrentImputer.load`."""
    folder = Path(path)
    description = read_archive(folder, FORMAT, VERSION)
    try:
        return _rebuilt(kind, folder, description)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ModelFolderError(
            f"{folder}: not a model that this version reads: {error!r}"
        ) from None


def _rebuilt(kind: type[Imputer], folder: Path, description: dict[str, Any]) -> Imputer:
    # JSON has lists alone.
    parameters: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in description["parameters"].items()
    }
    imputer = kind(**parameters)
    imputer.feature_names_in_ = np.array(description["sensors"], dtype=object)
    imputer.n_features_in_ = len(imputer.feature_names_in_)
    imputer.history_ = description["history"]
    imputer.best_epoch_ = description["best_epoch"]
    imputer.interrupted_ = description["interrupted"]
    with np.load(folder / _NUMBERS, allow_pickle=False) as numbers:
        imputer.scaling_ = Scaling(numbers["mean"], numbers["scale"])
        imputer.deviation_ = numbers["deviation"]
        imputer.bands_ = Bands(numbers["quantiles"])
    written = description["readings"]
    readings = Readings(written["base"], written["step"], tuple(written["periods"]))
    imputer.model_ = build_reconstruction_network(
        imputer._options(RecurrentOptions),
        imputer.n_features_in_,
        readings.channels(imputer.n_features_in_),
    )
    imputer.model_.load_weights(folder / _WEIGHTS)
    imputer._reconstructor = Reconstructor(imputer.model_, readings, imputer.window)
    return imputer
