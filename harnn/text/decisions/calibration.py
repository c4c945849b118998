"""Levels' probabilities that come true as often as they say, fitted on validation documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from harnn.errors import ConfigError, DataError, nearest
from harnn.text.decisions.decoding import Decoder
from harnn.text.decisions.isotonic_calibration import IsotonicCalibration
from harnn.text.decisions.temperature_calibration import TemperatureCalibration
from harnn.text.labels.label_codec import Targets

__all__ = [
    "Calibration",
    "IsotonicCalibration",
    "TemperatureCalibration",
    "calibration_from_dict",
    "fit_calibration",
]

_KINDS: dict[str, Any] = {kind.kind: kind for kind in (TemperatureCalibration, IsotonicCalibration)}


class Calibration(Protocol):
    """What turns the outputs of the levels into outputs that can be believed."""

    def apply(self, levels: list[np.ndarray]) -> list[np.ndarray]:
        """Calibrate outputs ``(documents, outputs of the level)``, before they are decoded."""

    def to_dict(self) -> dict[str, Any]:
        """Return what `calibration_from_dict` reads: numbers, texts and lists."""


def fit_calibration(
    kind: str, levels: list[np.ndarray], targets: Targets, decoder: Decoder
) -> Calibration | None:
    """Fit a calibration on validation documents.

    Args:
        kind: ``"none"``, ``"temperature"`` or ``"isotonic"``.
        levels: The levels' outputs, ``(documents, outputs of the level)`` each.
        targets: What is known of these documents.
        decoder: What reads the levels.

    Returns:
        The calibration; None for ``"none"``.

    Raises:
        ConfigError: If there is no such kind, or the decoder cannot do with it.

    Example:
        >>> from harnn.text.decisions.decoding import BestPathDecoder
        >>> from harnn.text.taxonomy import Taxonomy
        >>> decoder = BestPathDecoder(Taxonomy.from_paths(["a", "b"]))
        >>> right = np.arange(2000) % 4 > 0  # sure of "a" to 99 %, right in three of four
        >>> targets = Targets(np.column_stack([right, ~right]), np.ones((2000, 1), dtype=bool))
        >>> levels = [np.tile([[0.99, 0.01]], (2000, 1))]
        >>> calibration = fit_calibration("temperature", levels, targets, decoder)
        >>> decoder.probabilities(calibration.apply(levels))[0].round(2).astype(str).tolist()
        ['0.75', '0.25']
    """
    if kind == "none":
        return None
    if kind not in _KINDS:
        kinds = ("none", *_KINDS)
        raise ConfigError(f"calibration must be one of {kinds}, not {kind!r}{nearest(kind, kinds)}")
    fitted: Calibration = _KINDS[kind].fit(levels, targets, decoder)
    return fitted


def calibration_from_dict(written: Any) -> Calibration:
    """Read what a calibration's ``to_dict`` returned.

    Args:
        written: The mapping.

    Returns:
        The calibration.

    Raises:
        DataError: If it is no such thing.

    Example:
        >>> written = TemperatureCalibration([1.5, 2.0], exclusive=True).to_dict()
        >>> calibration_from_dict(written).temperatures
        (1.5, 2.0)
    """
    if not isinstance(written, Mapping) or written.get("kind") not in _KINDS:
        raise DataError(f"calibration: one of the kinds {tuple(_KINDS)} is needed, not {written!r}")
    read: Calibration = _KINDS[written["kind"]].from_dict(written)
    return read
