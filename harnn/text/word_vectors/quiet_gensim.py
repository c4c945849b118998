"""gensim at work without a word on standard error or in the caller's log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet_gensim"]


@contextmanager
def quiet_gensim() -> Iterator[None]:
    """Silence gensim's loggers for a block.

    gensim warns of what is no defect here (a small corpus makes fewer jobs than workers could do),
    and tells each step to whoever logs at level INFO.

    Example:
        >>> with quiet_gensim():
        ...     logging.getLogger("gensim.models.word2vec").warning("under 10 jobs per worker")
    """
    logger = logging.getLogger("gensim")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
