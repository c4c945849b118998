"""What calibrations of every kind refuse, and when they have too little to go by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.text.decisions.decoding import BestPathDecoder, Decoder, ThresholdDecoder

__all__ = ["ENOUGH", "are_exclusive", "boolean", "check_depth", "check_keys", "numbers"]

# A level with fewer validation documents stays as it is: they say too little.
ENOUGH = 20


def are_exclusive(decoder: Decoder) -> bool:
    """Tell whether a level's outputs exclude one another, for a decoder that may be calibrated."""
    # A decoder that is made of one of these may read its levels in another way.
    if type(decoder) not in (BestPathDecoder, ThresholdDecoder):
        raise ConfigError(
            f'calibration: the levels of a {type(decoder).__name__} hang together: only "none" fits'
        )
    return isinstance(decoder, BestPathDecoder)


def check_depth(levels: list[np.ndarray], depth: int) -> None:
    """Refuse outputs of another number of levels than the calibration has."""
    if len(levels) != depth:
        raise DataError(f"calibration: of {depth} levels, but there are {len(levels)}")


def check_keys(written: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Refuse a mapping with other keys than ``"kind"`` and these."""
    if set(written) != {"kind", *keys}:
        raise DataError(f"calibration: has {sorted(written)}, expected 'kind', {keys}")


def boolean(value: Any) -> bool:
    """Return a truth value, or refuse what is none."""
    if not isinstance(value, bool):
        raise DataError(f"calibration: exclusive must be true or false, not {value!r}")
    return value


def numbers(values: Any, name: str) -> np.ndarray:
    """Return a list of finite numbers as an array, or refuse what is none."""
    if not isinstance(values, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    ):
        raise DataError(f"calibration: {name} must be a list of numbers, not {values!r:.60}")
    array = np.array(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise DataError(f"calibration: {name} holds a number that is not finite")
    return array
