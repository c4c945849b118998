"""What the estimators with a recurrent network share: the network on disk."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harnn.timeseries.readings import Readings
from harnn.timeseries.series_estimator import SeriesEstimator

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
