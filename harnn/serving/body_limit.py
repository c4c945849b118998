"""Refuses requests whose bodies are too large, or take too long to arrive."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

__all__ = ["BodyLimitMiddleware"]


class BodyLimitMiddleware:
    """Counts the bytes of a body as they come, whatever its head says, and the seconds.

    Args:
        app: The application.
        most: Bytes.
        seconds: From the first byte of the head to the last of the body.
    """

    def __init__(self, app: Any, most: int, seconds: float) -> None:
        self._app, self._most, self._seconds = app, most, seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > self._most:
            refused = JSONResponse({"detail": self._too_large}, 413, {"connection": "close"})
            await refused(scope, receive, send)
            return
        received, ended = 0, False
        deadline = asyncio.get_running_loop().time() + self._seconds

        async def limited() -> Any:
            nonlocal received, ended
            if ended:  # what comes now is word that the client has gone
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, f"the body took more than {self._seconds:g} s") from None
            received += len(message.get("body", b""))
            ended = not message.get("more_body", False)
            if received > self._most:
                raise HTTPException(413, self._too_large)
            return message

        await self._app(scope, limited, send)

    @property
    def _too_large(self) -> str:
        return f"a request may have {self._most:,} bytes"
