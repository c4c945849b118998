"""The names that the user gave the levels: those of columns, or an argument of ``fit``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harnn.errors import ConfigError
from harnn.text.plain_strings import plain_string

__all__ = ["check_level_names", "telling_names"]


def telling_names(columns: Sequence[Any] | None) -> tuple[str, ...] | None:
    """Return the names of columns as names of levels; None where they say nothing.

    Names that are not strings, that stand twice, or that only count the levels (``l1``, ``l2``, …
    and ``level 1``, ``level 2``, …) say nothing.

    Args:
        columns: The names of columns, the topmost level first.

    Example:
        >>> telling_names(["section", "topic"]), telling_names(["l1", "l2"])
        (('section', 'topic'), None)
    """
    if not columns or not all(isinstance(column, str) and column.strip() for column in columns):
        return None
    names = tuple(map(plain_string, columns))
    for counting in ("l{}", "level {}"):
        if names == tuple(counting.format(level + 1) for level in range(len(names))):
            return None
    return names if len(set(names)) == len(names) else None


def check_level_names(names: Any, n_levels: int) -> tuple[str, ...] | None:
    """Return the argument ``level_names`` as names of levels, or refuse it.

    Args:
        names: The argument.
        n_levels: The number of levels.

    Returns:
        The names, as ``telling_names`` returns them.

    Raises:
        ConfigError: If they are no strings, or others than one for each level.

    Example:
        >>> check_level_names(["section", "topic"], 2)
        ('section', 'topic')
    """
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise ConfigError(f"level_names must be a list of strings, not {names!r}")
    given = list(names)
    if not all(isinstance(name, str) and name.strip() for name in given):
        raise ConfigError(f"level_names must hold names, not {given!r}")
    if len(given) < n_levels or len(set(given)) < len(given):
        raise ConfigError(
            f"level_names must be {n_levels} different names, one for each level, not {given!r}"
        )
    return telling_names(given)
