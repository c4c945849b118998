"""Texts that are read where they are: some of them, or several sequences as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

__all__ = ["JoinedTexts", "SelectedTexts"]


class JoinedTexts(Sequence[str]):
    """Texts, and then other texts, without a copy of either.

    Args:
        *parts: The texts, in the order in which they follow one another.

    Example:
        >>> joined = JoinedTexts(["one", "two"], ["three"])
        >>> len(joined), joined[2], list(joined)
        (3, 'three', ['one', 'two', 'three'])
    """

    def __init__(self, *parts: Sequence[str]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # no slices
        left = range(len(self))[index]
        for part in self._parts:
            if left < len(part):
                return part[left]
            left -= len(part)
        raise AssertionError(index)  # range() has refused it

    def __iter__(self) -> Iterator[str]:
        for part in self._parts:
            yield from part


class SelectedTexts(Sequence[str]):
    """Some of the texts, in the order given, read when asked for.

    Args:
        texts: All of them.
        rows: The numbers of those that are selected.

    Example:
        >>> list(SelectedTexts(["one", "two", "three"], np.array([2, 0])))
        ['three', 'one']
    """

    def __init__(self, texts: Sequence[str], rows: np.ndarray) -> None:
        self._texts = texts
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # no slices
        return self._texts[int(self._rows[index])]
