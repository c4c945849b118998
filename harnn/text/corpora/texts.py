"""Documents as a sequence that stays on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    import datasets

__all__ = ["Texts"]

BATCH = 1000


class Texts(Sequence[str]):
    """The documents of a ``datasets.Dataset``: a sequence of strings that is not held in memory.

    Iterating reads batches; an integer reads one document; a slice or an array of row numbers
    reads just those, into a list.

    Args:
        dataset: The rows.
        column: The column of the documents.

    Example:
        >>> import datasets
        >>> texts = Texts(datasets.Dataset.from_dict({"text": ["a", "b", "c"]}), "text")
        >>> len(texts), texts[-1], texts[:2], texts[[2, 0]]
        (3, 'c', ['a', 'b'], ['c', 'a'])
    """

    def __init__(self, dataset: datasets.Dataset, column: str) -> None:
        self._rows = dataset.select_columns([column])
        self._column = column

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Texts({len(self):,} documents)"

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice | Sequence[int] | np.ndarray) -> list[str]: ...
    def __getitem__(self, index: int | slice | Sequence[int] | np.ndarray) -> str | list[str]:
        if isinstance(index, int | np.integer):
            return self._rows[int(index)][self._column]
        if not isinstance(index, slice):
            chosen = np.asarray(index)
            if chosen.dtype == bool:
                if chosen.shape != (len(self),):
                    raise IndexError(f"a mask of shape {chosen.shape} over {len(self)} documents")
                chosen = np.flatnonzero(chosen)
            index = [int(row) for row in chosen]
        return list(self._rows[index][self._column])

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), BATCH):
            yield from self[start : start + BATCH]
