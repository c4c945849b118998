"""What a server counts and times, in the form that Prometheus reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics", "MetricsMiddleware"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one server.

    Example:
        >>> metrics = Metrics()
        >>> metrics.batch_read(3)
        >>> b"harnn_documents_total 3.0" in metrics.text()
        True
    """

    def __init__(self) -> None:
        # Of its own: a process may have several applications, as tests have.
        self._registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self._registry}
        self._requests = Counter("harnn_requests", "Requests answered.", ("path", "status"), **own)
        self._seconds = Histogram(
            "harnn_request_seconds", "From request to answer.", ("path",), buckets=_SECONDS, **own
        )
        self._documents = Counter("harnn_documents", "Documents classified.", **own)
        self._explained = Counter("harnn_explained_documents", "Documents explained.", **own)
        self._batches = Histogram(
            "harnn_batch_documents", "Documents of a batch.", buckets=_SIZES, **own
        )
        self._waiting = Gauge("harnn_waiting_documents", "Documents that wait.", **own)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def batch_read(self, size: int) -> None:
        """Count a batch of documents."""
        self._documents.inc(size)
        self._batches.observe(size)

    def explained(self, size: int) -> None:
        """Count documents that were explained."""
        self._explained.inc(size)

    def watch_waiting(self, waiting: Callable[[], int]) -> None:
        """Ask for the number of waiting documents whenever it is read."""
        self._waiting.set_function(waiting)

    def text(self) -> bytes:
        """Return all numbers in the text format of Prometheus."""
        return generate_latest(self._registry)


class MetricsMiddleware:
    """Counts and times every request of an ASGI application.

    Args:
        app: The application.
        metrics: Where.
        paths: What is counted by name; all else is ``"other"``, so that nobody can make up names.
    """

    def __init__(self, app: Any, metrics: Metrics, paths: Collection[str]) -> None:
        self._app, self._metrics, self._paths = app, metrics, paths

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def counted(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            path = scope["path"] if scope["path"] in self._paths else "other"
            self._metrics.answered(path, status, time.perf_counter() - started)
