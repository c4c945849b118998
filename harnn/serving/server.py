"""``serve``: a classifier on a port, until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from harnn.runtime import OnnxClassifier
from harnn.serving.application import create_application
from harnn.serving.limits import ServingLimits

__all__ = ["bind", "serve"]

_HEAD_BYTES = 64 * 1024


def serve(
    classifier: OnnxClassifier,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: ServingLimits | None = None,
    name: str = "HARNN classifier",
    listening: Callable[[str], None] = lambda address: None,
    bound: socket.socket | None = None,
) -> None:
    """Answer requests until SIGTERM or Ctrl-C, after which those at work are finished.

    Args:
        classifier: What answers.
        host: The address to listen on; only this machine by default.
        port: The port; any free one if 0.
        limits: Of the requests.
        name: What the page calls the classifier.
        listening: Told the address once requests are taken.
        bound: What ``bind`` returned, before all else was made ready, in place of the address.

    Raises:
        OSError: If the address cannot be listened on.
    """
    limits = limits or ServingLimits()
    config = uvicorn.Config(
        create_application(classifier, limits, name),
        # A warning a malformed request would fill the disk for whoever sends them.
        log_level="error",
        access_log=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_graceful_shutdown=limits.stop_seconds,
        # The other reader of requests, faster by a hair, takes heads of any length.
        http="h11",
        h11_max_incomplete_event_size=_HEAD_BYTES,
        ws="none",
    )
    with bound or bind(host, port) as listener:
        server = _Server(config, lambda: listening(_address(listener)))

        def stop(number: int, _: FrameType | None) -> None:
            # The server hands on the signal that has stopped it: it is done with.
            if not server.should_exit:
                raise SystemExit(128 + number)

        before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            server.run(sockets=[listener])
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def bind(host: str, port: int) -> socket.socket:
    """Take an address; nobody is answered there yet.

    Args:
        host: The address.
        port: The port; any free one if 0.

    Raises:
        OSError: If it is taken, or none of this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        # As for any server: the address of one that has just ended is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
    return listener


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._listening()


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
