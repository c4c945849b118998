"""Lines that native code writes to standard error."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_native_lines"]


@contextmanager
def without_native_lines(dropped: re.Pattern[bytes]) -> Iterator[None]:
    r"""Drop some of the lines that a block writes to the file descriptor of standard error.

    Native code writes there, so that replacing ``sys.stderr`` would not do. The lines that are not
    dropped are written when the block ends, all of them if the block fails.

    Args:
        dropped: Matches the beginning of the lines to drop.

    Example:
        >>> with without_native_lines(re.compile(rb"INFO: ")):
        ...     _ = os.write(2, b"INFO: native code has started\n")
    """
    try:
        original = os.dup(2)
    except OSError:  # standard error is closed, as it is in some services
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            if sys.stderr is not None:  # it is None in a process without a console
                sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)
            held.seek(0)
            lines = [line for line in held if failed or not dropped.match(line)]
            if lines:
                os.write(2, b"".join(lines))
