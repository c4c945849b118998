"""Networks of the package PyPOTS, where it is installed: what others fill holes with."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.log_levels import errors_alone
from harnn.timeseries.held_out_values import HeldOutValues
from harnn.timeseries.options import HoleOptions
from harnn.timeseries.series import Series
from harnn.timeseries.series_imputer import SeriesImputer
from harnn.timeseries.windows import Windows

__all__ = ["PyPOTSImputer", "pypots_installed"]

MODELS = ("brits", "saits")
_NETWORK = "network.npz"


def pypots_installed() -> bool:
    """Return whether there is a PyPOTS to ask."""
    return find_spec("pypots") is not None


class PyPOTSImputer(SeriesImputer):
    """BRITS (Cao et al., 2018) or SAITS (Du et al., 2023) as PyPOTS has them, on PyTorch.

    Beside `RecurrentImputer` in a study: the same scaling, the same hidden validation values for
    early stopping and bands. PyPOTS hides values of its own in
    training. It needs the package: ``pip install pypots``.

    Args:
        model: ``"brits"`` or ``"saits"``.
        window: Steps of a window.
        stride: Steps from one training window to the next; half a window if not given.
        units: Size of the states (BRITS) or of the attention (SAITS, in two layers of four heads).
        epochs: Passes over the training windows, at most.
        patience: Epochs without a better validation error after which the fit stops.
        batch_size: Windows a step.
        hide_share: Of the validation values, hidden: see `HoleOptions`.
        hide_length: ″
        validation_fraction: Share of the steps at each series' end for validation, where ``fit``
            is given none.
        random_state: Seed of weights, hidden values and the order of windows.

    Example:
        ``PyPOTSImputer("saits", window=24).fit(X).transform(X)`` fills the holes of ``X``.
    """

    def __init__(
        self,
        model: str = "saits",
        window: int = 48,
        stride: int | None = None,
        units: int = 64,
        epochs: int = 50,
        patience: int = 10,
        batch_size: int = 32,
        hide_share: float = 0.3,
        hide_length: int = 1,
        validation_fraction: float = 0.2,
        random_state: Any = 0,
    ) -> None:
        self.model = model
        self.window = window
        self.stride = stride
        self.units = units
        self.epochs = epochs
        self.patience = patience
        self.batch_size = batch_size
        self.hide_share = hide_share
        self.hide_length = hide_length
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, times: Any = None, validation_data: Any = None) -> Self:
        """Train the network.

        Args:
            X: A series, or a list of them: see `harnn.timeseries.series.read_series`.
            y: Not used.
            times: The times of arrays, which PyPOTS does not read.
            validation_data: Series to stop by and to measure bands on, or a pair of these and
                their times.

        Raises:
            ConfigError: If an option is wrong, or PyPOTS is not installed.
            DataError: If the data are no series, or a sensor is never observed.
        """
        train, held_out, seed = self._begin(X, times, validation_data, self.validation_fraction)
        held = HeldOutValues.of(held_out, self._options(HoleOptions), seed)
        self._network = self._built(seed)
        with _quiet():
            self._network.fit(
                {"X": self._windows(train, self.stride or self.window // 2)},
                {"X": self._windows(held.holed), "X_ori": self._windows(held.series)},
            )
        means = [self._filled(one) for one in held.holed]
        self.deviation_, self.bands_ = self._measured(held, means)
        return self

    def _said(self, series: list[Series], causal: bool) -> list[tuple[np.ndarray, np.ndarray]]:
        if causal:
            raise ConfigError(f"{self.model} reads both directions: it has no causal mode")
        means = [self._filled(one) for one in series]
        return [(mean, np.broadcast_to(self.deviation_, mean.shape)) for mean in means]

    def _filled(self, one: Series) -> np.ndarray:
        """Return a series without holes, scaled; of steps in two windows the later one counts."""
        steps = len(one)
        padded = np.full((max(steps, self.window), one.values.shape[1]), np.nan)
        padded[:steps] = one.values
        windows = Windows([padded], self.window, self.window, cover=True)
        numbers = np.arange(len(windows))
        with _quiet():
            said = self._network.predict({"X": windows[numbers].astype(np.float32)})
        for start, window in zip(windows.places(numbers)[1], said["imputation"], strict=True):
            padded[start : start + self.window] = window
        return np.where(one.observed, one.values, padded[:steps])

    def _windows(self, series: Sequence[Series], stride: int | None = None) -> np.ndarray:
        values = [one.values for one in series]
        windows = Windows(values, self.window, stride or self.window, cover=True)
        return windows[np.arange(len(windows))].astype(np.float32)

    def _built(self, seed: int) -> Any:
        if self.model not in MODELS:
            raise ConfigError(f"model is {self.model!r}; one of {MODELS} is needed")
        if not pypots_installed():
            raise ConfigError(f"{self.model} needs the package pypots: pip install pypots")
        with _quiet():
            from pypots.imputation import BRITS, SAITS
            from pypots.utils.random import set_random_seed
        # Its logger has been made by now.
        with _quiet():
            set_random_seed(seed)
            shared = {
                "n_steps": self.window, "n_features": self.n_features_in_, "epochs": self.epochs,
                "patience": self.patience, "batch_size": self.batch_size, "device": "cpu",
                "verbose": False,
            }  # fmt: skip
            if self.model == "brits":
                return BRITS(rnn_hidden_size=self.units, **shared)
            heads = {"n_heads": 4, "d_k": self.units // 4, "d_v": self.units // 4}
            return SAITS(
                n_layers=2, d_model=self.units, d_ffn=2 * self.units, dropout=0.1, **heads, **shared
            )

    # Saving: numbers alone, where PyPOTS itself would pickle.

    def _write_files(self, folder: Path) -> None:
        state = self._network.model.state_dict()
        np.savez(
            folder / _NETWORK,
            allow_pickle=False,
            **{name: tensor.numpy() for name, tensor in state.items()},
        )

    def _restore(self, description: dict[str, Any], folder: Path) -> None:
        self._network = self._built(0)
        import torch

        with np.load(folder / _NETWORK, allow_pickle=False) as arrays:
            state = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
        try:
            self._network.model.load_state_dict(state)
        except RuntimeError as error:
            raise DataError(f"{_NETWORK}: {error}") from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back what PyPOTS prints and logs of itself."""
    # A real stream: what is printed depends on its encoding.
    nowhere = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(nowhere), errors_alone("PyPOTS running log"):
        yield
