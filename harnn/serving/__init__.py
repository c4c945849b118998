"""A trained classifier behind HTTP, on FastAPI and the ONNX runtime: the extra ``serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harnn.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from harnn.serving.application import create_application
    from harnn.serving.limits import ServingLimits
    from harnn.serving.server import serve

__all__ = ["ServingLimits", "create_application", "serve"]

# Imported when first asked for, so that the command line can say what is not installed.
_HOME = {"ServingLimits": "limits", "create_application": "application", "serve": "server"}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
