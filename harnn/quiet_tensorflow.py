"""TensorFlow loaded without its start-up messages."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harnn.native_log import without_native_lines

__all__ = ["quiet_tensorflow"]

_LEVEL, _SILENT = "TF_CPP_MIN_LOG_LEVEL", "3"

# Lines of TensorFlow's own log: "I0000 00:00:1795.42  99 port.cc:153] ...", as older versions
# wrote it "2024-01-31 12:00:00.5: I tensorflow/...", and the two lines without a prefix.
_LOG_LINE = re.compile(
    rb"[IWE]\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+:\d+\]"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+: [IWE] "
    rb"|WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|To enable the following instructions:"
)


@contextmanager
def quiet_tensorflow() -> Iterator[None]:
    """Keep TensorFlow quiet if the block is the first to import it.

    TensorFlow reads the environment variable ``TF_CPP_MIN_LOG_LEVEL`` while it is loaded and keeps
    the level for the life of the process. The variable is set for the block alone. The lines that
    TensorFlow writes before it reads its level are dropped.

    The block changes nothing if TensorFlow is loaded already, or if the variable asks for messages.

    Example:
        >>> with quiet_tensorflow():
        ...     import keras
    """
    asked = os.environ.get(_LEVEL)
    if "tensorflow" in sys.modules or asked not in (None, _SILENT):
        yield
        return
    os.environ[_LEVEL] = _SILENT
    try:
        with without_native_lines(_LOG_LINE):
            yield
    finally:
        if asked is None:
            del os.environ[_LEVEL]
