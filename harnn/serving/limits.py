"""What a server takes, so that no request, and no number of them, exhausts it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from harnn.errors import ConfigError

__all__ = ["ServingLimits"]


@dataclass(frozen=True)
class ServingLimits:
    """The limits of a server.

    Attributes:
        texts: Documents of a request.
        characters: Of a document.
        body_bytes: Of a request.
        body_seconds: How long a request's body may take to arrive.
        top_k: Likeliest paths a document.
        explained: Documents of a request for explanations, each of which is read once a word.
        explanations: Requests for explanations at a time, the one at work included.
        waiting: Documents that wait for the network; what comes beyond them is turned away.
        batch: Documents that are read together, of one request or of several.
        connections: Open at a time.
        stop_seconds: How long requests at work have to finish when the server is stopped.

    Raises:
        ConfigError: If one of them is less than one.

    Example:
        >>> ServingLimits(texts=8).texts
        8
    """

    texts: int = 128
    characters: int = 100_000
    body_bytes: int = 4 * 2**20
    body_seconds: float = 20.0
    top_k: int = 100
    explained: int = 4
    explanations: int = 8
    waiting: int = 2048
    batch: int = 64
    connections: int = 1000
    stop_seconds: int = 30

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            if not given >= 1:
                raise ConfigError(f"{field.name} must be at least 1, not {given}")
