"""Labels of every form (see `harnn.text.labels`), read into one and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from harnn.dataframes import as_list, as_pandas, is_column, is_table, library_of
from harnn.errors import DataError
from harnn.text.labels.label_cells import (
    Paths,
    is_missing,
    is_nan,
    level_path,
    plain_cells,
    read_paths,
)
from harnn.text.labels.label_table import LabelTable, table_cells
from harnn.text.labels.level_names import telling_names
from harnn.text.plain_strings import string_hint
from harnn.text.taxonomy.path import join_path

__all__ = ["LABEL_FORMS", "LabelForm", "Labels", "likely_form", "read_labels"]

LabelForm = Literal["levels", "path", "paths"]
LABEL_FORMS: tuple[LabelForm, ...] = ("levels", "path", "paths")


@dataclass(frozen=True)
class Labels:
    """The labels of documents, equal ones stored once.

    Attributes:
        form: The form they were given in.
        distinct: The different labels: each the paths of one document. A path's names are
            ``None`` where not known; ``((None,),)`` is a document of which nothing is known,
            ``()`` one of no category.
        index: Which of them each document has, ``(documents,)``.
        columns: The columns of the table, where the labels came as one.
        names_as_tuples: Whether a path came as a tuple of names, not as a string.
        width: How many levels the user's rows have.
        library: The library of the table, where the labels came as one.
        given_names: The names of the levels, where they were given beside the labels.
        nan_cells: The number of cells of each level that are NaN, as pandas reads empty cells;
            one number for paths.
    """

    form: LabelForm
    distinct: tuple[Paths, ...]
    index: np.ndarray
    columns: tuple[Any, ...] | None = None
    names_as_tuples: bool = False
    width: int = 0
    library: str | None = None
    nan_cells: tuple[int, ...] = ()
    given_names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.index)

    @property
    def level_names(self) -> tuple[str, ...] | None:
        """The names of the levels; None where they came without any that say more than numbers."""
        return self.given_names or telling_names(self.columns)

    @property
    def says_ended(self) -> bool:
        """Whether the path of a document ends above the last column, or it has none."""
        return any(
            not label or (self.form == "levels" and len(label[0]) < self.width)
            for label in self.distinct
        )

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
            What the form says: an object array ``(documents, levels)`` or a table of the library
            and the columns that came, an object array ``(documents,)`` of strings, or a list of
            lists of paths.
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
        return LabelTable(self.library or "pandas", self.columns).filled(table)


def read_labels(y: Any, form: str = "auto", *, name: str = "y", first_row: int = 0) -> Labels:
    """Read labels in any of the forms above.

    Args:
        y: The labels, in a list, an array, or a table or column of any DataFrame library.
        form: ``"levels"``, ``"path"`` or ``"paths"``; ``"auto"`` tells them apart. A table is rows
            of names, also one of a single column, whose names may hold a slash; with ``"path"`` or
            ``"paths"`` its single column holds paths.
        name: What the user calls them.
        first_row: The number of the first row in errors.

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
    if form not in ("auto", *LABEL_FORMS):
        raise DataError(f"label_form must be 'auto' or one of {LABEL_FORMS}, not {form!r}")
    columns: tuple[Any, ...] | None = None
    library = None
    if is_table(y):
        library = library_of(y)
        y = as_pandas(y, name)
        columns = tuple(y.columns)
        y = table_cells(y)
    elif is_column(y):
        y = as_list(y)
    if isinstance(y, str | bytes | Mapping) or not (
        hasattr(y, "__len__") and hasattr(y, "__getitem__")
    ):
        part = ": give its .labels" if hasattr(y, "labels") and hasattr(y, "texts") else ""
        raise DataError(f"{name} must hold one label a document, not be {type(y).__name__}{part}")
    if isinstance(y, np.ndarray):
        if y.ndim not in (1, 2):
            raise DataError(f"{name} has shape {y.shape}: expected (documents, levels)")
        if y.ndim == 2 and form == "auto":
            form = "levels"
        elif y.ndim == 2 and form != "levels" and y.shape[1] == 1:
            y = y[:, 0]
        y = y.tolist()
    reader = _Rows([plain_cells(row) for row in y], name, first_row)
    if form == "auto":
        form = reader.recognised()
    if form == "levels":
        return reader.levels(columns, library)
    return reader.paths("path" if form == "path" else "paths")


def likely_form(y: Any, form: LabelForm) -> str:
    """Return the form to read labels in that may be in another one than ``fit`` was given.

    Args:
        y: The labels.
        form: The form that ``fit`` was given, which decides where ``y`` does not.

    Returns:
        What ``read_labels`` takes.

    Example:
        >>> likely_form(["a/b", None], "levels"), likely_form([["a", "b"]], "levels")
        ('path', 'levels')
    """
    if is_table(y) or (isinstance(y, np.ndarray) and y.ndim == 2):
        return "levels" if form == "paths" or y.shape[1] > 1 else form
    rows = as_list(y) if is_column(y) else y
    if not isinstance(rows, Sequence | np.ndarray) or isinstance(rows, str | bytes):
        return form
    first = next((row for row in rows if not is_missing(row)), None)
    if isinstance(first, str):
        return "path"
    if form != "path" or first is None:
        return form
    # A list of one string is a path, whether it is read as names or as paths.
    single = all(is_missing(row) or (isinstance(row, list) and len(row) <= 1) for row in rows)
    return "paths" if single else "auto"


class _Rows:
    """The labels of documents one after another, as plain strings, lists and tuples."""

    def __init__(self, rows: list[Any], name: str, first_row: int) -> None:
        self._rows = rows
        self._name = name
        self._first_row = first_row

    def _where(self, number: int) -> str:
        return f"{self._name}, row {number + self._first_row}"

    def recognised(self) -> LabelForm:
        """Tell the form, or refuse where two would fit."""
        rows, name = self._rows, self._name
        given = [row for row in rows if not is_missing(row)]
        if not given:
            raise DataError(f"{name}: no document has a label")
        if all(isinstance(row, str) for row in given):
            return "path"
        for number, row in enumerate(rows):
            if not is_missing(row) and not isinstance(row, list | tuple):
                raise DataError(
                    f"{self._where(number)}: expected a row of names or a list of paths, not "
                    f"{row!r:.200}; one path a document as a string is for all documents "
                    "or none"
                )
        cells = [cell for row in given for cell in row]
        if len(given) < len(rows) or any(isinstance(cell, list | tuple) for cell in cells):
            return "paths"
        lengths = {len(row) for row in given}
        if any(cell == "" or is_missing(cell) for cell in cells) and len(lengths) == 1:
            return "levels"
        # Strings in lists: names, one per level, or paths? Only a slash tells, and a name may hold
        # one.
        slashes = [isinstance(cell, str) and "/" in cell for cell in cells]
        if cells and (all(slashes) or (any(slashes) and len(lengths) > 1)):
            return "paths"
        longest = max((list(row) for row in given), key=len)
        raise DataError(
            f"{name}: a nested list such as {longest!r} can be read as one name a level or as "
            'several paths: say label_form="levels" or label_form="paths"'
        )

    def levels(self, columns: tuple[Any, ...] | None, library: str | None) -> Labels:
        """Read rows of names."""
        width = len(columns) if columns is not None else None
        table: dict[Paths, int] = {}
        seen: dict[tuple[Any, ...], int] = {}
        index = np.empty(len(self._rows), dtype=np.int64)
        nan_cells: list[int] = []
        for number, row in enumerate(self._rows):
            where = self._where(number)
            if not isinstance(row, list | tuple):
                raise DataError(f"{where}: expected one name a level, not {row!r}")
            if width is None:
                width = len(row)
            if len(row) != width or width == 0:
                raise DataError(
                    f"{where}: {len(row)} levels where row {self._first_row} has {width}: "
                    f"{row!r} is not {width} names"
                )
            nan_cells = nan_cells or [0] * width
            key = tuple(None if is_missing(cell) else cell for cell in row)
            if None in key:
                for level, cell in enumerate(row):
                    nan_cells[level] += is_nan(cell)
            try:
                known = seen.get(key)
            except TypeError:
                known = None  # an unhashable cell: read, and refused, below
            if known is None:
                path = level_path(key, columns, where)
                label: Paths = (path,) if path else ()
                known = seen[key] = table.setdefault(label, len(table))
            index[number] = known
        # Only pandas has NaN where a CSV file has an empty cell; others have None there.
        counted = tuple(nan_cells) if library in (None, "pandas") else ()
        return Labels(
            "levels",
            tuple(table),
            index,
            columns,
            width=width or 0,
            library=library,
            nan_cells=counted,
        )

    def paths(self, form: LabelForm) -> Labels:
        """Read a path, or a list of paths, for each document."""
        table: dict[Paths, int] = {}
        index = np.empty(len(self._rows), dtype=np.int64)
        tuples = False
        nan_cells = 0
        for number, row in enumerate(self._rows):
            where = self._where(number)
            if is_missing(row):
                label: Paths = ((None,),)
                nan_cells += is_nan(row)
            elif form == "path":
                if not isinstance(row, str):
                    raise DataError(
                        f"{where}: expected a path such as 'a/b/c', "
                        f"not {row!r:.200}{string_hint(row)}"
                    )
                label = read_paths([row], where)
            elif isinstance(row, list | tuple):
                tuples = tuples or any(not isinstance(path, str) for path in row)
                label = read_paths(row, where)
            else:
                raise DataError(f"{where}: expected a list of paths, not {row!r:.200}")
            index[number] = table.setdefault(label, len(table))
        return Labels(form, tuple(table), index, None, tuples, nan_cells=(nan_cells,))
