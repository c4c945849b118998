"""What the estimators with a recurrent network share: the network on disk."""

from __future__ import annotations

import os
from abc import abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import check_is_fitted

from harnn.timeseries.readings import Readings
from harnn.timeseries.series_estimator import SeriesEstimator

if TYPE_CHECKING:
    from harnn.timeseries.export import ExportedSeriesModel

__all__ = ["RecurrentEstimator"]

_WEIGHTS = "network.weights.h5"


class RecurrentEstimator(SeriesEstimator):
    """The base of the estimators with a network inside.

    Attributes:
        model_: The ``keras.Model``.
        history_: One dict an epoch: loss, validation errors in scaled units, seconds.
        best_epoch_: The epoch whose weights were kept, counted from 1.
        interrupted_: Whether Ctrl-C ended the fit.
    """

    model_: Any
    history_: list[dict[str, Any]]
    best_epoch_: int
    interrupted_: bool
    _readings: Readings

    @abstractmethod
    def _build_network(self, seed: int | None = None) -> Any:
        """Return the network that the options ask for, with initial weights."""

    def export(self, path: str | os.PathLike[str], format: str = "onnx") -> ExportedSeriesModel:
        """Write the network to a folder in a form that is served elsewhere.

        What was written is read back and compared with the network before the folder appears.
        Of an imputer that reads the past alone there is a second network that takes a step and
        its states: `harnn.runtime.imputation_stream` runs it with NumPy and onnxruntime.

        Args:
            path: The folder; an older export or model in its place is replaced.
            format: ``"onnx"`` or ``"keras"``.

        Returns:
            Where it is, and how far it is from the network.

        Raises:
            ConfigError: If there is no such format, or a package is lacking that it needs.
            ExportError: If an output differs by more than 1e-4 deviations.
            FileExistsError: If the path exists and is no model folder.
        """
        check_is_fitted(self)
        from harnn.timeseries.export import export_estimator

        return export_estimator(self, path, format)

    def _stream_network(self) -> Any:
        """Return the network that takes one step and its states; None if there is none."""
        return None

    def _description(self) -> dict[str, Any]:
        return {
            "readings": asdict(self._readings),
            "history": self.history_,
            "best_epoch": self.best_epoch_,
            "interrupted": self.interrupted_,
        }

    def _write_files(self, folder: Path) -> None:
        self.model_.save_weights(folder / _WEIGHTS)

    def _restore(self, description: dict[str, Any], folder: Path) -> None:
        written = description["readings"]
        self._readings = Readings(written["base"], written["step"], tuple(written["periods"]))
        self.history_ = description["history"]
        self.best_epoch_ = description["best_epoch"]
        self.interrupted_ = description["interrupted"]
        self.model_ = self._build_network()
        self.model_.load_weights(folder / _WEIGHTS)
