"""Keras and TensorFlow loaded without a word on standard error."""

from __future__ import annotations

import importlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["import_keras"]

LEVEL, SILENCE = "TF_CPP_MIN_LOG_LEVEL", "3"


def import_keras() -> None:
    """Import Keras with its backend, before anything else does, and keep TensorFlow quiet.

    Where the user has set ``TF_CPP_MIN_LOG_LEVEL`` to less than silence, it is left alone.
    """
    # A process that ours started has it from here.
    if os.environ.setdefault(LEVEL, SILENCE) != SILENCE:
        return
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # While it is loaded, TensorFlow reports on CPU and GPU before it looks at its log level.
    with _standard_error_held():
        importlib.import_module("keras")


@contextmanager
def _standard_error_held() -> Iterator[None]:
    """Hold back what native code writes; it is shown only if the block fails."""
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(original, 2)
            os.close(original)
            if failed:
                held.seek(0)
                os.write(2, held.read())
