"""The label of one document: a row of names, or paths, checked and as plain tuples of names."""

from __future__ import annotations

from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.text.plain_strings import plain_string, string_hint
from harnn.text.taxonomy.path import split_path

__all__ = ["Path", "Paths", "is_missing", "is_nan", "level_path", "plain_cells", "read_paths"]

Path = tuple[str | None, ...]
Paths = tuple[Path, ...]


def is_missing(value: object) -> bool:
    """Return whether a cell is ``None``, NaN, masked, or pandas' own mark of a missing value.

    Example:
        >>> is_missing(float("nan")), is_missing("NA"), is_missing("")
        (True, False, False)
    """
    return value is None or is_nan(value) or type(value).__name__ == "MaskedConstant"


def is_nan(value: object) -> bool:
    """Return whether a cell is NaN or ``pandas.NA``: an empty cell, as pandas reads it from CSV."""
    if isinstance(value, float | np.floating):
        return bool(value != value)
    return type(value).__name__ in ("NAType", "NaTType")


def plain_cells(row: Any) -> Any:
    """Return the label of a document with lists for arrays and plain strings for others."""
    if isinstance(row, str):
        return plain_string(row)
    if isinstance(row, np.ndarray | list):
        return [plain_cells(cell) for cell in row]
    if type(row) is tuple:
        return tuple(plain_cells(cell) for cell in row)
    return row


def level_path(cells: tuple[Any, ...], columns: tuple[Any, ...] | None, where: str) -> Path:
    """Check a row of levels and cut it where its path ends.

    Args:
        cells: A name for each level, ``""`` once the path has ended, ``None`` where not known.
        columns: The names of the levels; numbers if None.
        where: The place of the row, for an error.

    Returns:
        The names down to the end of the path.

    Raises:
        DataError: If a cell is no name, or a name stands below ``""``.

    Example:
        >>> level_path(("a", None, ""), None, "row 1")
        ('a', None)
    """
    ended = len(cells)
    for level, cell in enumerate(cells):
        place = f"{where}, column {columns[level] if columns else level!r}"
        if cell is not None and not isinstance(cell, str):
            raise DataError(
                f"{place}: expected a name, '' or None, not {cell!r:.200}{string_hint(cell)}"
            )
        if cell == "":
            ended = min(ended, level)
        elif level > ended:
            raise DataError(
                f"{place}: {cell!r} stands below '': the path ended at column "
                f"{columns[ended] if columns else ended!r}; None says that a level is not known"
            )
    return cells[:ended]


def read_paths(document: list[Any] | tuple[Any, ...], where: str) -> Paths:
    """Read the paths of a document, each given once.

    Args:
        document: Paths, as strings ``"a/b/c"`` or as tuples or lists of names. ``""`` as the only
            path says that there is none.
        where: The place of the document, for an error.

    Returns:
        The names of each path; ``None`` for a name that is not known.

    Raises:
        DataError: If a path is none.

    Example:
        >>> read_paths(["a/b", ("AC/DC", None), "a/b"], "row 1")
        (('a', 'b'), ('AC/DC', None))
    """
    paths = [_one_path(path, where) for path in document]
    return tuple(dict.fromkeys(path for path in paths if path))


def _one_path(path: Any, where: str) -> Path:
    if isinstance(path, str):
        if path == "":
            return ()
        try:
            return split_path(path)
        except DataError as error:
            raise DataError(f"{where}: {error}") from None
    if isinstance(path, list | tuple) and path:
        names = tuple(None if is_missing(part) else part for part in path)
        return level_path(names, None, f"{where}, path {path!r}")
    raise DataError(
        f"{where}: expected a path such as 'a/b/c' or ('a', 'b', 'c'), "
        f"not {path!r:.200}{string_hint(path)}"
    )
