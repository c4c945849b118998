"""One rising curve a level, from outputs to how often they came true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.text.decisions.calibration_checks import (
    ENOUGH,
    are_exclusive,
    boolean,
    check_depth,
    check_keys,
    numbers,
)
from harnn.text.decisions.decoding import Decoder
from harnn.text.labels.label_codec import Targets
from harnn.text.labels.targets import level_targets

__all__ = ["IsotonicCalibration"]


class IsotonicCalibration:
    """One rising curve a level, from outputs to how often they came true.

    The curve is that of isotonic regression over all entries of the level together, kept away
    from 0 and 1, with a hundredth of the output itself left in, so that what is the larger before
    is so after. Where a document has one path, the level's outputs are then divided by their sum.
    It bends where a temperature cannot, and needs more documents for it.

    Args:
        curves: For each level the corners of its curve: outputs, rising, and what becomes of
            them, ``(corners,)`` each; None for a level that stays as it is.
        exclusive: Whether a document has one path.

    Source:
        Zadrozny, Elkan: "Transforming classifier scores into accurate multiclass probability
        estimates", KDD 2002.

    Example:
        >>> curve = (np.array([0.0, 1.0]), np.array([0.25, 0.75]))
        >>> calibration = IsotonicCalibration([curve], exclusive=False)
        >>> calibration.apply([np.array([[0.0, 0.5, 1.0]])])[0].round(4).tolist()
        [[0.2475, 0.5, 0.7525]]
    """

    kind = "isotonic"
    # The share of a probability that is left in, so that order is never lost.
    left_in = 0.01

    def __init__(
        self, curves: Sequence[tuple[np.ndarray, np.ndarray] | None], exclusive: bool
    ) -> None:
        self.curves = tuple(curves)
        self.exclusive = bool(exclusive)

    @classmethod
    def fit(
        cls, levels: list[np.ndarray], targets: Targets, decoder: Decoder
    ) -> IsotonicCalibration:
        """Fit a curve a level; a level that fewer than 20 documents know stays as it is.

        Args:
            levels: Outputs for validation documents, ``(documents, outputs of the level)`` each.
            targets: What is known of these documents.
            decoder: What reads the levels.

        Returns:
            The calibration.

        Raises:
            ConfigError: If the decoder reads no levels that are independent of one another.
        """
        from sklearn.isotonic import IsotonicRegression

        exclusive = are_exclusive(decoder)
        hot = level_targets(targets, decoder.taxonomy, decoder.level_sizes, "sigmoid")
        curves: list[tuple[np.ndarray, np.ndarray] | None] = []
        for number, (level, true) in enumerate(zip(levels, hot, strict=True)):
            rows = targets.known[:, number]
            if rows.sum() < ENOUGH:
                curves.append(None)
                continue
            outputs = level[rows].astype(np.float64).ravel()
            # As near to 0 and 1 as so many entries, all on one side, would tell.
            edge = 1.0 / (outputs.size + 2)
            curve = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
            curve.fit(outputs, true[rows].ravel())
            curves.append((curve.X_thresholds_, curve.y_thresholds_))
        return cls(curves, exclusive)

    def apply(self, levels: list[np.ndarray]) -> list[np.ndarray]:
        """Calibrate outputs, ``(documents, outputs of the level)`` each."""
        check_depth(levels, len(self.curves))
        calibrated = []
        for level, curve in zip(levels, self.curves, strict=True):
            if curve is not None:
                outputs = level.astype(np.float64)
                bent = (1 - self.left_in) * np.interp(outputs, *curve) + self.left_in * outputs
                if self.exclusive:
                    bent /= bent.sum(axis=1, keepdims=True)
                level = bent.astype(level.dtype)
            calibrated.append(level)
        return calibrated

    def to_dict(self) -> dict[str, Any]:
        """Return what `calibration_from_dict` reads."""
        curves = [
            None if curve is None else [corners.tolist() for corners in curve]
            for curve in self.curves
        ]
        return {"kind": self.kind, "exclusive": self.exclusive, "curves": curves}

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> IsotonicCalibration:
        """Read what ``to_dict`` returned.

        Raises:
            DataError: If it is no such thing.
        """
        check_keys(written, ("exclusive", "curves"))
        if not isinstance(written["curves"], list):
            raise DataError("calibration: curves must be a list, one entry a level")
        curves = [None if curve is None else _curve(curve) for curve in written["curves"]]
        return cls(curves, boolean(written["exclusive"]))


def _curve(written: Any) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(written, list) or len(written) != 2:
        raise DataError("calibration: a curve is two lists: outputs, and what becomes of them")
    outputs, bent = (numbers(corners, "a curve") for corners in written)
    if len(outputs) != len(bent) or not len(outputs) or (np.diff(outputs) < 0).any():
        raise DataError("calibration: a curve needs as many outputs as values, outputs rising")
    if (np.diff(bent) < 0).any() or bent.min() <= 0 or bent.max() >= 1:
        raise DataError("calibration: the values of a curve rise, strictly between 0 and 1")
    return outputs, bent
