"""Windows of series, as views: what overlaps is not stored twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harnn.errors import ConfigError, DataError

__all__ = ["Windows"]


class Windows:
    """All windows of a length in some arrays, numbered through; none crosses from one to another.

    A window is gathered when it is asked for: however much windows overlap, they take the memory
    of the arrays that they look into.

    Args:
        arrays: ``(time, features)`` each, of any lengths.
        length: Steps of a window.
        stride: Steps from the start of one window to the next.
        cover: Add a last window where else some steps at an array's end would be in none; it
            overlaps the one before.

    Raises:
        ConfigError: If the length or the stride is not at least 1.
        DataError: If no array is as long as a window.

    Example:
        >>> windows = Windows([np.arange(5.0)[:, None], np.arange(10.0, 13.0)[:, None]], length=3)
        >>> len(windows), windows[[2, 3]][..., 0].tolist()
        (4, [[2.0, 3.0, 4.0], [10.0, 11.0, 12.0]])
    """

    def __init__(
        self, arrays: Sequence[np.ndarray], length: int, stride: int = 1, cover: bool = False
    ) -> None:
        for name, number in (("length", length), ("stride", stride)):
            if number < 1:
                raise ConfigError(f"{name} is {number}; at least 1 is needed")
        self.length = length
        self._starts = [_starts(len(array), length, stride, cover) for array in arrays]
        self._ends = np.cumsum([len(starts) for starts in self._starts])
        if not len(self):
            longest = max((len(array) for array in arrays), default=0)
            raise DataError(
                f"windows of {length} steps are needed, and the longest series has {longest}: "
                "give longer series (of each, fit keeps a part for validation), or choose shorter "
                "windows"
            )
        # An array that is too short has no window, and no view of any.
        self._views = [
            np.lib.stride_tricks.sliding_window_view(array, length, axis=0)
            if len(array) >= length
            else None
            for array in arrays
        ]

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, numbers: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return some windows ``(windows, length, features)``, by their numbers."""
        numbers = np.asarray(numbers)
        owners, starts = self.places(numbers)
        first = self._views[owners[0]]
        assert first is not None  # as it has the window
        out = np.empty((len(numbers), self.length, first.shape[1]), first.dtype)
        for owner in np.unique(owners):
            view = self._views[owner]
            assert view is not None
            mine = owners == owner
            # The view has the window's steps last.
            out[mine] = np.swapaxes(view[starts[mine]], 1, 2)
        return out

    def places(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where windows stand: the number of the array, and the first step in it."""
        numbers = np.asarray(numbers)
        if ((numbers < 0) | (numbers >= len(self))).any():
            raise IndexError(f"there are {len(self)} windows, numbered from 0")
        owners = np.searchsorted(self._ends, numbers, side="right")
        before = np.concatenate([[0], self._ends])[owners]
        starts = np.array(
            [self._starts[o][n] for o, n in zip(owners, numbers - before, strict=True)], dtype=int
        )
        return owners, starts


def _starts(steps: int, length: int, stride: int, cover: bool) -> np.ndarray:
    """Return where the windows of an array start."""
    last = steps - length
    if last < 0:
        return np.empty(0, dtype=int)
    starts = np.arange(0, last + 1, stride)
    if cover and starts[-1] != last:
        starts = np.append(starts, last)
    return starts
