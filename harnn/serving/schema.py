"""What OpenAPI says of an application: its routes, and its limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from harnn.serving.limits import ServingLimits

__all__ = ["limited_schema"]


def limited_schema(app: FastAPI, limits: ServingLimits) -> Callable[[], dict[str, Any]]:
    """Return what describes an application with the limits of this one server.

    They are refused with 413 and are none of the messages' own, which are the same everywhere.

    Args:
        app: The application.
        limits: Of its requests.
    """
    described = app.openapi

    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            messages = described()["components"]["schemas"]
            for name, most in (
                ("PredictRequest", limits.texts),
                ("ExplainRequest", limits.explained),
            ):
                texts = messages[name]["properties"]["texts"]
                texts["maxItems"] = most
                texts["items"]["maxLength"] = limits.characters
            messages["PredictRequest"]["properties"]["top_k"]["maximum"] = limits.top_k
        return described()

    return schema
