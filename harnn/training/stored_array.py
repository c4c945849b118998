"""An array that took long to compute, kept on disk so that a killed run need not do so again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from harnn.atomic import atomic_file

__all__ = ["stored_array"]


def stored_array(path: Path, fingerprint: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
    """Read an array, or compute it and write it.

    Args:
        path: The file, ``.npz``. One that holds the array of another fingerprint, or none at all,
            is replaced.
        fingerprint: What the array is computed from.
        compute: Computes it.

    Returns:
        The array.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "vectors.npz"
        ...     first = stored_array(path, "abc", lambda: np.arange(3))
        ...     stored_array(path, "abc", lambda: np.arange(9)).tolist()
        [0, 1, 2]
    """
    stored = _read(path, fingerprint)
    if stored is not None:
        return stored
    array = compute()
    with atomic_file(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, fingerprint=np.array(fingerprint), array=array)
    return array


def _read(path: Path, fingerprint: str) -> np.ndarray | None:
    try:
        # Opened here: NumPy leaves a damaged file open.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return stored["array"] if str(stored["fingerprint"]) == fingerprint else None
    # No file, or any of a dozen errors of zip and NumPy: the array can be computed again.
    except Exception:
        return None
