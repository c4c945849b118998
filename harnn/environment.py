"""What a result was found with: versions and machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

__all__ = ["installed_versions", "machine"]

_LIBRARIES = ("harnn", "keras", "tensorflow", "scikit-learn", "xgboost", "numpy", "scipy")


def installed_versions() -> dict[str, str]:
    """Return the versions of Python, this package and what it stands on.

    Example:
        >>> "numpy" in installed_versions()
        True
    """
    found = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """Return the number of cores, the memory in bytes (``None`` where unknown) and the system.

    Example:
        >>> list(machine())
        ['cores', 'memory_bytes', 'system']
    """
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # Windows
        memory = None
    system = f"{platform.system()} {platform.machine()}"
    return {"cores": os.cpu_count(), "memory_bytes": memory, "system": system}
