"""Paths of category names from the root, and their spelling as one string."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from harnn.errors import TaxonomyError
from harnn.text.plain_strings import plain_string, string_hint

__all__ = ["check_name", "join_path", "split_path"]

_COMPONENT = re.compile(r"(?:[^/\\]|\\[/\\])+")


def split_path(path: str) -> tuple[str, ...]:
    r"""Split ``"a/b/c"`` into names; ``\/`` stands for a slash in a name, ``\\`` for a backslash.

    Args:
        path: The spelling that `join_path` gives.

    Returns:
        The names, from the root.

    Raises:
        TaxonomyError: If a name is empty, or a backslash stands before anything else.

    Example:
        >>> split_path(r"Culture/Music/AC\/DC")
        ('Culture', 'Music', 'AC/DC')
    """
    if "\\" not in path:
        components = path.split("/")
    else:
        components = [""]
        position = 0
        while position < len(path):
            found = _COMPONENT.match(path, position)
            if found:
                components[-1] = re.sub(r"\\(.)", r"\1", found[0])
                position = found.end()
            elif path[position] == "/":
                components.append("")
                position += 1
            else:
                raise TaxonomyError(
                    f"path {path!r}: the backslash at character {position} escapes nothing; "
                    r"write \\ for a backslash in a name and \/ for a slash"
                )
    if "" in components:
        raise TaxonomyError(f"path {path!r}: name {components.index('')} is empty")
    return tuple(components)


def join_path(names: Sequence[str]) -> str:
    r"""Spell a path as one string, the inverse of `split_path`.

    Args:
        names: The names, from the root.

    Returns:
        The names joined by ``/``, with ``/`` and ``\`` inside a name escaped by a backslash.

    Raises:
        TaxonomyError: If there is no name, or an empty one.

    Example:
        >>> print(join_path(("Culture", "Music", "AC/DC")))
        Culture/Music/AC\/DC
    """
    if not names or "" in names:
        raise TaxonomyError(f"path {names!r} has no name or an empty one")
    return "/".join([name.replace("\\", "\\\\").replace("/", "\\/") for name in names])


def check_name(name: Any, where: str) -> str:
    """Return ``name`` as a plain string, or refuse what cannot name a category.

    Args:
        name: What stands where a name should.
        where: Its place, for the error.

    Returns:
        The name.

    Raises:
        TaxonomyError: If it is no string, is blank, has blanks around it, or holds a line break,
            a control character or half a surrogate pair.

    Example:
        >>> check_name("Athlete", "category 3")
        'Athlete'
    """
    if not isinstance(name, str):
        raise TaxonomyError(
            f"{where}: {name!r} is not a string; a category's name must be one{string_hint(name)}"
        )
    if not name.strip():
        raise TaxonomyError(f"{where}: the name {name!r} is blank")
    if name != name.strip():
        raise TaxonomyError(
            f"{where}: {name!r} has blanks around it; did you mean {name.strip()!r}?"
        )
    # Format characters (joiners) spell real words: only these categories are refused.
    if not name.isprintable() and any(
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name
    ):
        raise TaxonomyError(f"{where}: {name!r} holds a line break or a control character")
    return plain_string(name)
