"""Names of a package that are imported when first asked for (PEP 562)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazy_exports"]


def lazy_exports(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: Its ``__name__``.
        homes: The module of each public name, as it is called inside the package. All public
            names, these and others, stand in its ``__all__``.

    Returns:
        Both functions.

    Raises:
        AttributeError: From ``__getattr__``, if the package has no such name.

    Example:
        >>> load, names = lazy_exports("json", {"JSONDecoder": "decoder"})
        >>> load("JSONDecoder").__module__, names()[0]
        ('json.decoder', 'JSONDecodeError')
    """

    def __getattr__(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    def __dir__() -> list[str]:
        return sorted(import_module(package).__all__)

    return __getattr__, __dir__
