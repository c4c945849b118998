"""Replacing a function of `harnn` for a while, wherever it has been imported."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from typing import Any

__all__ = ["exists", "replaced_function"]


@contextmanager
def replaced_function(where: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Replace a function or method, in its own module and in all that have imported it.

    Modules that are imported later take the replacement from its own module.

    Args:
        where: Its module and its name there, ``"module:function"`` or ``"module:Class.method"``.
        make: Returns the replacement of the function that it is given.

    Raises:
        LookupError: If there is no such function.

    Example:
        >>> import harnn.errors
        >>> with replaced_function("harnn.errors:nearest", lambda original: lambda *_: "?"):
        ...     harnn.errors.nearest("a", ["b"])
        '?'
    """
    if not exists(where):
        raise LookupError(f"there is no function {where}")
    holder, name = _holder(where)
    original = inspect.getattr_static(holder, name)
    if isinstance(original, classmethod | staticmethod):
        replacement: Any = type(original)(make(original.__func__))
    else:
        replacement = make(original)
    holders = [holder]
    if inspect.ismodule(holder):
        holders += [
            module
            for module_name, module in sys.modules.items()
            if module_name.partition(".")[0] == "harnn"
            and module is not holder
            and vars(module).get(name) is original
        ]
    for one in holders:
        setattr(one, name, replacement)
    try:
        yield
    finally:
        for one in holders:
            setattr(one, name, original)


def exists(where: str) -> bool:
    """Return whether there is a function ``"module:function"`` or ``"module:Class.method"``."""
    try:
        holder, name = _holder(where)
    except (ImportError, AttributeError):
        return False
    return name in vars(holder)


def _holder(where: str) -> tuple[Any, str]:
    """Return the module or class that holds a function, and its name there."""
    module, _, path = where.partition(":")
    *classes, name = path.split(".")
    return reduce(getattr, classes, import_module(module)), name
