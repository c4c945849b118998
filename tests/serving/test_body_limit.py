"""A body that is too large or too slow is refused, whoever reads it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from harnn.serving.body_limit import BodyLimitMiddleware


async def read(pieces: list[bytes], pause: float = 0.0, **limits: Any) -> bytes:
    """Read a body that comes in pieces through the middleware."""
    waiting = list(pieces)
    found: list[bytes] = []

    async def receive() -> Any:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            found.append(message["body"])
            more = message["more_body"]

    async def send(message: Any) -> None:
        raise AssertionError(message)

    middleware = BodyLimitMiddleware(application, **{"most": 10, "seconds": 60.0, **limits})
    await middleware({"type": "http", "headers": []}, receive, send)
    return b"".join(found)


def test_a_body_within_the_limits_comes_through() -> None:
    assert asyncio.run(read([b"12345", b"", b"67890"])) == b"1234567890"


def test_a_body_is_refused_at_the_byte_too_many() -> None:
    with pytest.raises(HTTPException, match="10 bytes") as error:
        asyncio.run(read([b"12345", b"678901", b"never read"]))
    assert error.value.status_code == 413


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    with pytest.raises(HTTPException, match=r"more than 0\.05 s") as error:
        asyncio.run(read([b"1"] * 9, pause=0.02, seconds=0.05))
    assert error.value.status_code == 408
