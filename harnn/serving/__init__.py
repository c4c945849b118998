"""A trained classifier behind HTTP, on FastAPI and the ONNX runtime: the extra ``serve``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harnn.serving.application import create_application
    from harnn.serving.limits import ServingLimits
    from harnn.serving.server import serve

__all__ = ["ServingLimits", "create_application", "serve"]

# Imported when first asked for, so that the command line can say what is not installed.
_HOME = {"ServingLimits": "limits", "create_application": "application", "serve": "server"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
