"""A fitted imputer or forecaster as a folder: weights, numbers and JSON.

================== =========================================================================
file               what it holds
================== =========================================================================
model.json         see `harnn.model_archive`; parameters, sensors, what else JSON can hold
network.weights.h5 the weights of a network, as Keras writes them
numbers.npz        means and deviations of the sensors, and how wide bands must be
causal.npz         the last two where a decoupled network reads the past alone
================== =========================================================================
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from harnn.model_archive import read_archive, rebuilding, write_archive
from harnn.timeseries.bands import Bands
from harnn.timeseries.sampling import Sampling
from harnn.timeseries.scaling import Scaling

if TYPE_CHECKING:
    from harnn.timeseries.series_estimator import SeriesEstimator

Estimator = TypeVar("Estimator", bound="SeriesEstimator")

__all__ = ["load_estimator", "save_estimator", "write_numbers"]

VERSION = 1
_NUMBERS = "numbers.npz"


def save_estimator(estimator: SeriesEstimator, path: str | os.PathLike[str]) -> None:
    """Write a fitted estimator: see `SeriesEstimator.save`."""

    def write_files(folder: Path) -> None:
        estimator._write_files(folder)
        write_numbers(estimator, folder)

    parameters = estimator.get_params(deep=False)
    if not isinstance(parameters["random_state"], int | None):
        parameters["random_state"] = None
    description = {
        "parameters": parameters,
        "sensors": list(estimator.feature_names_in_),
        "timed": estimator.timed_,
        "sampling": None if estimator.sampling_ is None else asdict(estimator.sampling_),
        **estimator._description(),
    }
    write_archive(path, _format(type(estimator)), VERSION, description, write_files)


def write_numbers(estimator: SeriesEstimator, folder: Path) -> None:
    """Write the means and deviations of the sensors, and how wide bands must be."""
    np.savez(
        folder / _NUMBERS,
        allow_pickle=False,
        mean=estimator.scaling_.mean,
        scale=estimator.scaling_.scale,
        deviation=estimator.deviation_,
        quantiles=estimator.bands_.quantiles,
    )


def load_estimator(kinds: Sequence[type[Estimator]], path: str | os.PathLike[str]) -> Estimator:
    """Read what ``save_estimator`` wrote of one of some kinds: see `SeriesEstimator.load`."""
    folder = Path(path)
    by_format = {_format(kind): kind for kind in kinds}
    description = read_archive(folder, by_format, VERSION)
    with rebuilding(folder):
        return _rebuilt(by_format[description["format"]], folder, description)


def _rebuilt(kind: type[Estimator], folder: Path, description: dict[str, Any]) -> Estimator:
    # JSON has lists alone.
    parameters: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in description["parameters"].items()
    }
    estimator = kind(**parameters)
    estimator.feature_names_in_ = np.array(description["sensors"], dtype=object)
    estimator.n_features_in_ = len(estimator.feature_names_in_)
    estimator.timed_ = description["timed"]
    # Models of versions that recorded no spacing check none.
    sampling = description.get("sampling")
    estimator.sampling_ = None if sampling is None else Sampling(**sampling)
    with np.load(folder / _NUMBERS, allow_pickle=False) as numbers:
        estimator.scaling_ = Scaling(numbers["mean"], numbers["scale"])
        estimator.deviation_ = numbers["deviation"]
        estimator.bands_ = Bands(numbers["quantiles"])
    estimator._restore(description, folder)
    return estimator


def _format(kind: type[Any]) -> str:
    return f"harnn-{kind.__name__}"
