"""Labels of every form (see `harnn.text.labels`), read into one and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from harnn.errors import DataError
from harnn.text.taxonomy.path import join_path, split_path

__all__ = ["LABEL_FORMS", "LabelForm", "Labels", "read_labels"]

LabelForm = Literal["levels", "path", "paths"]
LABEL_FORMS: tuple[LabelForm, ...] = ("levels", "path", "paths")

Path = tuple[str | None, ...]
Paths = tuple[Path, ...]


@dataclass(frozen=True)
class Labels:
    """The labels of documents, equal ones stored once.

    Attributes:
        form: The form they were given in.
        distinct: The different labels: each the paths of one document. A path's names are
            ``None`` where not known; ``((None,),)`` is a document of which nothing is known,
            ``()`` one of no category.
        index: Which of them each document has, ``(documents,)``.
        columns: What the user calls the levels, where he gave a DataFrame.
        names_as_tuples: Whether a path came as a tuple of names, not as a string.
        width: How many levels the user's rows have.
    """

    form: LabelForm
    distinct: tuple[Paths, ...]
    index: np.ndarray
    columns: tuple[Any, ...] | None = None
    names_as_tuples: bool = False
    width: int = 0

    def __len__(self) -> int:
        return len(self.index)

    def first_row(self, number: int) -> int:
        """Return the first document that has the ``number``-th distinct label."""
        return int(np.argmax(self.index == number))

    def take(self, rows: np.ndarray) -> Labels:
        """Return the labels of some documents, by their numbers or a mask."""
        used, index = np.unique(self.index[rows], return_inverse=True)
        return replace(self, distinct=tuple(self.distinct[k] for k in used), index=index)

    def written(self, paths: Sequence[Sequence[tuple[str, ...]]], levels: int) -> Any:
        """Write other documents' paths in the form these labels came in.

        Args:
            paths: The paths of each document, whole.
            levels: Number of levels of the hierarchy.

        Returns:
            What the form says: an object array ``(documents, levels)`` or a DataFrame, an
            object array ``(documents,)`` of strings, or a list of lists of paths.
        """
        if self.form == "paths":
            write = tuple if self.names_as_tuples else join_path
            return [[write(path) for path in document] for document in paths]
        single = [document[0] if document else () for document in paths]
        if self.form == "path":
            spelled = np.empty(len(single), dtype=object)
            spelled[:] = [join_path(path) if path else "" for path in single]
            return spelled
        table = np.full((len(single), max(levels, self.width)), "", dtype=object)
        for row, path in enumerate(single):
            table[row, : len(path)] = path
        if self.columns is None:
            return table
        import pandas as pd

        return pd.DataFrame(table, columns=list(self.columns))


def read_labels(y: Any, form: str = "auto", *, name: str = "y") -> Labels:
    """Read labels in any of the forms above.

    Args:
        y: The labels.
        form: ``"levels"``, ``"path"`` or ``"paths"``; ``"auto"`` tells them apart.
        name: What the user calls them.

    Returns:
        The labels.

    Raises:
        DataError: If they are in none of the forms, or could be in two; the message names the
            row, and the argument that decides.

    Example:
        >>> labels = read_labels([["a", "b"], ["a", ""], ["a", None]])
        >>> labels.form, labels.distinct
        ('levels', ((('a', 'b'),), (('a',),), (('a', None),)))
    """
    columns: tuple[Any, ...] | None = None
    if hasattr(y, "columns") and hasattr(y, "to_numpy"):  # a pandas DataFrame
        columns = tuple(y.columns)
        y = y.astype(object).to_numpy()
    elif hasattr(y, "to_list") and hasattr(y, "index"):  # a pandas Series
        y = y.to_list()
    if isinstance(y, str | bytes | Mapping) or not (
        hasattr(y, "__len__") and hasattr(y, "__getitem__")
    ):
        raise DataError(f"{name} must hold one label a document, not be {type(y).__name__}")
    if isinstance(y, np.ndarray):
        if y.ndim not in (1, 2):
            raise DataError(f"{name} has shape {y.shape}: expected (documents, levels)")
        if y.ndim == 2 and form == "auto":
            form = "levels"
        y = y.tolist()
    rows = [_plain(row) for row in y]
    if form == "auto":
        form = _recognise(rows, name)
    if form == "levels":
        return _from_levels(rows, columns, name)
    if form == "path":
        for number, row in enumerate(rows):
            if not isinstance(row, str) and not _is_missing(row):
                raise DataError(
                    f"{name}, row {number}: expected a path such as 'a/b/c', not {row!r}"
                )
        return _from_paths([None if _is_missing(row) else [row] for row in rows], "path", name)
    if form == "paths":
        return _from_paths(rows, "paths", name)
    raise DataError(f"label_form must be 'auto' or one of {LABEL_FORMS}, not {form!r}")


def _recognise(rows: list[Any], name: str) -> LabelForm:
    """Tell the form of a list of labels, or refuse where two would fit."""
    given = [row for row in rows if not _is_missing(row)]
    if not given:
        raise DataError(f"{name}: no document has a label")
    if all(isinstance(row, str) for row in given):
        return "path"
    for number, row in enumerate(rows):
        if not _is_missing(row) and not isinstance(row, list | tuple):
            raise DataError(
                f"{name}, row {number}: expected a row of names or a list of paths, not {row!r}; "
                "one path a document as a string is for all documents or none"
            )
    cells = [cell for row in given for cell in row]
    if len(given) < len(rows) or any(isinstance(cell, list | tuple) for cell in cells):
        return "paths"
    lengths = {len(row) for row in given}
    if any(cell == "" or _is_missing(cell) for cell in cells) and len(lengths) == 1:
        return "levels"
    # Strings in lists: names, one a level, or paths? Only a slash tells, and a name may hold one.
    slashes = [isinstance(cell, str) and "/" in cell for cell in cells]
    if cells and (all(slashes) or (any(slashes) and len(lengths) > 1)):
        return "paths"
    longest = max((list(row) for row in given), key=len)
    raise DataError(
        f"{name}: a nested list such as {longest!r} can be read as one name a level or as "
        'several paths: say label_form="levels" or label_form="paths"'
    )


def _from_levels(rows: list[Any], columns: tuple[Any, ...] | None, name: str) -> Labels:
    width = len(columns) if columns is not None else None
    table: dict[Paths, int] = {}
    seen: dict[tuple[Any, ...], int] = {}
    index = np.empty(len(rows), dtype=np.int64)
    for number, row in enumerate(rows):
        if not isinstance(row, list | tuple):
            raise DataError(f"{name}, row {number}: expected one name a level, not {row!r}")
        if width is None:
            width = len(row)
        if len(row) != width or width == 0:
            raise DataError(f"{name}, row {number}: {len(row)} levels where row 0 has {width}")
        key = tuple(None if _is_missing(cell) else cell for cell in row)
        try:
            known = seen.get(key)
        except TypeError:
            known = None  # an unhashable cell: read, and refused, below
        if known is None:
            path = _level_path(key, columns, f"{name}, row {number}")
            label: Paths = (path,) if path else ()
            known = seen[key] = table.setdefault(label, len(table))
        index[number] = known
    return Labels("levels", tuple(table), index, columns, width=width or 0)


def _level_path(cells: tuple[Any, ...], columns: tuple[Any, ...] | None, where: str) -> Path:
    """Check a row of levels and cut it where its path ends."""
    ended = len(cells)
    for level, cell in enumerate(cells):
        place = f"{where}, column {columns[level] if columns else level!r}"
        if cell is not None and not isinstance(cell, str):
            raise DataError(f"{place}: expected a name, '' or None, not {cell!r}")
        if cell == "":
            ended = min(ended, level)
        elif level > ended:
            raise DataError(
                f"{place}: {cell!r} stands below '': the path ended at column "
                f"{columns[ended] if columns else ended!r}; None says that a level is not known"
            )
    return cells[:ended]


def _from_paths(rows: list[Any], form: LabelForm, name: str) -> Labels:
    table: dict[Paths, int] = {}
    index = np.empty(len(rows), dtype=np.int64)
    tuples = False
    for number, row in enumerate(rows):
        if _is_missing(row):
            label: Paths = ((None,),)
        elif isinstance(row, list | tuple):
            paths = [_one_path(path, f"{name}, row {number}") for path in row]
            tuples = tuples or any(not isinstance(path, str) for path in row)
            # "" as the one path of a document says that it has none.
            label = tuple(dict.fromkeys(path for path in paths if path))
        else:
            raise DataError(f"{name}, row {number}: expected a list of paths, not {row!r}")
        index[number] = table.setdefault(label, len(table))
    return Labels(form, tuple(table), index, None, tuples)


def _one_path(path: Any, where: str) -> Path:
    if isinstance(path, str):
        if path == "":
            return ()
        try:
            return split_path(path)
        except DataError as error:
            raise DataError(f"{where}: {error}") from None
    if isinstance(path, list | tuple) and path:
        names = tuple(None if _is_missing(part) else part for part in path)
        return _level_path(names, None, f"{where}, path {path!r}")
    raise DataError(f"{where}: expected a path such as 'a/b/c' or ('a', 'b', 'c'), not {path!r}")


def _plain(row: Any) -> Any:
    """Turn arrays within arrays, as Parquet gives them, into lists."""
    if isinstance(row, np.ndarray | list):
        return [_plain(cell) for cell in row]
    return row


def _is_missing(value: Any) -> bool:
    """Tell None, NaN and pandas' NA."""
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return bool(value != value)
    return type(value).__name__ in ("NAType", "NaTType")
