"""Loggers of libraries that tell users what is no business of theirs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["errors_alone"]


@contextmanager
def errors_alone(*names: str) -> Iterator[None]:
    """Let some loggers tell errors and nothing less, for as long as a block takes.

    Args:
        names: Of the loggers; ``""`` is the root.

    Example:
        >>> with errors_alone("chatty"):
        ...     logging.getLogger("chatty").isEnabledFor(logging.WARNING)
        False
        >>> logging.getLogger("chatty").isEnabledFor(logging.WARNING)
        True
    """
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
