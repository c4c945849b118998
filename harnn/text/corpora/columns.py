"""Which columns of a table hold the text and the labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harnn.errors import DataError, LabelColumnsError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Columns", "choose_columns"]


@dataclass(frozen=True)
class Columns:
    """The columns a corpus is read from.

    Args:
        text: The column of documents.
        levels: The columns of names, one per level, coarsest first.
        paths: The column of lists of paths, instead of ``levels``.

    Example:
        >>> Columns("text", levels=("l1", "l2")).names
        ('text', 'l1', 'l2')
    """

    text: str
    levels: tuple[str, ...] = ()
    paths: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the text first."""
        return (self.text, *self.levels, *(() if self.paths is None else (self.paths,)))

    @property
    def schema(self) -> pa.Schema:
        """Their Arrow types: strings, and for paths a list of lists of names."""
        import pyarrow as pa

        kinds = {name: pa.string() for name in (self.text, *self.levels)}
        if self.paths is not None:
            kinds[self.paths] = pa.list_(pa.list_(pa.string()))
        return pa.schema(list(kinds.items()))


def choose_columns(
    found: Sequence[str], text: str, labels: str | Sequence[str] | None, where: str
) -> Columns:
    """Find the columns of text and labels among those a table has.

    Args:
        found: The table's columns.
        text: The column of documents.
        labels: A list of column names (one per level; an empty list for no labels), or the name of
            one column of lists of paths. By default ``l1``, ``l2``, ... if there, else ``labels``.
        where: What the table is called in an error.

    Returns:
        The columns to read.

    Raises:
        DataError: A column is missing or stands twice, or no labels are found.

    Example:
        >>> choose_columns(["id", "text", "l1", "l2"], "text", None, "a table").levels
        ('l1', 'l2')
    """
    if labels is None:
        levels: list[str] = []
        while f"l{len(levels) + 1}" in found:
            levels.append(f"l{len(levels) + 1}")
        if levels:
            columns = Columns(text, levels=tuple(levels))
        elif "labels" in found:
            columns = Columns(text, paths="labels")
        else:
            raise LabelColumnsError(
                where,
                found,
                "name them with labels=[...], one per level, or labels='...', a column of lists of "
                "paths; labels=[] reads the texts alone",
            )
    elif isinstance(labels, str):
        columns = Columns(text, paths=labels)
    else:
        columns = Columns(text, levels=tuple(labels))
    for name in columns.names:
        if name not in found:
            hint = nearest(name, found)
            raise DataError(f"{where}: there is no column {name!r} among {list(found)}{hint}")
        if list(found).count(name) > 1:
            raise DataError(f"{where}: there are {list(found).count(name)} columns named {name!r}")
        if columns.names.count(name) > 1:
            raise DataError(f"{where}: column {name!r} is asked for twice, as text or as a level")
    return columns
